"""Deciding an application: approve (by two people where a licence is claimed), return, reject."""

import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from alliances.actions.base import MembershipAction
from alliances.models import Membership
from alliances.permissions import AlliancePolicy
from alliances.profile import profile_facts, text_under_review
from alliances.selectors import needs_two_people, open_checklist
from matchmaking.core.actions import InvalidTransition

TERM = datetime.timedelta(days=365)
LONGEST_TERM = datetime.timedelta(days=3 * 366)


def check_term(until: datetime.date) -> None:
    """Raise :class:`InvalidTransition` unless a membership may run until this day."""
    today = timezone.localdate()
    if not today < until <= today + LONGEST_TERM:
        raise InvalidTransition(_("A membership runs to a day within the next three years."))


class _Decision(MembershipAction):
    """A decision for which the person declares that they have no conflict of interest."""

    def __init__(self, actor: Any, membership: Membership, *, no_conflict: bool, **fields: Any) -> None:
        super().__init__(actor, membership, **fields)
        self.no_conflict = no_conflict

    def allowed(self) -> bool:
        return self.policy.may_decide(self.membership)

    def check(self) -> None:
        super().check()
        if not self.no_conflict:
            raise InvalidTransition(
                _(
                    "Please declare that you have no conflict of interest, or leave the decision to a colleague."
                )
            )

    def audit_data(self) -> dict[str, Any]:
        return {**super().audit_data(), "no_conflict_declared": self.no_conflict}


class ApproveMembership(_Decision):
    """Approve. Where the company claims a licence the first approval waits until a second person approves too."""

    transition = "approve"

    def __init__(
        self, actor: Any, membership: Membership, *, valid_until: datetime.date | None = None, **fields: Any
    ) -> None:
        super().__init__(actor, membership, **fields)
        self.valid_until = valid_until

    def check(self) -> None:
        super().check()
        if self.membership.reason:
            raise InvalidTransition(_("The company was asked for more and has not answered yet."))
        if open_checklist(self.membership):
            raise InvalidTransition(_("The checklist is not complete yet."))
        if self.valid_until is not None:
            check_term(self.valid_until)
        if self._waits_for_second() and self.membership.first_approver_id == self.actor.pk:
            raise InvalidTransition(
                _("A licence is claimed: a second person must approve, and you were the first.")
            )

    def apply(self) -> None:
        row = self.membership
        if needs_two_people(row) and not self._waits_for_second():
            row.first_approver, self.event = self.actor, "first_approved"
            self.name = "membership.first_approved"
            return
        row.reason, row.note, row.decided_at = "", self.note, timezone.now()
        row.valid_until_date = self.valid_until or timezone.localdate() + TERM
        row.approved_profile = profile_facts(text_under_review(row.company))

    def audit_data(self) -> dict[str, Any]:
        return {**super().audit_data(), "first_approver": self.membership.first_approver_id}

    def _waits_for_second(self) -> bool:
        """A first approval counts only while its giver still may decide here."""
        first = self.membership.first_approver
        if first is None or not needs_two_people(self.membership):
            return False
        return AlliancePolicy(first, self.membership.alliance).may_decide(self.membership)


class RejectMembership(_Decision):
    """Reject with a coded reason; the company may apply again."""

    transition = "reject"

    def apply(self) -> None:
        row = self.membership
        row.reason, row.note, row.decided_at, row.first_approver = (
            self.reason,
            self.note,
            timezone.now(),
            None,
        )


class ReturnForMore(MembershipAction):
    """Ask the company for more, with a coded reason; the application stays in review and waits for the answer."""

    transition = "return"

    def allowed(self) -> bool:
        return self.policy.may_decide(self.membership)

    def apply(self) -> None:
        self.membership.reason, self.membership.note, self.membership.first_approver = (
            self.reason,
            self.note,
            None,
        )
