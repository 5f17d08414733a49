"""Onboarding step by step, in both languages, with what people really type."""

import pytest

from directory.models import ClaimRequest, Company, ContactPerson
from directory.selectors import draft_of, profile_status
from tests.factories import CompanyFactory, CompanyMemberFactory, UserFactory
from tests.workspace.conftest import NUMBER

pytestmark = pytest.mark.django_db


def text_of(response):
    return response.content.decode()


@pytest.mark.parametrize("prefix", ["/zh-hans", "/en"])
def test_from_number_to_submission(browser, owner, terms, prefix):
    assert browser.get(f"{prefix}/join/").url == f"{prefix}/join/register/"
    steps = [
        ("register", {"country": "CN", "number": " 9144 0300 1922 0382 16 "}),
        ("names", {"legal_name_zh": "重庆云阳果业有限公司", "legal_name_en": "Yunyang Fruit Co., Ltd."}),
        ("profile", {"sectors": [terms["sector"].pk], "languages": [terms["language"].pk], "founded": "2004"}),
        ("story", {"summary_zh": "柑橘种植与出口。", "summary_en": "Grows and exports citrus."}),
        ("contact", {"name": "周岚", "email": "Zhou@Example.org"}),
    ]
    for step, data in steps:
        page = browser.get(f"{prefix}/join/{step}/")
        assert page.status_code == 200
        answer = browser.post(f"{prefix}/join/{step}/", data)
        assert answer.status_code == 302, text_of(answer)
    assert answer.url == f"{prefix}/join/preview/"
    preview = text_of(browser.get(answer.url))
    assert "Yunyang Fruit Co., Ltd." in preview
    assert "重庆云阳果业有限公司" in preview
    assert browser.post(f"{prefix}/join/preview/").url == f"{prefix}/my/"
    company = Company.objects.get(number=NUMBER)
    assert profile_status(company) == "submitted"
    assert company.slug.startswith("yunyang")
    assert ContactPerson.objects.get().email == "zhou@example.org"
    assert browser.get(f"{prefix}/my/").status_code == 200


def test_signing_out_loses_nothing(browser, owner, draft, client):
    browser.post("/en/join/names/", {"legal_name_zh": "重庆云阳果业有限公司"})
    browser.logout()
    browser.force_login(owner)
    assert browser.get("/en/join/").url == "/en/join/profile/"
    assert "重庆云阳果业有限公司" in text_of(browser.get("/en/join/names/"))


@pytest.mark.parametrize(
    ("country", "number", "words"),
    [
        ("CN", "914403001922038217", "Position 18 should be 6, you entered 7"),
        ("CN", "91440300192203821", "18 characters"),
        ("SG", "205012345A", "2050"),
        ("SG", "T27LL1234A", "2027"),
        ("SG", "196800306B", "should be E"),
        ("MY", "?", "letters and digits"),
        ("CN", "x" * 1_000_000, "60"),
        ("CN", "", "required"),
    ],
)
def test_a_wrong_number_is_explained_and_kept(browser, country, number, words):
    answer = browser.post("/en/join/register/", {"country": country, "number": number})
    assert answer.status_code == 422
    assert words in text_of(answer)
    assert 'class="error-summary"' in text_of(answer)
    if number and len(number) < 60:
        assert f'value="{number}"' in text_of(answer)
    assert not Company.objects.exists()


def test_the_wrong_part_of_the_code_is_shown(browser):
    answer = text_of(browser.post("/zh-hans/join/register/", {"country": "CN", "number": "914403001922038217"}))
    assert '<li class="bad"><code>7</code>' in answer


def test_full_width_and_lower_case_are_normalised(browser):
    wide = "".join(chr(ord(c) + 0xFEE0) for c in "196800306e")
    browser.post("/en/join/register/", {"country": "SG", "number": wide})
    assert Company.objects.get().number == "196800306E"


def test_checking_only_says_not_yet_verified_and_creates_nothing(browser):
    answer = browser.post("/en/join/register/", {"country": "CN", "number": NUMBER, "check": "1"})
    assert "Not yet verified" in text_of(answer)
    assert not Company.objects.exists()


def test_a_published_holder_of_the_number_leads_to_its_claim(browser):
    holder = CompanyMemberFactory(company=CompanyFactory(scheme="uscc", number=NUMBER)).user
    company = Company.objects.get(number=NUMBER)
    answer = browser.post("/en/join/register/", {"country": "CN", "number": NUMBER})
    assert answer.url == f"/en/companies/{company.slug}/claim/"
    page = text_of(browser.get(answer.url))
    assert company.name in page
    assert holder.email not in page
    assert holder.full_name not in page
    assert browser.post(answer.url, {"message": "I am the export manager."}).status_code == 302
    assert ClaimRequest.objects.get().state == "open"
    again = browser.post(answer.url, {"message": "Again."})
    assert again.status_code == 422


def test_a_hidden_holder_keeps_its_name(browser):
    hidden = CompanyFactory(draft=True, scheme="uscc", number=NUMBER, legal_name_zh="隐名公司")
    answer = browser.post("/en/join/register/", {"country": "CN", "number": NUMBER})
    assert answer.url == "/en/join/claim/"
    page = text_of(browser.get(answer.url))
    assert "隐名公司" not in page
    assert hidden.slug not in page
    assert browser.get(f"/en/companies/{hidden.slug}/claim/").status_code == 404
    assert browser.post(answer.url, {"message": "Ours."}).status_code == 302
    assert ClaimRequest.objects.get().company == hidden


def test_the_number_claim_without_a_number_is_missing(browser):
    assert browser.get("/en/join/claim/").status_code == 404


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("  Yunyang\u202e Fruit\u200b  Co. ", "Yunyang Fruit Co."),
        ("Cafe\u0301 Ltd", "Café Ltd"),
        ("\ufeffＡＢＣ Ltd", "ＡＢＣ Ltd"),
        ("İstanbul Straße", "İstanbul Straße"),
    ],
)
def test_names_are_cleaned_of_what_cannot_be_seen(browser, draft, typed, stored):
    browser.post("/en/join/names/", {"legal_name_en": typed})
    assert draft_of(Company.objects.get(pk=draft.pk)).legal_name_en == stored


@pytest.mark.parametrize(
    ("step", "data", "kept"),
    [
        ("names", {"legal_name_en": "N" * 201}, "N" * 201),
        ("names", {"legal_name_en": ""}, ""),
        ("story", {"summary_zh": "长" * 401}, "长" * 401),
        ("story", {"summary_zh": "好", "description_en": "d" * 1_000_000}, "好"),
        ("profile", {"website": "javascript:alert(1)"}, "javascript:alert(1)"),
        ("profile", {"founded": "2999"}, "2999"),
        ("profile", {"founded": "99999999999999999"}, "99999999999999999"),
        ("profile", {"sectors": ["999999"]}, ""),
        ("contact", {"name": "周岚", "email": "not an address"}, "not an address"),
    ],
)
def test_bad_input_is_refused_with_the_values_kept(browser, draft, step, data, kept):
    before = Company.objects.get(pk=draft.pk).latest_revision_id
    answer = browser.post(f"/zh-hans/join/{step}/", data)
    assert answer.status_code == 422
    assert 'class="error-summary"' in text_of(answer)
    assert kept in text_of(answer)
    assert Company.objects.get(pk=draft.pk).latest_revision_id == before


def test_an_outdated_translation_is_shown_and_can_be_confirmed(browser, draft, terms):
    both = {"summary_zh": "冷链运输。", "summary_en": "Cold chain transport."}
    browser.post("/en/join/story/", both)
    browser.post("/en/join/story/", {**both, "summary_zh": "冷链运输与仓储。"})
    page = text_of(browser.get("/en/join/story/"))
    assert "The Chinese text changed" in page
    assert "冷链运输</span> = <span" in page
    answer = browser.post("/en/join/story/", {**both, "summary_zh": "冷链运输与仓储。", "confirm": "summary"})
    assert answer.url == "/en/join/story/"
    assert "The Chinese text changed" not in text_of(browser.get("/en/join/story/"))


def test_submitting_too_early_names_what_is_missing(browser, draft):
    answer = browser.post("/en/join/preview/")
    assert answer.status_code == 422
    assert "Legal name" in text_of(answer)


def test_steps_before_the_number_lead_back_to_it(browser):
    assert browser.get("/en/join/story/").url == "/en/join/"
    assert browser.get("/en/join/nonsense/").status_code == 404


@pytest.mark.parametrize("path", ["join/", "join/register/", "my/", "my/needs/", "my/members/", "my/company/"])
def test_visitors_sign_in_first(client, db, path):
    answer = client.get(f"/en/{path}")
    assert answer.status_code == 302
    assert answer.url.startswith("/en/account/login/")


def test_somebody_elses_draft_is_never_opened(browser, draft, client):
    client.force_login(UserFactory())
    page = client.get("/en/join/names/")
    assert page.status_code == 302
    assert client.post("/en/join/names/", {"legal_name_en": "Stolen"}).status_code == 302
    assert Company.objects.get(pk=draft.pk).legal_name_en == ""
