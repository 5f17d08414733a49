"""The reviewer's decisions on a profile and on the claim of one."""

import re
from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from directory import signals
from directory.actions.base import CompanyAction
from directory.models import ClaimRequest, Company, CompanyMember, MemberRole, PublicationReviewState, Visibility
from directory.permissions import CompanyPolicy, is_person
from directory.versions import mark_changed
from directory.workflow import open_review
from matchmaking.core import outbox
from matchmaking.core.actions import InvalidTransition

_CODE = re.compile(r"[a-z0-9][a-z0-9_.\-]{0,79}")


class ReviewAction(CompanyAction):
    """A decision on the open round of review."""

    right = "may_review"
    round: PublicationReviewState

    def check(self) -> None:
        """Decide once; a second reviewer, or one who comes after the company took it back, is told."""
        waiting = open_review(self.company)
        if waiting is None:
            raise InvalidTransition(_("There is nothing to decide: somebody was faster, or it was taken back."))
        self.round = waiting


class ApproveCompany(ReviewAction):
    """Publish the reviewed text."""

    name = "company.approve"

    def perform(self) -> Company:
        """The workflow publishes the revision and thereby marks the change; the company becomes visible with it."""
        Company.objects.filter(pk=self.company.pk).update(visibility=Visibility.LIVE)
        self.round.task.specific.on_action(self.round, self.actor, "approve")
        outbox.mark("notify", "company_published", self.company.pk)
        self.company = Company.objects.get(pk=self.company.pk)
        return self.company

    def after_commit(self) -> None:
        """Tell the rooms above."""
        signals.company_published.send(Company, company=self.company, actor=self.actor)


class ReturnCompany(ReviewAction):
    """Send a profile back with coded reasons and a note."""

    name = "company.return"

    def __init__(self, actor: Any, company: Company, reasons: Sequence[str], note: str = "") -> None:
        super().__init__(actor, company)
        self.reasons, self.note = list(dict.fromkeys(reasons)), note.strip()[:2000]

    def check(self) -> None:
        """No return without a reason."""
        super().check()
        if not self.reasons or not all(_CODE.fullmatch(code) for code in self.reasons):
            raise InvalidTransition(_("Choose at least one reason."))

    def perform(self) -> Company:
        """Keep the reasons with the round."""
        self.round.reasons = self.reasons
        self.round.save(update_fields=["reasons"])
        self.round.task.specific.on_action(self.round, self.actor, "reject", comment=self.note)
        outbox.mark("notify", "company_returned", self.company.pk)
        return self.company

    def audit_data(self) -> dict[str, Any]:
        """Codes only; the note is the company's to read, not the log's."""
        return {"reasons": self.reasons}

    def after_commit(self) -> None:
        """Tell the rooms above."""
        signals.company_returned.send(Company, company=self.company, actor=self.actor)


class ClaimCompany(CompanyAction):
    """Say "this company is ours"; a secretariat decides. Says nothing about who speaks for it now."""

    name = "company.claim"

    def __init__(self, actor: Any, company: Company, message: str) -> None:
        super().__init__(actor, company)
        self.message = message
        self.claim: ClaimRequest | None = None

    def allowed(self) -> bool:
        """Anybody with an account."""
        return is_person(self.actor)

    def check(self) -> None:
        """One open claim per person; members have no need of one."""
        if CompanyPolicy(self.actor, self.company).is_member:
            raise InvalidTransition(_("You already speak for this company."))
        if self.company.claim_requests.filter(user=self.actor, state=ClaimRequest.State.OPEN).exists():
            raise InvalidTransition(_("You have already asked. The secretariat will answer you by e-mail."))

    def perform(self) -> ClaimRequest:
        """Return the claim."""
        try:
            with transaction.atomic():
                self.claim = ClaimRequest.objects.create(company=self.company, user=self.actor, message=self.message)
        except IntegrityError as error:
            already = _("You have already asked. The secretariat will answer you by e-mail.")
            raise InvalidTransition(already) from error
        return self.claim

    def after_commit(self) -> None:
        """Tell the rooms above."""
        signals.company_claimed.send(ClaimRequest, claim=self.claim, actor=self.actor)


class ClaimDecision(CompanyAction):
    """A decision on a claim."""

    right = "may_review"
    state = ClaimRequest.State.REJECTED

    def __init__(self, actor: Any, claim: ClaimRequest) -> None:
        super().__init__(actor, claim.company)
        self.claim = claim

    def lock(self) -> None:
        """Hold the company and the claim."""
        super().lock()
        self.claim = ClaimRequest.objects.select_for_update().get(pk=self.claim.pk, company=self.company)

    def allowed(self) -> bool:
        """Reviewers, but never the claimant."""
        return super().allowed() and self.claim.user_id != self.actor.pk

    def check(self) -> None:
        """Decide once."""
        if self.claim.state != ClaimRequest.State.OPEN:
            raise InvalidTransition(_("This claim was decided before."))

    def perform(self) -> ClaimRequest:
        """Record the decision."""
        self.claim.state, self.claim.decided_at = self.state, timezone.now()
        self.claim.save(update_fields=["state", "decided_at"])
        outbox.mark("notify", "company_claim", self.claim.pk)
        return self.claim

    def target(self) -> models.Model:
        """Name the claim."""
        return self.claim

    def after_commit(self) -> None:
        """Tell the rooms above."""
        signals.claim_decided.send(ClaimRequest, claim=self.claim, actor=self.actor)


class ApproveClaim(ClaimDecision):
    """The claimant becomes an owner; whoever speaks for the company already stays."""

    name = "claim.approve"
    state = ClaimRequest.State.APPROVED

    def perform(self) -> ClaimRequest:
        """Record the decision and the new owner."""
        defaults = {"role": MemberRole.OWNER}
        CompanyMember.objects.update_or_create(company=self.company, user_id=self.claim.user_id, defaults=defaults)
        mark_changed(self.company.pk)
        return super().perform()


class RejectClaim(ClaimDecision):
    """The claim is refused."""

    name = "claim.reject"
