"""Actions on companies: states, rights, races, and what stays secret."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from directory.actions import (
    ApproveClaim,
    ApproveCompany,
    ClaimCompany,
    CloseNeed,
    CreateCompany,
    NumberTaken,
    OpenNeed,
    RejectClaim,
    ReturnCompany,
    SaveCompanyDraft,
    SaveContactPerson,
    SaveNeed,
    SaveOffer,
    SaveProduct,
    SetRegistration,
    SubmitCompany,
    TakeBackCompany,
    WithdrawCompany,
)
from directory.models import Company, Establishment, NeedState, Visibility
from directory.registration import check_registration
from directory.selectors import draft_of, profile_status
from directory.workflow import ensure_publication_workflow, last_return
from matchmaking.core.actions import InvalidTransition
from matchmaking.core.models import AuditEvent, OutboxEntry
from tests.factories import (
    CompanyFactory,
    CompanyMemberFactory,
    NeedFactory,
    ProductFactory,
    TermFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
NUMBER = "914403001922038216"


@pytest.fixture
def owner():
    return UserFactory()


@pytest.fixture
def reviewer():
    return UserFactory(platform=True)


def registration(number=NUMBER):
    return check_registration("uscc", number)


def draft_company(owner):
    company = CreateCompany(owner, "CN", registration()).run()
    SaveCompanyDraft(
        owner, company,
        {
            "legal_name_zh": "重庆云阳果业有限公司", "legal_name_en": "Yunyang Fruit Co., Ltd.",
            "summary_zh": "柑橘种植与出口。", "summary_en": "Grows and exports citrus.",
            "sectors": [TermFactory(sector=True)], "languages": [TermFactory(language=True)],
        },
    ).run()
    SaveContactPerson(owner, company, {"name": "周岚", "email": "zhou@example.org"}).run()
    return Company.objects.get(pk=company.pk)


def published_company(owner, reviewer):
    company = draft_company(owner)
    SubmitCompany(owner, company).run()
    return ApproveCompany(reviewer, company).run()


class TestBeginning:
    def test_whoever_begins_a_company_owns_a_hidden_draft(self, owner):
        company = CreateCompany(owner, "CN", registration()).run()
        assert company.members.get().user == owner
        assert (company.visibility, company.live, company.number) == (Visibility.DRAFT, False, NUMBER)
        assert not Company.objects.visible().exists()

    def test_the_same_number_twice_leads_to_a_claim(self, owner):
        first = CreateCompany(owner, "CN", registration()).run()
        with pytest.raises(NumberTaken) as caught:
            CreateCompany(UserFactory(), "CN", registration(" 9144 0300192203 8216 ")).run()
        assert caught.value.company == first
        assert owner.email not in str(caught.value)
        assert Company.objects.filter(number=NUMBER).count() == 1

    def test_losing_the_race_after_the_check_is_the_same_answer(self, owner, monkeypatch):
        CreateCompany(owner, "CN", registration()).run()
        blind = type("Blind", (), {"exists": lambda self: False, "exclude": lambda self, **kw: self})()
        monkeypatch.setattr(type(Company.objects.all()), "filter", lambda self, *a, **kw: blind)
        from directory.actions.company import save_unique

        with pytest.raises(NumberTaken):
            save_unique(Company(slug="x", scheme="uscc", number=NUMBER), registration())

    def test_an_unverified_address_begins_nothing(self):
        with pytest.raises(PermissionDenied):
            CreateCompany(UserFactory(verified=False), "CN", registration()).run()

    def test_numbers_cannot_be_hoarded(self, owner):
        for number in range(5):
            CompanyMemberFactory(user=owner, company=CompanyFactory(draft=True, slug=f"d{number}"))
        with pytest.raises(InvalidTransition):
            CreateCompany(owner, "CN", registration()).run()

    def test_a_number_can_be_corrected_until_publication(self, owner, reviewer):
        company = CreateCompany(owner, "SG", check_registration("uen", "196800306E")).run()
        SetRegistration(owner, company, "CN", registration()).run()
        company.refresh_from_db()
        assert (company.country, company.scheme, company.number) == ("CN", "uscc", NUMBER)
        live = CompanyFactory()
        CompanyMemberFactory(user=owner, company=live)
        with pytest.raises(InvalidTransition):
            SetRegistration(owner, live, "CN", registration("91330100799655058B")).run()


class TestDraft:
    def test_the_address_comes_from_the_name_and_then_stays(self, owner):
        company = draft_company(owner)
        slug = company.slug
        assert "yunyang" in slug
        SaveCompanyDraft(owner, company, {"legal_name_en": "Another Name Ltd."}).run()
        company.refresh_from_db()
        assert company.slug == slug

    def test_changing_one_language_makes_the_other_outdated(self, owner):
        company = draft_company(owner)
        draft = SaveCompanyDraft(owner, company, {"summary_zh": "柑橘种植、加工与出口。"}).run()
        assert draft.translation_status["summary_en"] == "outdated"
        assert draft.translation_status["summary_zh"] == "confirmed"
        draft = SaveCompanyDraft(owner, company, {}, confirmed=["summary"]).run()
        assert draft.translation_status["summary_en"] == "confirmed"

    def test_fields_outside_the_list_are_ignored(self, owner):
        company = draft_company(owner)
        SaveCompanyDraft(owner, company, {"visibility": "live", "live": True, "is_demo": True, "number": "1"}).run()
        company.refresh_from_db()
        assert (company.visibility, company.live, company.is_demo, company.number) == ("draft", False, False, NUMBER)

    def test_a_stranger_and_a_viewer_change_nothing(self, owner):
        company = draft_company(owner)
        viewer = CompanyMemberFactory(company=company, role="viewer").user
        for person in (viewer, UserFactory(), UserFactory(platform=True)):
            with pytest.raises(PermissionDenied):
                SaveCompanyDraft(person, company, {"summary_zh": "改"}).run()

    def test_the_event_names_fields_and_holds_no_text(self, owner):
        company = draft_company(owner)
        SaveCompanyDraft(owner, company, {"summary_zh": "绝密措辞"}).run()
        event = AuditEvent.objects.filter(action="company.save_draft").first()
        assert event.data == {"fields": ["summary_zh"]}
        assert "zhou@example.org" not in str(list(AuditEvent.objects.values_list("data", flat=True)))


class TestReview:
    def test_what_is_missing_is_named(self, owner):
        company = CreateCompany(owner, "CN", registration()).run()
        with pytest.raises(InvalidTransition, match=r"\w"):
            SubmitCompany(owner, company).run()
        assert profile_status(company) == "draft"

    def test_from_draft_to_published(self, owner, reviewer):
        company = draft_company(owner)
        SubmitCompany(owner, company).run()
        assert profile_status(company) == "submitted"
        before = company.search_version
        published = ApproveCompany(reviewer, company).run()
        assert published.is_visible
        assert published.search_version > before
        assert published.sectors.count() == 1
        assert profile_status(published) == "published"
        assert OutboxEntry.objects.filter(topic="doc", entity_id=company.pk).exists()

    def test_a_reviewed_text_cannot_change_under_the_reviewer(self, owner):
        company = draft_company(owner)
        SubmitCompany(owner, company).run()
        with pytest.raises(InvalidTransition):
            SaveCompanyDraft(owner, company, {"summary_zh": "换了"}).run()
        TakeBackCompany(owner, company).run()
        SaveCompanyDraft(owner, company, {"summary_zh": "换了"}).run()
        assert profile_status(company) == "draft"

    def test_returned_with_reasons_then_approved(self, owner, reviewer):
        TermFactory(kind="reason", code="profile.unclear", label_zh="介绍不清楚", label_en="Unclear")
        company = draft_company(owner)
        SubmitCompany(owner, company).run()
        ReturnCompany(reviewer, company, ["profile.unclear"], "请写明产地。").run()
        company = Company.objects.get(pk=company.pk)
        assert profile_status(company) == "returned"
        note = last_return(company)
        assert (note.codes, note.note, note.reasons[0].label_en) == (["profile.unclear"], "请写明产地。", "Unclear")
        assert "产地" not in str(AuditEvent.objects.filter(action="company.return").get().data)
        SubmitCompany(owner, company).run()
        assert ApproveCompany(reviewer, company).run().is_visible
        assert last_return(company) is None

    @pytest.mark.parametrize("reasons", [[], ["<b>free text</b>"], ["Two words"]])
    def test_no_return_without_coded_reasons(self, owner, reviewer, reasons):
        company = draft_company(owner)
        SubmitCompany(owner, company).run()
        with pytest.raises(InvalidTransition):
            ReturnCompany(reviewer, company, reasons).run()

    def test_nobody_reviews_their_own_company(self, owner):
        company = draft_company(owner)
        SubmitCompany(owner, company).run()
        owner.is_staff = True
        owner.save()
        for person in (owner, UserFactory()):
            with pytest.raises(PermissionDenied):
                ApproveCompany(person, company).run()

    def test_a_named_reviewer_publishes_without_any_right_in_the_admin(self, owner, monkeypatch):
        secretary = UserFactory()
        monkeypatch.setattr("directory.permissions._reviewer_tests", [lambda user, company: user == secretary])
        company = draft_company(owner)
        SubmitCompany(owner, company).run()
        assert ApproveCompany(secretary, company).run().is_visible

    def test_members_get_no_mail_that_leads_into_the_admin(
        self, owner, reviewer, mailoutbox, django_capture_on_commit_callbacks
    ):
        with django_capture_on_commit_callbacks(execute=True):
            company = draft_company(owner)
            SubmitCompany(owner, company).run()
            ReturnCompany(reviewer, company, ["profile.unclear"]).run()
            SubmitCompany(owner, company).run()
            ApproveCompany(reviewer, company).run()
        assert owner.email not in [address for mail in mailoutbox for address in mail.to]

    def test_two_reviewers_decide_once(self, owner, reviewer):
        company = draft_company(owner)
        SubmitCompany(owner, company).run()
        ApproveCompany(reviewer, company).run()
        with pytest.raises(InvalidTransition):
            ReturnCompany(UserFactory(platform=True), company, ["profile.unclear"]).run()

    def test_later_changes_wait_for_review_and_the_live_text_stays(self, owner, reviewer):
        company = published_company(owner, reviewer)
        SaveCompanyDraft(owner, company, {"summary_en": "Grows, packs and exports citrus."}).run()
        company = Company.objects.get(pk=company.pk)
        assert company.summary_en == "Grows and exports citrus."
        assert draft_of(company).summary_en == "Grows, packs and exports citrus."
        assert profile_status(company) == "changed"
        Company.objects.filter(pk=company.pk).update(search_version=99)
        SubmitCompany(owner, company).run()
        published = ApproveCompany(reviewer, company).run()
        assert published.summary_en == "Grows, packs and exports citrus."
        assert published.search_version > 99

    def test_nothing_new_is_not_submitted(self, owner, reviewer):
        company = published_company(owner, reviewer)
        with pytest.raises(InvalidTransition):
            SubmitCompany(owner, company).run()

    def test_publishing_an_older_text_does_not_lift_a_suspension(self, owner, reviewer):
        company = published_company(owner, reviewer)
        Company.objects.filter(pk=company.pk).update(visibility=Visibility.SUSPENDED)
        with pytest.raises(InvalidTransition):
            SaveCompanyDraft(owner, company, {"summary_zh": "新"}).run()
        assert company.latest_revision.as_object().visibility == Visibility.SUSPENDED

    def test_withdrawal_hides_and_a_new_review_shows_again(self, owner, reviewer):
        company = published_company(owner, reviewer)
        editor = CompanyMemberFactory(company=company, role="editor").user
        with pytest.raises(PermissionDenied):
            WithdrawCompany(editor, company).run()
        WithdrawCompany(owner, company).run()
        company = Company.objects.get(pk=company.pk)
        assert not company.is_visible
        assert profile_status(company) == "withdrawn"
        SubmitCompany(owner, company).run()
        assert ApproveCompany(reviewer, company).run().is_visible

    def test_the_workflow_is_made_once(self):
        assert ensure_publication_workflow() == ensure_publication_workflow()
        assert Company.get_default_workflow().name == "Publication review"


class TestClaims:
    def test_a_claim_is_approved_by_somebody_else(self, reviewer):
        company, person = CompanyFactory(), UserFactory()
        claim = ClaimCompany(person, company, "I am the export manager.").run()
        with pytest.raises(PermissionDenied):
            ApproveClaim(person, claim).run()
        ApproveClaim(reviewer, claim).run()
        assert company.members.get().role == "owner"
        with pytest.raises(InvalidTransition):
            RejectClaim(reviewer, claim).run()

    def test_one_open_claim_and_none_by_members(self):
        company, person = CompanyFactory(), UserFactory()
        ClaimCompany(person, company, "…").run()
        with pytest.raises(InvalidTransition):
            ClaimCompany(person, company, "…").run()
        member = CompanyMemberFactory(company=company).user
        with pytest.raises(InvalidTransition):
            ClaimCompany(member, company, "…").run()

    def test_a_rejected_claim_gives_no_rights(self, reviewer):
        claim = ClaimCompany(UserFactory(), CompanyFactory(), "…").run()
        RejectClaim(reviewer, claim).run()
        assert not claim.company.members.exists()


class TestThings:
    @pytest.fixture
    def company(self, owner):
        return CompanyMemberFactory(user=owner).company

    def test_an_offer_goes_live_at_once_and_marks_the_company(self, owner, company):
        market = TermFactory(market=True)
        values = {"service_type": TermFactory(), "title_zh": "出口信用保险", "markets": [market], "company": 1}
        offer = SaveOffer(owner, company, values).run()
        assert offer.live
        assert list(offer.markets.all()) == [market]
        assert offer.company == company
        assert OutboxEntry.objects.filter(topic="match", entity_id=company.pk).exists()

    def test_changing_again_keeps_a_history(self, owner, company):
        offer = SaveOffer(owner, company, {"service_type": TermFactory(), "title_zh": "甲"}).run()
        SaveOffer(owner, company, {"title_zh": "乙"}, offer).run()
        offer.refresh_from_db()
        assert (offer.title_zh, offer.revisions.count()) == ("乙", 2)

    def test_a_foreign_record_does_not_exist(self, owner, company):
        foreign = NeedFactory()
        with pytest.raises(type(foreign).DoesNotExist):
            SaveNeed(owner, company, {"title_zh": "改"}, foreign).run()

    def test_a_foreign_establishment_is_refused(self, owner, company):
        foreign = Establishment.objects.create(company=CompanyFactory(), kind="farm", name_zh="别家果园")
        with pytest.raises(InvalidTransition):
            SaveProduct(owner, company, {"establishment": foreign}, ProductFactory(company=company)).run()

    def test_a_need_opens_closes_and_opens_again(self, owner, company):
        need = SaveNeed(owner, company, {"title_zh": "找冷链", "service_types": [TermFactory()]}).run()
        assert need.state == NeedState.DRAFT
        assert OpenNeed(owner, need).run().state == NeedState.OPEN
        with pytest.raises(InvalidTransition):
            OpenNeed(owner, need).run()
        assert CloseNeed(owner, need, fulfilled=True).run().state == NeedState.FULFILLED
        assert OpenNeed(owner, need).run().state == NeedState.OPEN

    def test_a_need_without_a_service_or_with_a_past_day_stays_shut(self, owner, company):
        need = NeedFactory(company=company, state=NeedState.DRAFT)
        with pytest.raises(InvalidTransition):
            OpenNeed(owner, need).run()
        need.service_types.set([TermFactory()])
        need.answer_by_date = timezone.localdate() - datetime.timedelta(days=1)
        need.save()
        with pytest.raises(InvalidTransition):
            OpenNeed(owner, need).run()

    def test_a_changed_need_makes_its_translation_outdated(self, owner, company):
        both = {"title_zh": "甲", "title_en": "A", "service_types": [TermFactory()]}
        need = SaveNeed(owner, company, both).run()
        need = SaveNeed(owner, company, {"title_en": "B"}, need).run()
        assert need.translation_status["title_zh"] == "outdated"

    def test_strangers_open_nothing(self, company):
        need = NeedFactory(company=company, state=NeedState.DRAFT)
        with pytest.raises(PermissionDenied):
            OpenNeed(UserFactory(), need).run()
