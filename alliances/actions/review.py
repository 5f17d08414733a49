"""A reviewer's work between application and decision."""

import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.translation import gettext as _

from alliances import signals
from alliances.actions.base import MembershipAction
from alliances.claim_methods import CLAIM_METHODS
from alliances.models import Membership
from directory.models import ClaimCheck, Credential
from directory.versions import mark_changed
from matchmaking.core.actions import InvalidTransition


class StartReview(MembershipAction):
    """Take an application: from now on a named person works on it."""

    transition = "start_review"

    def allowed(self) -> bool:
        return self.policy.may_decide(self.membership)

    def apply(self) -> None:
        self.membership.reviewer = self.actor


class TickChecklist(MembershipAction):
    """Tick or untick one item of the alliance's checklist."""

    transition = "tick_checklist"

    def __init__(self, actor: Any, membership: Membership, *, code: str, done: bool, **fields: Any) -> None:
        super().__init__(actor, membership, **fields)
        self.code, self.done = code, done

    def allowed(self) -> bool:
        return self.policy.may_decide(self.membership)

    def check(self) -> None:
        super().check()
        if self.code not in {item["code"] for item in self.membership.alliance.checklist}:
            raise InvalidTransition(_("This item is not on the checklist any more."))

    def apply(self) -> None:
        """A changed checklist takes back a first approval: the second person must see what the first saw."""
        self.membership.checklist = {
            **self.membership.checklist,
            self.code: {"done": self.done, "by": self.actor.pk},
        }
        if not self.done:
            self.membership.first_approver = None

    def audit_data(self) -> dict[str, Any]:
        return {**super().audit_data(), "item": self.code, "done": self.done}


class RecordClaimCheck(MembershipAction):
    """Write down that a claim was checked: which one, how, with what result, until when.

    ``credential`` None = the registration number. ``method`` is a code of ``CLAIM_METHODS``; ``reference`` names
    the evidence (register entry, letter, date) and is printed behind the method in both languages.
    """

    transition = "check_claim"

    def __init__(
        self,
        actor: Any,
        membership: Membership,
        credential: Credential | None,
        *,
        outcome: str,
        method: str,
        reference: str = "",
        valid_until: datetime.date | None = None,
        **fields: Any,
    ) -> None:
        super().__init__(actor, membership, **fields)
        self.credential, self.outcome, self.method = credential, outcome, method
        self.reference, self.valid_until = reference.strip(), valid_until
        self.made: ClaimCheck | None = None

    def allowed(self) -> bool:
        return self.policy.may_decide(self.membership)

    def check(self) -> None:
        super().check()
        if self.credential is not None and self.credential.company_id != self.membership.company_id:
            raise PermissionDenied
        if self.method not in CLAIM_METHODS or self.outcome not in ClaimCheck.Outcome.values:
            raise InvalidTransition(_("Please say how you checked and what you found."))
        if self.valid_until is not None and self.valid_until < timezone.localdate():
            raise InvalidTransition(_("The day until which a check holds lies in the past."))

    def apply(self) -> None:
        zh, en = CLAIM_METHODS[self.method]
        until = self.valid_until or (self.credential.valid_until_date if self.credential else None)
        self.made = ClaimCheck.objects.create(
            company_id=self.membership.company_id,
            credential=self.credential,
            outcome=self.outcome,
            method_zh=f"{zh}:{self.reference}" if self.reference else zh,
            method_en=f"{en}: {self.reference}" if self.reference else en,
            checked_by=self.actor,
            alliance_code=self.membership.alliance.code,
            valid_until_date=until,
        )
        mark_changed(self.membership.company_id)

    def audit_data(self) -> dict[str, Any]:
        return {
            **super().audit_data(),
            "check": self.made.pk if self.made else None,
            "outcome": self.outcome,
            "credential": self.credential.pk if self.credential else None,
            "method": self.method,
        }

    def after_commit(self) -> None:
        super().after_commit()
        signals.claim_checked.send(sender=type(self), check=self.made, actor=self.actor)
