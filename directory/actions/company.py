"""A company's way from its number to its place in the directory."""

import secrets
from collections.abc import Collection, Mapping
from typing import Any

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from wagtail.actions.unpublish import UnpublishAction

from directory import signals
from directory.actions.base import CompanyAction
from directory.models import Company, CompanyMember, ContactPerson, MemberRole, Visibility
from directory.permissions import is_person
from directory.registration import Registration
from directory.selectors import draft_of, missing_for_submission
from directory.slugs import slug_for
from directory.translation import updated_status
from directory.versions import mark_changed
from directory.workflow import ensure_publication_workflow, open_review
from matchmaking.core.actions import InvalidTransition

MAX_DRAFTS_PER_PERSON = 5
PROVISIONAL_SLUG = "draft-"
PAIRS = ("legal_name", "short_name", "summary", "description")
EDITABLE = frozenset(
    [f"{pair}_{language}" for pair in PAIRS for language in ("zh", "en")]
    + ["place", "zone", "founded", "size_band", "website", "languages", "sectors", "group_name"]
)


class NumberTaken(InvalidTransition):
    """A company with this number is here already; it can be claimed. Says nothing about who speaks for it."""

    def __init__(self, registration: Registration) -> None:
        super().__init__(_("A company with this number is already on Yuxin."))
        self.registration = registration

    @property
    def company(self) -> Company:
        """Return the company that holds the number."""
        return Company.objects.get(scheme=self.registration.scheme, number=self.registration.number)


class CreateCompany(CompanyAction):
    """Begin a company from its number; whoever begins it becomes its owner."""

    name = "company.create"

    def __init__(self, actor: Any, country: str, registration: Registration) -> None:
        super().__init__(actor, Company(country=country, scheme=registration.scheme, number=registration.number))
        self.registration = registration

    def lock(self) -> None:
        """There is no row yet; the unique number decides races."""

    def allowed(self) -> bool:
        """Anybody with a verified e-mail address."""
        return is_person(self.actor) and EmailAddress.objects.filter(user=self.actor, verified=True).exists()

    def check(self) -> None:
        """Numbers must not be hoarded."""
        drafts = Company.objects.filter(
            members__user=self.actor, members__role=MemberRole.OWNER, first_published_at=None
        ).count()
        if drafts >= MAX_DRAFTS_PER_PERSON:
            raise InvalidTransition(_("You have several unfinished companies. Please finish one of them first."))

    def perform(self) -> Company:
        """Save the draft and the owner; raises :class:`NumberTaken`."""
        self.company.slug = PROVISIONAL_SLUG + secrets.token_hex(8)
        self.company.visibility, self.company.live = Visibility.DRAFT, False
        save_unique(self.company, self.registration)
        self.company.save_revision(user=self.actor, clean=False)
        CompanyMember.objects.create(company=self.company, user=self.actor, role=MemberRole.OWNER)
        mark_changed(self.company.pk)
        return self.company

    def after_commit(self) -> None:
        """Tell the rooms above."""
        signals.company_created.send(Company, company=self.company, actor=self.actor)


def save_unique(company: Company, registration: Registration) -> None:
    """Save, and turn a clash of numbers into :class:`NumberTaken` whichever of two writers came first."""
    if Company.objects.filter(scheme=registration.scheme, number=registration.number).exclude(pk=company.pk).exists():
        raise NumberTaken(registration)
    try:
        with transaction.atomic():
            company.save()
    except IntegrityError as error:
        raise NumberTaken(registration) from error


class DraftAction(CompanyAction):
    """An action that changes the draft; refused while a reviewer reads it."""

    def check(self) -> None:
        """What a reviewer reads must stay what is approved."""
        if open_review(self.company):
            raise InvalidTransition(_("The profile is in review. Take it back to change it."))
        if self.company.visibility == Visibility.SUSPENDED:
            raise InvalidTransition(_("The profile is suspended. Please write to the secretariat."))

    def store(self, draft: Company) -> Company:
        """Keep the draft: as a revision beside the live row, or in the row itself while nobody sees it."""
        if not self.company.live:
            draft.save()
        draft.save_revision(user=self.actor, clean=False)
        if not self.company.live:
            mark_changed(self.company.pk)
        return draft


class SetRegistration(DraftAction):
    """Correct country and number of a company that was never published."""

    name = "company.register"

    def __init__(self, actor: Any, company: Company, country: str, registration: Registration) -> None:
        super().__init__(actor, company)
        self.country, self.registration = country, registration

    def check(self) -> None:
        """A published number is changed by the secretariat only."""
        super().check()
        if self.company.first_published_at or self.company.live:
            raise InvalidTransition(_("The number of a published company is changed by the secretariat."))

    def perform(self) -> Company:
        """Save the number; raises :class:`NumberTaken`."""
        draft = draft_of(self.company)
        draft.country, draft.scheme, draft.number = self.country, self.registration.scheme, self.registration.number
        save_unique(draft, self.registration)
        return self.store(draft)


class SaveCompanyDraft(DraftAction):
    """Keep what was typed as a draft, and note which translations it makes outdated."""

    name = "company.save_draft"

    def __init__(
        self, actor: Any, company: Company, values: Mapping[str, Any], *, confirmed: Collection[str] = ()
    ) -> None:
        super().__init__(actor, company)
        # Whatever a form was tricked into passing, only these fields are a member's to write.
        self.values = {name: value for name, value in values.items() if name in EDITABLE}
        self.confirmed = confirmed

    def perform(self) -> Company:
        """Return the saved draft."""
        draft = draft_of(self.company)
        before = {pair: _texts(draft, pair) for pair in PAIRS}
        for name, value in self.values.items():
            setattr(draft, name, value)
        for pair in PAIRS:
            touched = f"{pair}_zh" in self.values or f"{pair}_en" in self.values
            if touched or pair in self.confirmed:
                draft.translation_status = updated_status(
                    draft.translation_status, pair, before[pair], _texts(draft, pair), confirmed=pair in self.confirmed
                )
        if draft.slug.startswith(PROVISIONAL_SLUG) and (draft.legal_name_zh or draft.legal_name_en):
            draft.slug = slug_for(draft)
        return self.store(draft)

    def audit_data(self) -> dict[str, Any]:
        """Name the fields, not their content."""
        return {"fields": sorted(self.values)}


def _texts(company: Company, pair: str) -> tuple[str, str]:
    return getattr(company, f"{pair}_zh"), getattr(company, f"{pair}_en")


class SaveContactPerson(CompanyAction):
    """Name whom to call. Goes live at once: nobody sees it without consent."""

    name = "company.save_contact"

    def __init__(self, actor: Any, company: Company, values: Mapping[str, Any]) -> None:
        super().__init__(actor, company)
        self.values = {name: values.get(name, "") for name in ("name", "position", "email", "phone", "wechat")}

    def perform(self) -> ContactPerson:
        """Return the saved row."""
        return ContactPerson.objects.update_or_create(company=self.company, defaults=self.values)[0]


class SubmitCompany(DraftAction):
    """Ask for the review that leads to publication."""

    name = "company.submit"
    right = "may_submit"

    def check(self) -> None:
        """Something to review, nothing needed missing."""
        super().check()
        if missing := missing_for_submission(self.company):
            labels = "、".join(item.label for item in missing)
            raise InvalidTransition(_("Please fill in first: %(fields)s") % {"fields": labels})
        if self.company.is_visible and not self.company.has_unpublished_changes:
            raise InvalidTransition(_("Nothing has changed since the last publication."))

    def perform(self) -> Company:
        """Start the workflow, or go on where it was returned."""
        if self.company.latest_revision_id is None:
            self.company.save_revision(user=self.actor, clean=False)
        returned = self.company.current_workflow_state
        if returned:
            returned.resume(user=self.actor)
        else:
            # Without a name Wagtail writes no mail about its admin to members; the audit event names the actor.
            ensure_publication_workflow().start(self.company, None)
        return self.company

    def after_commit(self) -> None:
        """Tell the rooms above."""
        signals.company_submitted.send(Company, company=self.company, actor=self.actor)


class TakeBackCompany(CompanyAction):
    """Take a submission back to change it."""

    name = "company.take_back"
    right = "may_submit"

    def check(self) -> None:
        """Only what waits can be taken back."""
        if not open_review(self.company):
            raise InvalidTransition(_("The profile is not in review."))

    def perform(self) -> Company:
        """Cancel the workflow; the draft stays."""
        self.company.current_workflow_state.cancel(user=self.actor)
        return self.company


class WithdrawCompany(CompanyAction):
    """Take a company off the directory; its owner can submit it again."""

    name = "company.withdraw"
    right = "may_withdraw"

    def check(self) -> None:
        """Only a published company can be withdrawn."""
        if not self.company.is_visible:
            raise InvalidTransition(_("The company is not published."))

    def perform(self) -> Company:
        """Hide at once in the row; unpublishing marks the change for search and matches."""
        waiting = self.company.current_workflow_state
        if waiting:
            waiting.cancel(user=self.actor)
        self.company.visibility = Visibility.WITHDRAWN
        self.company.save(update_fields=["visibility"])
        UnpublishAction(self.company, user=self.actor).execute(skip_permission_checks=True)
        return self.company

    def after_commit(self) -> None:
        """Tell the rooms above."""
        signals.company_withdrawn.send(Company, company=self.company, actor=self.actor)
