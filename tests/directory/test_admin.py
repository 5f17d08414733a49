"""The directory in the Wagtail admin: listings, editing, preview, history, and what editors must not see."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from directory.models import Company, Need, Visibility
from matchmaking.core.models import AuditEvent, OutboxEntry
from tests.factories import (
    CompanyFactory,
    CredentialFactory,
    NeedFactory,
    OfferFactory,
    ProductFactory,
    TermFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
MODELS = ("company", "offer", "need", "product", "credential")
FACTORIES = dict(
    zip(MODELS, (CompanyFactory, OfferFactory, NeedFactory, ProductFactory, CredentialFactory), strict=True)
)


@pytest.fixture(autouse=True)
def without_second_factor(settings):
    settings.YUXIN_REQUIRE_STAFF_MFA = False


@pytest.fixture
def editor(client):
    user = UserFactory(platform=True)
    client.force_login(user)
    return client


def url(model, name, *args):
    return reverse(f"wagtailsnippets_directory_{model}:{name}", args=args)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("query", ["", "?q=%22", '?q="重庆', "?q=AND (", "?q=*", "?q=%E6%A0%B7%E6%9C%AC"])
def test_listings_survive_any_search(editor, model, query):
    FACTORIES[model]()
    assert editor.get(url(model, "list") + query).status_code == 200
    assert editor.get(url(model, "list_results") + query).status_code == 200


def test_the_search_of_the_listing_finds_parts_of_chinese_names(editor):
    CompanyFactory(legal_name_zh="重庆巴山食品机械有限公司", slug="found")
    CompanyFactory(legal_name_zh="重庆其他有限公司", slug="other")
    text = editor.get(url("company", "list") + "?q=食品机械").content.decode()
    assert "重庆巴山食品机械有限公司" in text
    assert "重庆其他有限公司" not in text


@pytest.mark.parametrize("model", MODELS)
def test_editing_history_and_preview_open(editor, model):
    record = FACTORIES[model]()
    record.save_revision()
    assert editor.get(url(model, "add")).status_code == 200
    assert editor.get(url(model, "edit", record.pk)).status_code == 200
    assert editor.get(url(model, "history", record.pk)).status_code == 200
    revision = record.latest_revision
    preview = editor.get(url(model, "revisions_view", record.pk, revision.pk))
    assert preview.status_code == 200
    assert b"site-head" in preview.content


def test_a_part_is_previewed_inside_the_page_of_its_company(editor):
    offer = OfferFactory(title_en="Old title")
    offer.title_en, offer.title_zh = "New title", "新标题"
    revision = offer.save_revision()
    text = editor.get(url("offer", "revisions_view", offer.pk, revision.pk)).content.decode()
    assert "新标题" in text
    assert "Old title" not in text


def test_listings_do_not_ask_once_per_row(editor, django_assert_max_num_queries):
    for _ in range(12):
        OfferFactory()
    with django_assert_max_num_queries(60):
        editor.get(url("offer", "list"))


# --- What editors must not see -----------------------------------------------------------------------------


def test_private_needs_do_not_exist_for_editors(editor):
    need = NeedFactory(private=True, title_zh="悄悄出售工厂", title_en="Quiet sale")
    need.save_revision(user=UserFactory(platform=True), log_action=True)
    NeedFactory(title_zh="公开需求")
    text = editor.get(url("need", "list")).content.decode()
    assert "公开需求" in text
    assert "悄悄出售工厂" not in text
    assert "悄悄出售工厂" not in editor.get(url("need", "list") + "?q=工厂").content.decode()
    revision = need.latest_revision_id
    for name, args in (
        ("edit", ()), ("delete", ()), ("history", ()), ("usage", ()), ("preview_on_edit", ()), ("unpublish", ()),
        ("revisions_view", (revision,)), ("revisions_revert", (revision,)),
        ("revisions_compare", ("earliest", "latest")), ("workflow_history", ()),
    ):  # fmt: skip
        assert editor.get(url("need", name, need.pk, *args), follow=True).status_code == 404, name
    assert "Quiet sale" not in editor.get(reverse("wagtailadmin_reports:site_history")).content.decode()


def test_contacts_and_no_lists_have_no_page_in_the_admin(editor):
    from wagtail.snippets.models import get_snippet_models

    names = {model.__name__ for model in get_snippet_models()}
    assert set(MODELS) <= {name.lower() for name in names}
    assert not names & {"ContactPerson", "NoListEntry", "CompanyMember", "ClaimRequest"}
    company = CompanyFactory(contact={"name": "Zhang Secret", "email": "secret@example.org"})
    for name in ("edit", "history", "usage"):
        assert "Secret" not in editor.get(url("company", name, company.pk)).content.decode()


def test_evidence_files_are_not_offered_in_the_admin(editor):
    credential = CredentialFactory()
    assert 'name="evidence"' not in editor.get(url("credential", "edit", credential.pk)).content.decode()


def test_terms_are_to_be_read_not_changed(editor):
    term = TermFactory(label_zh="榨菜")
    assert "榨菜" in editor.get(reverse("terms:index")).content.decode()
    assert editor.get(reverse("terms:index") + "?q=%22").status_code == 200
    assert editor.get(reverse("terms:inspect", args=[term.pk])).status_code == 200
    for name, args in (("add", ()), ("edit", (term.pk,)), ("delete", (term.pk,))):
        assert editor.get(reverse(f"terms:{name}", args=args)).status_code != 200


def test_without_rights_the_admin_stays_closed(client):
    user = UserFactory()
    user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client.force_login(user)
    response = client.get(url("company", "list"))
    assert response.status_code == 302
    assert "companies" not in response.headers["Location"]


# --- Publishing ----------------------------------------------------------------------------------------------


def topics(company):
    return set(OutboxEntry.objects.filter(entity="company", entity_id=company.pk).values_list("topic", flat=True))


def test_publishing_a_draft_opens_its_page_and_marks_it(editor):
    company = CompanyFactory(draft=True)
    company.save_revision().publish()
    company.refresh_from_db()
    assert (company.visibility, company.live) == (Visibility.LIVE, True)
    assert topics(company) == {"doc", "match"}
    event = AuditEvent.objects.get(action="directory.publish_company")
    assert event.data == {"from": "draft", "to": "live"}


def test_unpublishing_closes_the_page_and_publishing_opens_it_again(editor):
    company = CompanyFactory()
    company.unpublish()
    company.refresh_from_db()
    assert not company.is_visible
    assert editor.get(f"/en/companies/{company.slug}/").status_code == 200  # platform staff reviews it
    company.save_revision().publish()
    company.refresh_from_db()
    assert company.is_visible


def test_a_suspended_company_stays_suspended(editor):
    company = CompanyFactory(suspended=True)
    company.save_revision().publish()
    company.refresh_from_db()
    assert company.visibility == Visibility.SUSPENDED


@pytest.mark.parametrize("factory", [OfferFactory, NeedFactory, ProductFactory, CredentialFactory])
def test_parts_mark_their_company_when_published_hidden_or_deleted(factory):
    record = factory()
    company = record.company
    for change in (lambda: record.save_revision().publish(), record.unpublish, record.delete):
        OutboxEntry.objects.all().delete()
        before = Company.objects.get(pk=company.pk).search_version
        change()
        assert topics(company) == {"doc", "match"}
        assert Company.objects.get(pk=company.pk).search_version > before


def test_a_deleted_company_is_marked_above_its_last_version():
    company = CompanyFactory()
    NeedFactory(company=company)
    OutboxEntry.objects.all().delete()
    pk = company.pk
    Company.objects.get(pk=pk).delete()
    newest = OutboxEntry.objects.filter(entity_id=pk, topic="doc").order_by("-version").first()
    assert newest.version > 1
    assert not Need.objects.filter(company_id=pk).exists()


def test_an_editor_creates_a_company_through_the_form(editor):
    data = {
        "legal_name_zh": "重庆新来有限公司", "legal_name_en": "Newcomer", "short_name_zh": "", "short_name_en": "",
        "slug": "newcomer", "country": "CN", "scheme": "", "number": "", "founded": "", "website": "", "group_name": "",
        "summary_zh": "", "summary_en": "", "description_zh": "", "description_en": "", "place": "", "zone": "",
        "size_band": "", "action-publish": "1",
    }  # fmt: skip
    response = editor.post(url("company", "add"), data)
    assert response.status_code == 302, response.content.decode()[:2000]
    company = Company.objects.get(slug="newcomer")
    assert company.number is None
    assert company.is_visible
