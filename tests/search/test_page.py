"""The search page: both languages, facets, what it refuses, and that the database has the last word."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from alliances.models import Membership
from directory.models import ClaimCheck, Company
from matchmaking.core import outbox
from search.engines.base import EngineUnavailableError
from search.suggesting import suggested
from tests.factories import (
    AllianceFactory,
    AllianceStaffFactory,
    CompanyFactory,
    CompanyMemberFactory,
    CredentialFactory,
    MembershipFactory,
    NeedFactory,
    OfferFactory,
    TermFactory,
    UserFactory,
)
from tests.factories.matches import MatchFactory, MatchListFactory
from tests.search.asking import names, put
from tests.search.test_flow import CANARY, changed, server_down  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("language", "words"), [("zh-hans", "污水处理"), ("en", "sewage treatment")])
def test_either_language_finds_both(water, page, language, words):
    status, html = page(language=language, q=words)
    assert status == 200
    assert sorted(names(html)) == ["straits", "yuhuan"]
    assert "<mark>" in html
    assert "expand=0" in html


def test_expansion_can_be_switched_off(water, page):
    assert names(page(q="污水处理", expand="0")[1]) == ["yuhuan"]


def test_a_chinese_word_that_is_no_term_finds_english_text(index, page):
    firm = CompanyFactory(
        singapore=True, slug="noodles", summary_zh="", summary_en="Maker of dried noodles for hawkers."
    )
    put(firm)
    assert names(page(q="面条")[1]) == ["noodles"]


def test_counts_are_those_of_the_database(index, page):
    alliances = [AllianceFactory(code=f"a{number}", name_zh=f"甲{number}联盟") for number in range(2)]
    services = [TermFactory(code=f"s{number}", label_zh=f"乙{number}服务") for number in range(2)]
    firms = [CompanyFactory(singapore=number % 3 == 0) for number in range(9)]
    for number, firm in enumerate(firms):
        MembershipFactory(company=firm, alliance=alliances[number % 2], approved=True)
        OfferFactory(company=firm, service_type=services[number // 5])
    put(*firms)
    html = page(alliance="a0", service=["s0"])[1]

    def shown(label):
        return int(re.search(rf'<span>{label}</span><span class="n">(\d+)</span>', html)[1])

    for number, alliance in enumerate(alliances):
        members = Membership.objects.active().filter(alliance=alliance, company__offers__service_type__code="s0")
        assert shown(f"甲{number}联盟") == members.count()
    for number, service in enumerate(services):
        found = Company.objects.visible().filter(memberships__alliance__code="a0", offers__service_type=service)
        assert shown(f"乙{number}服务") == found.count()
    both = Company.objects.filter(memberships__alliance__code="a0", offers__service_type__code="s0")
    assert len(names(html)) == both.count()
    assert len(names(page(service=["s0", "s1"])[1])) == 9


def test_only_checks_that_hold_are_a_facet(index, page):
    scheme = TermFactory(scheme=True, code="pe", label_zh="注册专业工程师")
    firms = [CompanyFactory(slug=slug) for slug in ("holds", "lapsed", "claims")]
    for firm, until in zip(firms, (None, timezone.localdate() - timedelta(days=1), ...), strict=True):
        credential = CredentialFactory(company=firm, scheme=scheme)
        if until is not ...:
            ClaimCheck.objects.create(
                company=firm,
                credential=credential,
                outcome="confirmed",
                valid_until_date=until,
                method_zh="x",
                method_en="x",
            )
    put(*firms)
    assert names(page(credential="pe")[1]) == ["holds"]


def test_a_withdrawn_company_is_gone_before_the_worker_comes_and_the_page_is_filled(index, page):
    firms = [CompanyFactory(slug=f"firm-{number:02}", legal_name_en=f"Firm {number:02}") for number in range(25)]
    put(*firms)
    Company.objects.filter(slug__in=["firm-03", "firm-04"]).update(visibility="withdrawn")
    first = names(page(sort="name", language="en")[1])
    assert len(first) == 20
    assert "firm-03" not in first
    assert "firm-21" in first


def test_hidden_firms_appear_nowhere(index, page, client):
    hidden = CompanyFactory(slug=f"{CANARY}-firm", legal_name_en=f"{CANARY} Ltd", summary_en=CANARY)
    put(hidden, CompanyFactory())
    Company.objects.filter(pk=hidden.pk).update(visibility="suspended")
    for language in ("zh-hans", "en"):
        html = page(language=language)[1] + page(language=language, q="Ltd")[1]
        assert CANARY not in html
        assert CANARY not in page("suggest/", language=language, q="zzc")[1]
    assert CANARY not in client.get("/sitemap.xml").content.decode()
    changed(hidden)
    outbox.drain_all(topics=["doc"])
    assert suggested("zzc") == []


def test_the_group_one_chooses_in_keeps_its_values_in_their_order(index, page):
    services = [TermFactory(code=f"s{number:02}", label_zh=f"乙{number:02}服务") for number in range(12)]
    firms = [CompanyFactory() for _ in range(12)]
    for number, firm in enumerate(firms):
        for service in services[: len(services) - number]:
            OfferFactory(company=firm, service_type=service)
    put(*firms)

    def listed(**query):
        return re.findall(r'<span>(乙\d\d服务)</span><span class="n">(\d+)</span>', page(**query)[1])

    before = listed()
    assert [int(count) for _, count in before] == sorted((int(count) for _, count in before), reverse=True)
    assert listed(service="s07") == before
    assert listed(service=["s07", "s02"]) == before
    # One beyond the shown is added at its place and pushes nobody out.
    assert listed(service="s11") == [*before, ("乙11服务", "1")]


def test_names_are_marked_where_they_were_found_in_both_languages(index, page):
    firm = CompanyFactory(legal_name_zh="海峡<子午>工程", legal_name_en="Straits & Sons", slug="straits")
    put(firm)
    for language in ("zh-hans", "en"):
        html = page(language=language, q="海峡 straits")[1]
        assert "<mark>海峡</mark>&lt;子午&gt;工程" in html
        assert "<mark>Straits</mark> &amp; Sons" in html
    Company.objects.filter(pk=firm.pk).update(legal_name_en="Straits <b>New</b>")
    assert "Straits &lt;b&gt;New&lt;/b&gt;" in page(language="en", q="海峡 straits")[1]


@pytest.mark.parametrize(
    ("sort", "words"), [("updated", "最近更新的"), ("name", "拼音"), ("verified", "最近核验的"), ("", "名称命中最重")]
)
def test_each_order_is_explained(embedded, page, sort, words):
    assert words in page(sort=sort)[1]


def test_chips_take_one_condition_away(water, page):
    html = page(q="污水处理", place=["SG", "CN"])[1]
    chips = re.findall(r'<a class="chip on" href="([^"]+)"', html)
    assert len(chips) == 2
    assert "place=CN" in chips[0]
    assert "place=SG" not in chips[0]


@pytest.mark.parametrize(
    "query",
    [
        {"sort": "_script"}, {"sort": "answer"}, {"size": "1000000000"}, {"fields": "*"}, {"facet": "contact_email"},
        {"filters[$ne]": "1"}, {"page": "-1"}, {"page": "x"}, {"page": "²"}, {"service": "x" * 81},
        {"place": [str(number) for number in range(31)]},
    ],
)  # fmt: skip
def test_what_no_page_writes_into_an_address_is_refused(embedded, page, query):
    assert page(**query)[0] == 400


@pytest.mark.parametrize("number", ["0", "2", "51", "10001", "999999999"])
def test_pages_out_of_reach_do_not_exist(embedded, page, number):
    assert page(page=number)[0] == 404


@pytest.mark.parametrize(
    "words",
    [
        '"',
        "AND (",
        "*",
        "a:b",
        "NEAR(",
        "/(a+)+$/",
        "[" * 500,
        "企业" * 400,
        "企",
        "a" * 5000,
        "\ud800",
        "'; DROP",
        "!",
    ],
)
def test_the_search_box_takes_anything(water, page, words):
    status, html = page(q=words.encode("utf-8", "replace").decode())
    assert status == 200
    assert "<main" in html


def test_a_long_text_is_cut_and_said_so(water, page):
    assert "300" in page(q="企业 " * 200)[1]


def test_a_page_needs_few_queries(index, page, django_assert_max_num_queries):
    firms = [CompanyFactory() for _ in range(20)]
    for firm in firms:
        OfferFactory(company=firm)
        CredentialFactory(company=firm)
    put(*firms)
    client = Client()
    client.force_login(UserFactory())
    # The first request of a session writes where it comes from.
    client.get("/zh-hans/find/")
    with django_assert_max_num_queries(25):
        html = client.get("/zh-hans/find/", {"q": "样本", "c": firms[0].slug}).content.decode()
    assert len(names(html)) == 20


def test_picked_companies_stay_in_the_address(water, page):
    html = page(q="污水处理", c="straits,law")[1]
    assert re.search(r'name="c" value="straits" form="filters"[^>]* checked', html)
    assert 'type="hidden" name="c" value="law"' in html
    assert "/compare/?c=straits,law" in html


def test_an_anonymous_need_is_found_without_its_company(index, page):
    need = NeedFactory(anonymous=True, title_zh="求购冷冻榴莲", company__legal_name_zh=f"{CANARY}贸易")
    put(need.company)
    _, html = page("needs/", q="榴莲")
    assert f"/needs/{need.pk}/" in html
    assert CANARY not in html


@pytest.fixture
def pair(index, settings):
    """A member of an alliance with matches of three needs and of itself; all indexed."""
    settings.YUXIN_REQUIRE_STAFF_MFA = False
    seeker = CompanyFactory(legal_name_zh="寻方公司")
    MembershipFactory(company=seeker, alliance=AllianceFactory(code="law"), approved=True)
    found = {}
    for confidentiality in ("public", "anonymous", "private"):
        need = NeedFactory(company=seeker, confidentiality=confidentiality, title_zh=f"{confidentiality}需求")
        match_list = MatchListFactory(company=seeker, need=need)
        found[confidentiality] = MatchFactory(match_list=match_list, candidate__slug=f"for-{confidentiality}")
    put(seeker, seekers=[seeker.pk])
    return seeker


def test_matches_belong_to_their_company_and_to_its_alliance(pair, page):
    owner = CompanyMemberFactory(company=pair).user
    staff = AllianceStaffFactory(alliance__code="other").user
    own_staff = AllianceStaffFactory(alliance=Membership.objects.get().alliance).user
    assert sorted(names(page("matches/", who=owner)[1])) == ["for-anonymous", "for-public"]
    assert names(page("matches/", who=own_staff)[1]) == ["for-public"]
    assert names(page("matches/", who=staff)[1]) == []
    assert names(page("matches/", who=UserFactory())[1]) == []
    assert names(page("matches/", who=UserFactory(platform=True))[1]) == []
    assert page("matches/")[0] == 302


def test_a_member_that_left_is_out_of_reach_at_once(pair, page):
    staff = AllianceStaffFactory(alliance=Membership.objects.get().alliance).user
    Membership.objects.update(state="ended")
    assert names(page("matches/", who=staff)[1]) == []


def test_without_elasticsearch_there_is_a_notice_and_results(server_down, page):  # noqa: F811
    firm = CompanyFactory(slug="paint", legal_name_en="Marine Paint")
    server_down.embedded.write([__import__("search.building").building.company_documents([firm.pk])[0]])
    status, html = page(q="paint", language="en")
    assert status == 200
    assert names(html) == ["paint"]
    assert 'data-tone="warn" role="status"' in html


def test_without_any_engine_the_page_still_stands(embedded, page, monkeypatch):
    def fail(*args, **kwargs):
        raise EngineUnavailableError("gone")

    monkeypatch.setattr(type(embedded), "search", fail)
    status, html = page(q="paint")
    assert status == 503
    assert 'role="alert"' in html
