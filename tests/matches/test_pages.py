"""The pages of matches: what the owner sees, what nobody else sees, and the choices made there."""

import re

import pytest
from django.urls import reverse
from django.utils.translation import override

from alliances.models import Alliance
from directory.models import NoListEntry
from matchmaking.core import outbox
from matchmaking.matches.models import Match
from tests.factories import (
    AllianceFactory,
    CompanyFactory,
    CompanyMemberFactory,
    NeedFactory,
    OfferFactory,
    ProductFactory,
    TermFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def member(seeker):
    return CompanyMemberFactory(company=seeker)


@pytest.fixture
def owner(client, member):
    client.force_login(member.user)
    return client


def page(client, url, status=200, **headers):
    answer = client.get(url, headers=headers)
    assert answer.status_code == status
    return answer.content.decode()


def url_of(need, language="zh-hans"):
    return f"/{language}/needs/{need.pk}/matches/"


def test_the_need_page_shows_bands_reasons_and_the_request(computed, need, owner):
    html = page(owner, url_of(need, "en"))
    assert "Straits Pte. Ltd." in html
    assert "Wastewater design" in html
    assert f"/en/introductions/request/straits/?need={need.pk}" in html
    assert re.search(r"Strong: \d, good: \d, possible: \d\.", html)
    assert "%" not in re.sub(r"<[^>]*>", "", html)


def test_the_same_page_in_chinese_quotes_the_other_side_in_its_own_language(computed, need, owner):
    html = page(owner, url_of(need))
    assert "污水处理设计" in html
    assert 'lang="en">Wastewater design' in html


@pytest.mark.parametrize("who", ["stranger", "anonymous", "candidate"])
def test_nobody_else_sees_a_needs_matches(computed, need, providers, client, who):
    if who == "stranger":
        client.force_login(CompanyMemberFactory().user)
    if who == "candidate":
        client.force_login(CompanyMemberFactory(company=providers["straits"]).user)
    for url in (url_of(need), f"/en/products/{ProductFactory(company=computed).pk}/matches/",
                f"/en/compare/?c=straits&need={need.pk}"):  # fmt: skip
        answer = client.get(url)
        assert answer.status_code == (302 if who == "anonymous" else 404)


def test_missing_and_malformed_things_are_404(owner):
    assert owner.get("/en/needs/999999/matches/").status_code == 404
    for value in ("x", "9" * 30, "-1", "1%00"):
        assert owner.get(f"/en/compare/?need={value}").status_code in (400, 404)


def test_somebody_without_a_company_is_led_to_join(client):
    client.force_login(UserFactory())
    assert client.get("/en/my/matches/").status_code == 302


def test_the_company_page_and_the_product_page_list_matches(computed, owner):
    product = ProductFactory(company=computed, name_en="Wastewater engineering unit", name_zh="污水设备")
    from django.db import transaction

    from directory.versions import mark_changed

    with transaction.atomic():
        mark_changed(computed.pk)
    outbox.drain_all(topics=["match"])
    assert "Straits Pte. Ltd." in page(owner, "/en/my/matches/")
    html = page(owner, f"/en/products/{product.pk}/matches/")
    assert f"?product={product.pk}" in html


def test_a_list_that_is_not_computed_yet_says_so_and_asks_the_worker_once(seeker, need, owner):
    from matchmaking.core.models import OutboxEntry

    html = page(owner, url_of(need, "en"))
    assert 'hx-trigger="every 5s"' in html
    page(owner, url_of(need, "en"))
    assert OutboxEntry.objects.filter(topic="match", entity_id=seeker.pk).count() == 1


def test_an_unpublished_company_is_told_to_publish(owner, need, seeker):
    type(seeker).objects.update(visibility="draft", live=False)
    with override("en"):
        profile = reverse("workspace:company")
    assert profile in page(owner, url_of(need, "en"))


def test_a_closed_need_shows_no_matches_and_where_to_open_it(computed, need, owner):
    need.state = "expired"
    need.save()
    html = page(owner, url_of(need, "en"))
    assert "has expired" in html
    assert "Straits Pte. Ltd." not in html


def test_an_empty_list_names_the_rule_and_what_relaxing_it_gives(computed, need, terms, owner):
    from tests.matches.test_refresh import change

    need.required_credentials.set([terms["licence"]])
    need.save()
    change(computed)
    html = page(owner, url_of(need, "en"))
    assert "Without the required credential 3 companies would remain." in html


def test_not_considering_a_company_and_undoing_it(computed, need, owner):
    data = {"do": "exclude", "company": "straits", "reason": "no-list.competitor"}
    answer = owner.post(url_of(need, "en"), data, follow=True)
    html = answer.content.decode()
    assert NoListEntry.objects.get().reason == "no-list.competitor"
    assert 'id="m-straits"' not in html
    assert "No longer recommended" in html
    assert "Competitor" in html
    owner.post(url_of(need, "en"), {"do": "restore", "company": "straits"})
    assert not NoListEntry.objects.exists()
    outbox.drain_all(topics=["match"])
    assert 'id="m-straits"' in page(owner, url_of(need, "en"))


def test_htmx_gets_only_the_notice_that_replaces_the_card(computed, need, owner):
    data = {"do": "exclude", "company": "straits", "reason": "no-list.competitor"}
    html = owner.post(url_of(need, "en"), data, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in html
    assert html.count("Straits Pte. Ltd.") == 1


def test_a_viewer_reads_but_does_not_shape(computed, need, client):
    viewer = CompanyMemberFactory(company=computed, role="viewer")
    client.force_login(viewer.user)
    assert 'value="exclude"' not in page(client, url_of(need, "en"))
    data = {"do": "exclude", "company": "straits", "reason": "no-list.competitor"}
    assert client.post(url_of(need, "en"), data).status_code == 403
    assert not NoListEntry.objects.exists()


def test_excluding_oneself_or_nobody_breaks_nothing(computed, need, owner):
    answer = owner.post(url_of(need, "en"), {"do": "exclude", "company": computed.slug}, follow=True)
    assert answer.status_code == 200
    assert owner.post(url_of(need, "en"), {"do": "exclude", "company": "nobody"}).status_code == 404


def test_the_excluded_company_learns_nothing(computed, need, providers, owner, client):
    owner.post(url_of(need, "en"), {"do": "exclude", "company": "straits", "reason": "no-list.competitor"})
    outbox.drain_all(topics=["match"])
    client.force_login(CompanyMemberFactory(company=providers["straits"]).user)
    html = page(client, "/en/my/matches/")
    assert "do not consider" not in html
    assert "Competitor" not in html


def test_the_compare_tray_lives_in_the_address(computed, need, owner):
    html = page(owner, f"{url_of(need, 'en')}?c=straits,equator")
    assert f"/en/compare/?need={need.pk}&amp;c=straits,equator" in html
    assert "?c=equator" in html
    table = page(owner, f"/en/compare/?need={need.pk}&c=straits,equator,gone,{computed.slug}")
    assert table.count("<th scope=\"col\">") == 4
    assert "Wastewater design" in table
    assert "not in your list" in table


def test_compare_shows_public_facts_of_visible_companies_only(owner):
    CompanyFactory(slug="secret-firm", draft=True, legal_name_en="Secret Firm")
    shown = CompanyFactory(slug="shown", contact={"email": "boss@shown.example", "phone": "+6591234567"})
    NeedFactory(company=shown, private=True, title_en="Hidden wish")
    html = page(owner, "/en/compare/?c=secret-firm,shown")
    assert "Secret Firm" not in html
    assert "boss@shown.example" not in html
    assert "Hidden wish" not in html


def test_a_need_of_two_alliances_is_shown_in_parts(computed, need, terms, providers, owner):
    from tests.matches.test_refresh import change

    for code, term in (("engineering", "water"), ("property", "patents")):
        AllianceFactory(code=code, name_en=code.title()).service_types.set([terms[term]])
    need.service_types.set([terms["water"], terms["patents"]])
    need.save()
    change(computed)
    first = page(owner, url_of(need, "en"))
    assert "Engineering (3)" in first
    assert "Property (1)" in first
    second = page(owner, f"{url_of(need, 'en')}?part=property")
    assert 'id="m-ip-house"' in second
    assert 'id="m-straits"' not in second
    assert Alliance.objects.count() == 2


def test_the_page_asks_a_bounded_number_of_queries(computed, need, owner, terms, django_assert_max_num_queries):
    for number in range(12):
        company = CompanyFactory(singapore=True, slug=f"more-{number}", summary_en="Wastewater engineering design.")
        OfferFactory(company=company, service_type=TermFactory(code="eng.water"), title_en="Wastewater design")
    from matchmaking.matches import live
    from matchmaking.matches.refresh import refresh_all

    refresh_all(live.live_recommender(), show_progress=False)
    assert Match.objects.filter(need=need).count() > 10
    with django_assert_max_num_queries(38):
        page(owner, f"{url_of(need, 'en')}?all=1")


def test_a_city_that_is_its_country_is_named_once():
    from matchmaking.matches.cards import place_of

    city = TermFactory(place=True, code="sg", label_en="Singapore", label_zh="新加坡")
    town = TermFactory(place=True, code="fuling", label_en="Fuling", label_zh="涪陵")
    with override("zh-hans"):
        assert place_of(CompanyFactory(singapore=True, place=city)) == "新加坡"
        assert place_of(CompanyFactory(place=town)) == "中国 · 涪陵"
