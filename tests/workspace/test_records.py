"""Offers, needs, products and credentials in the workspace; foreign ones do not exist."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from directory.models import Credential, Establishment, Need, NeedState, Offer, Product
from tests.factories import (
    CompanyFactory,
    CompanyMemberFactory,
    CredentialFactory,
    NeedFactory,
    OfferFactory,
    ProductFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7 evidence"
FACTORIES = {"offers": OfferFactory, "needs": NeedFactory, "products": ProductFactory, "credentials": CredentialFactory}


def text_of(response):
    return response.content.decode()


@pytest.mark.parametrize("prefix", ["/zh-hans", "/en"])
@pytest.mark.parametrize("kind", FACTORIES)
def test_lists_and_forms_open_empty_and_filled(browser, company, terms, prefix, kind):
    assert browser.get(f"{prefix}/my/{kind}/").status_code == 200
    record = FACTORIES[kind](company=company)
    assert f"/my/{kind}/{record.pk}/" in text_of(browser.get(f"{prefix}/my/{kind}/"))
    assert browser.get(f"{prefix}/my/{kind}/new/").status_code == 200
    assert browser.get(f"{prefix}/my/{kind}/{record.pk}/").status_code == 200


@pytest.mark.parametrize("kind", FACTORIES)
def test_a_foreign_record_looks_like_a_missing_one(stranger, company, kind):
    foreign = FACTORIES[kind](company=company)
    paths = [f"/en/my/{kind}/{foreign.pk}/"] + ([f"/en/my/{kind}/{foreign.pk}/remove/"] if kind != "needs" else [])
    for path in paths:
        missing = path.replace(str(foreign.pk), "99999")
        for method in (stranger.get, stranger.post):
            answer, none = method(path), method(missing)
            assert (answer.status_code, none.status_code) == (404, 404)
            assert answer.content == none.content
    assert FACTORIES[kind]._meta.model.objects.filter(pk=foreign.pk).exists()


@pytest.mark.parametrize("kind", FACTORIES)
def test_a_viewer_reads_the_list_but_changes_nothing(client, company, kind):
    record = FACTORIES[kind](company=company)
    client.force_login(CompanyMemberFactory(company=company, role="viewer").user)
    assert client.get(f"/en/my/{kind}/").status_code == 200
    assert client.post(f"/en/my/{kind}/{record.pk}/", {}).status_code == 403


def test_a_removed_members_session_ends_at_once(browser, company):
    record = OfferFactory(company=company)
    company.members.all().delete()
    assert browser.get(f"/en/my/offers/{record.pk}/").status_code == 302
    assert browser.get("/en/my/offers/").url == "/en/join/"


def test_an_offer_is_saved_changed_and_removed(browser, company, terms):
    data = {
        "service_type": terms["service"].pk, "title_zh": "冷链到新加坡", "markets": [terms["market"].pk], "capacity": "3",
    }
    assert browser.post("/zh-hans/my/offers/new/", data).status_code == 302
    offer = Offer.objects.get()
    assert (offer.company, offer.capacity, offer.live) == (company, 3, True)
    browser.post(f"/zh-hans/my/offers/{offer.pk}/", {**data, "title_zh": "改名"})
    offer.refresh_from_db()
    assert offer.title_zh == "改名"
    assert browser.get(f"/zh-hans/my/offers/{offer.pk}/remove/").status_code == 200
    browser.post(f"/zh-hans/my/offers/{offer.pk}/remove/")
    assert not Offer.objects.exists()


def test_a_need_is_opened_and_leads_to_its_matches(browser, company, terms):
    data = {
        "service_types": [terms["service"].pk], "title_en": "Cold chain to Singapore", "confidentiality": "anonymous",
        "open": "1",
    }
    answer = browser.post("/en/my/needs/new/", data)
    need = Need.objects.get()
    assert answer.url == f"/en/needs/{need.pk}/matches/"
    assert (need.state, need.confidentiality) == (NeedState.OPEN, "anonymous")
    browser.post(f"/en/my/needs/{need.pk}/state/", {"state": "fulfilled"})
    need.refresh_from_db()
    assert need.state == NeedState.FULFILLED


def test_a_need_without_service_or_product_keeps_what_was_typed(browser, company, terms):
    answer = browser.post("/en/my/needs/new/", {"title_en": "Something", "confidentiality": "public"})
    assert answer.status_code == 422
    assert "Something" in text_of(answer)
    assert not Need.objects.exists()


@pytest.mark.parametrize(
    "bad",
    [
        {"title_en": "t" * 201}, {"text_zh": "字" * 1_000_000}, {"confidentiality": "secret"}, {"budget": "99"},
        {"answer_by_date": "2001-01-01"}, {"answer_by_date": "99999-99-99"}, {"service_types": ["x"]},
        {"markets": ["-1"]},
    ],
)
def test_bad_needs_are_refused(browser, company, terms, bad):
    good = {"service_types": [terms["service"].pk], "title_en": "T", "confidentiality": "public"}
    assert browser.post("/en/my/needs/new/", {**good, **bad}).status_code == 422
    assert not Need.objects.exists()


def test_the_meter_counts_what_is_there(browser, company):
    need = NeedFactory(company=company)
    assert "1 of 8" in text_of(browser.get(f"/en/my/needs/{need.pk}/"))


def test_a_foreign_need_changes_no_state(stranger, company):
    need = NeedFactory(company=company)
    assert stranger.post(f"/en/my/needs/{need.pk}/state/", {"state": "closed"}).status_code == 404
    need.refresh_from_db()
    assert need.state == NeedState.OPEN


def test_a_product_takes_the_hs_code_of_its_category(browser, company, terms):
    data = {
        "category": terms["category"].pk, "name_zh": "奉节脐橙", "temperature": "chilled", "harvest_months": ["11", "12"],
    }
    browser.post("/zh-hans/my/products/new/", data)
    product = Product.objects.get()
    assert (product.hs6, product.harvest_months) == ("080510", [11, 12])


def test_a_foreign_establishment_cannot_be_chosen(browser, company, terms):
    foreign = Establishment.objects.create(company=CompanyFactory(), kind="farm", name_zh="别家")
    data = {"category": terms["category"].pk, "name_zh": "橙", "temperature": "ambient", "establishment": foreign.pk}
    assert browser.post("/en/my/products/new/", data).status_code == 422
    assert browser.get(f"/en/my/establishments/{foreign.pk}/").status_code == 404


def test_an_establishment_is_saved(browser, company):
    browser.post("/en/my/establishments/new/", {"kind": "farm", "name_zh": "云脊果园", "registration": "CQ-1"})
    assert company.establishments.get().registration == "CQ-1"


class TestEvidence:
    def upload(self, browser, terms, content=PDF, name="执照.pdf"):
        file = SimpleUploadedFile(name, content)
        return browser.post("/en/my/credentials/new/", {"scheme": terms["scheme"].pk, "evidence": file})

    @pytest.fixture
    def credential(self, browser, company, terms):
        assert self.upload(browser, terms).status_code == 302
        return Credential.objects.get()

    def test_it_is_a_download_under_a_name_of_ours(self, browser, credential):
        assert "执照" not in credential.evidence.name
        answer = browser.get(f"/en/my/credentials/{credential.pk}/evidence/")
        assert b"".join(answer.streaming_content) == PDF
        assert answer["Content-Disposition"].startswith("attachment")
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Type"] == "application/pdf"
        assert "no-store" in answer["Cache-Control"]

    def test_it_has_no_public_address(self, browser, credential, settings):
        with pytest.raises(ValueError, match="URL"):
            _ = credential.evidence.url
        assert browser.get(f"/media/{credential.evidence.name}").status_code == 404
        assert str(settings.MEDIA_ROOT) not in credential.evidence.path

    def test_others_find_nothing(self, credential, client):
        path = f"/en/my/credentials/{credential.pk}/evidence/"
        client.force_login(CompanyMemberFactory().user)
        assert client.get(path).status_code == 404
        client.logout()
        assert client.get(path).status_code == 302

    def test_a_removed_member_finds_nothing(self, browser, company, credential):
        company.members.all().delete()
        assert browser.get(f"/en/my/credentials/{credential.pk}/evidence/").status_code == 404

    def test_the_platform_may_read(self, credential, client, settings):
        settings.YUXIN_REQUIRE_STAFF_MFA = False
        client.force_login(UserFactory(platform=True))
        assert client.get(f"/en/my/credentials/{credential.pk}/evidence/").status_code == 200

    @pytest.mark.parametrize(
        ("content", "name"),
        [
            (b"MZ\x90\x00 program", "x.pdf"), (b"<svg onload=alert(1)>", "x.png"), (b"GIF89a", "x.png"),
            (b"PK\x03\x04", "a.pdf"),
            (b"%PDF-" + b"0" * (5 * 1024 * 1024), "big.pdf"),
        ],
    )
    def test_other_files_are_refused_by_their_content(self, browser, company, terms, content, name):
        assert self.upload(browser, terms, content, name).status_code == 422
        assert not Credential.objects.exists()

    def test_paths_in_names_are_ignored(self, browser, company, terms):
        self.upload(browser, terms, name="../../" + "n" * 300 + ".pdf")
        assert Credential.objects.get().evidence.name.startswith("evidence/")

    def test_a_new_file_replaces_the_old_one(
        self, browser, credential, terms, django_capture_on_commit_callbacks
    ):
        old = credential.evidence.name
        file = SimpleUploadedFile("n.png", b"\x89PNG\r\n\x1a\n rest")
        with django_capture_on_commit_callbacks(execute=True):
            path = f"/en/my/credentials/{credential.pk}/"
            browser.post(path, {"scheme": terms["scheme"].pk, "evidence": file})
        credential.refresh_from_db()
        assert credential.evidence.name.endswith(".png")
        assert not credential.evidence.storage.exists(old)

    def test_saving_without_a_file_keeps_it(self, browser, credential, terms):
        browser.post(f"/en/my/credentials/{credential.pk}/", {"scheme": terms["scheme"].pk, "issuer": "New"})
        credential.refresh_from_db()
        assert credential.evidence
        assert credential.issuer == "New"

    def test_a_changed_claim_ends_its_check(self, browser, company, credential, terms):
        credential.checks.create(company=company, outcome="confirmed", method_zh="电话", method_en="Phone")
        assert credential.current_check()
        browser.post(f"/en/my/credentials/{credential.pk}/", {"scheme": terms["scheme"].pk, "number": "X-1"})
        assert Credential.objects.get().current_check() is None
