"""Public pages of companies and needs: what they say, and what they must never say."""

import datetime

import pytest
from django.utils import timezone

from directory.models import ClaimCheck, Company, Need
from tests.factories import (
    CompanyFactory,
    CompanyMemberFactory,
    CredentialFactory,
    NeedFactory,
    OfferFactory,
    ProductFactory,
    TermFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
LANGUAGES = ("zh-hans", "en")


def address(company, language="en"):
    return f"/{language}/companies/{company.slug}/"


def check(credential=None, company=None, **values):
    return ClaimCheck.objects.create(
        company=company or credential.company, credential=credential, method_zh="比对公开登记",
        method_en="Compared with the register", outcome=ClaimCheck.Outcome.CONFIRMED,
        alliance_code="engineering", **values,
    )  # fmt: skip


@pytest.fixture
def company():
    return CompanyFactory(
        slug="bashan", legal_name_zh="巴山食品有限公司", legal_name_en="Bashan Foods Co., Ltd", summary_zh="做榨菜。",
        summary_en="Makers of pickles.", number="91500000MA5U00000X", scheme="uscc",
        contact={"name": "Zhang Secret", "email": "secret@bashan.example", "phone": "13800001111"},
    )  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_company_page_names_both_languages_and_its_alternate(client, company, language):
    page = client.get(address(company, language))
    text = page.content.decode()
    assert page.status_code == 200
    assert "巴山食品有限公司" in text
    assert "Bashan Foods Co., Ltd" in text
    for other in LANGUAGES:
        assert f"http://testserver/{other}/companies/bashan/" in text
    assert ("做榨菜。" if language == "zh-hans" else "Makers of pickles.") in text


def test_no_contact_ever(client, company):
    for user in (None, UserFactory(), CompanyMemberFactory(company=company).user):
        if user:
            client.force_login(user)
        text = client.get(address(company)).content.decode()
        assert "Secret" not in text
        assert "secret@" not in text
        assert "13800001111" not in text


def test_sections_show_what_the_company_states(client, company):
    offer = OfferFactory(company=company, title_en="Fruit drying", lead_days=21)
    offer.markets.set([TermFactory(market=True, label_en="Singapore")])
    offer.save()
    OfferFactory(company=company, title_en="Not yet published", live=False)
    ProductFactory(company=company, name_en="Preserved mustard", hs6="200599", shelf_life_days=365)
    text = client.get(address(company)).content.decode()
    assert "Fruit drying" in text
    assert "21 days" in text
    assert "HS 200599" in text
    assert "Not yet published" not in text


def test_badges_say_what_is_checked_and_what_is_not(client, company):
    scheme = {code: TermFactory(scheme=True, label_en=code) for code in ("HACCP", "Halal", "BRCGS", "Kosher")}
    today = timezone.localdate()
    check(CredentialFactory(company=company, scheme=scheme["HACCP"], valid_until_date=today + datetime.timedelta(400)))
    CredentialFactory(company=company, scheme=scheme["Halal"])
    check(CredentialFactory(company=company, scheme=scheme["BRCGS"], valid_until_date=today + datetime.timedelta(20)))
    check(CredentialFactory(company=company, scheme=scheme["Kosher"], valid_until_date=today - datetime.timedelta(1)))
    context = client.get(address(company)).context
    tones = {badge.title: badge.tone for badge in context["badges"]}
    assert tones["HACCP"] == "good"
    assert tones["Self-declared: Halal"] == "quiet"
    assert tones["BRCGS"] == "warn"
    assert tones["Kosher"] == "bad"
    assert tones["Registration in China"] == "quiet"
    assert "2 credentials" in context["unchecked"]


def test_a_badge_lapses_by_itself_and_a_refusal_makes_none(client, company):
    credential = CredentialFactory(company=company, scheme=TermFactory(scheme=True, label_en="HACCP"))
    check(credential, valid_until_date=timezone.localdate() - datetime.timedelta(1))
    refused = check(credential)
    ClaimCheck.objects.filter(pk=refused.pk).update(outcome=ClaimCheck.Outcome.REFUSED)
    assert "Self-declared: HACCP" in client.get(address(company)).content.decode()


def test_a_checked_registration_is_told_with_its_number(client, company):
    check(company=company)
    text = client.get(address(company)).content.decode()
    assert "Registered in China under 91500000MA5U00000X" in text
    assert "the alliance secretariat" in text


def test_named_page_lists_public_needs_only(client, company):
    NeedFactory(company=company, title_en="Seeks cold storage")
    NeedFactory(company=company, title_en="Seeks a secret buyer", anonymous=True)
    NeedFactory(company=company, title_en="Private plan", private=True)
    NeedFactory(company=company, title_en="Closed long ago", state="closed")
    text = client.get(address(company)).content.decode()
    assert "Seeks cold storage" in text
    for hidden in ("Seeks a secret buyer", "Private plan", "Closed long ago"):
        assert hidden not in text


@pytest.mark.parametrize("trait", ["draft", "suspended"])
def test_a_hidden_company_is_404_for_strangers_and_open_to_its_people(client, trait):
    hidden = CompanyFactory(**{trait: True})
    missing = client.get("/en/companies/no-such-firm/")
    for user in (None, UserFactory()):
        if user:
            client.force_login(user)
        assert client.get(address(hidden)).status_code == missing.status_code == 404
        assert client.get(f"{address(hidden)}?preview=draft").status_code == 404
    client.force_login(CompanyMemberFactory(company=hidden).user)
    assert client.get(address(hidden)).status_code == 200


def test_the_newest_draft_is_for_members_only(client, company):
    company.summary_en = "Makers of dreams."
    company.save_revision()
    assert "dreams" not in client.get(f"{address(company)}?preview=draft").content.decode()
    client.force_login(CompanyMemberFactory(company=company).user)
    assert "dreams" in client.get(f"{address(company)}?preview=draft").content.decode()
    assert "dreams" not in client.get(address(company)).content.decode()


def test_strangers_are_asked_to_sign_in_and_members_are_not_sent_to_themselves(client, company):
    assert f"?next={address(company)}" in client.get(address(company)).content.decode()
    client.force_login(CompanyMemberFactory(company=company).user)
    assert "Request an introduction" not in client.get(address(company)).content.decode()


def test_queries_do_not_grow_with_the_profile(client, company, django_assert_max_num_queries):
    for _ in range(6):
        offer = OfferFactory(company=company)
        offer.markets.set([TermFactory(market=True), TermFactory(market=True)])
        offer.save()
        ProductFactory(company=company)
        check(CredentialFactory(company=company))
        NeedFactory(company=company)
    with django_assert_max_num_queries(25):
        client.get(address(company))


def test_anonymous_pages_answer_304_to_what_the_reader_has(client, company):
    first = client.get(address(company))
    if "ETag" in first.headers and 'nonce="' not in first.content.decode():
        again = client.get(address(company), HTTP_IF_NONE_MATCH=first.headers["ETag"])
        assert again.status_code == 304
    assert "sessionid" not in first.cookies


# --- Needs ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_public_need_names_its_company(client, company, language):
    need = NeedFactory(company=company, title_en="Seeks cold storage", title_zh="寻找冷库")
    text = client.get(f"/{language}/needs/{need.pk}/").content.decode()
    assert "巴山食品有限公司" in text
    assert ("寻找冷库" if language == "zh-hans" else "Seeks cold storage") in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_anonymous_need_leaves_no_trace_of_its_company(client, company, language):
    need = NeedFactory(company=company, title_en="Seeks a buyer", title_zh="寻找买家", anonymous=True)
    for user in (None, UserFactory()):
        if user:
            client.force_login(user)
        page = client.get(f"/{language}/needs/{need.pk}/")
        text = page.content.decode()
        assert page.status_code == 200
        for trace in (company.slug, "巴山", "Bashan", company.number, f"/companies/{company.slug}"):
            assert trace not in text
    client.force_login(CompanyMemberFactory(company=company).user)
    assert "Bashan" in client.get(f"/en/needs/{need.pk}/").content.decode()


@pytest.mark.parametrize("values", [{"private": True}, {"state": "draft"}, {"state": "closed"}, {"live": False}])
def test_needs_that_are_not_shown_are_404(client, values):
    need = NeedFactory(**values)
    assert client.get(f"/en/needs/{need.pk}/").status_code == 404
    assert client.get("/en/needs/999999/").status_code == 404
    client.force_login(CompanyMemberFactory(company=need.company).user)
    assert client.get(f"/en/needs/{need.pk}/").status_code == 200


def test_needs_of_hidden_companies_are_404(client):
    assert client.get(f"/en/needs/{NeedFactory(company=CompanyFactory(suspended=True)).pk}/").status_code == 404


# --- The list -------------------------------------------------------------------------------------------


def listed(client, query=""):
    page = client.get(f"/en/companies/{query}")
    assert page.status_code == 200
    return {hit["url"].split("/")[-2] for hit in page.context["hits"]}


def test_the_list_shows_visible_companies_and_filters_by_country_sector_and_place(client):
    food, tea = TermFactory(sector=True, code="food"), None
    tea = TermFactory(sector=True, code="food.tea", parent=food)
    city = TermFactory(place=True, code="cn-cq")
    district = TermFactory(place=True, code="cn-cq-yubei", parent=city)
    one = CompanyFactory(slug="one", place=district)
    one.sectors.set([food, tea])
    one.save()
    CompanyFactory(slug="two", singapore=True)
    CompanyFactory(slug="three", draft=True)
    assert listed(client) == {"one", "two"}
    assert listed(client, "?country=SG") == {"two"}
    assert listed(client, "?country=sg") == {"two"}
    assert listed(client, "?sector=food") == {"one"}
    assert listed(client, "?place=cn-cq") == {"one"}
    assert listed(client, "?country=SG&sector=food") == set()
    assert listed(client, "?sector=none-such&country=%22x") == {"one", "two"}


def test_pages_of_the_list(client, django_assert_max_num_queries):
    for number in range(23):
        company = CompanyFactory(slug=f"firm-{number:02}")
        company.sectors.set([TermFactory(sector=True)])
        company.save()
    with django_assert_max_num_queries(25):
        assert len(listed(client)) == 20
    assert len(listed(client, "?page=2")) == 3
    for bad in ("3", "0", "-1", "x", ""):
        assert client.get(f"/en/companies/?page={bad}").status_code == 404


# --- Addresses for search machines ------------------------------------------------------------------------


def test_the_sitemap_names_both_languages_and_nothing_hidden(client, company):
    hidden = CompanyFactory(draft=True, slug="hidden-firm")
    public, secret = NeedFactory(company=company), NeedFactory(company=company, anonymous=True)
    index = client.get("/sitemap.xml").content.decode()
    assert "http://testserver/sitemap-companies.xml" in index
    companies = client.get("/sitemap-companies.xml").content.decode()
    assert 'hreflang="en" href="http://testserver/en/companies/bashan/"' in companies
    assert 'hreflang="zh-hans" href="http://testserver/zh-hans/companies/bashan/"' in companies
    assert hidden.slug not in companies
    needs = client.get("/sitemap-needs.xml").content.decode()
    assert f"/needs/{public.pk}/" in needs
    assert f"/needs/{secret.pk}/" not in needs
    assert client.get("/sitemap-nothing.xml").status_code == 404
    assert "http://testserver/sitemap.xml" in client.get("/robots.txt").content.decode()


# --- Facts that a revision must not bring back -------------------------------------------------------------


def test_publishing_an_old_draft_keeps_the_version_and_the_suspension(company):
    revision = company.save_revision()
    Company.objects.filter(pk=company.pk).update(search_version=50, visibility="suspended")
    type(revision).objects.get(pk=revision.pk).publish()
    company.refresh_from_db()
    assert company.search_version == 51
    assert company.visibility == "suspended"


def test_a_private_need_has_no_title_in_wagtails_log():
    need = NeedFactory(private=True, title_en="Sell the family farm")
    assert "farm" not in str(need)
    assert "farm" not in need.save_revision().object_str
    assert Need.objects.get(pk=need.pk).title_en == "Sell the family farm"
