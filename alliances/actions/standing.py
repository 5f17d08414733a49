"""What can happen to a member: suspension, return, renewal, end."""

import datetime
from typing import Any

from django.utils import timezone

from alliances.actions.base import MembershipAction
from alliances.actions.decision import check_term
from alliances.models import Membership


class _Sanction(MembershipAction):
    """A manager's decision on a standing member."""

    def allowed(self) -> bool:
        return self.policy.may_sanction(self.membership)

    def apply(self) -> None:
        row = self.membership
        row.reason, row.note, row.decided_at = self.reason, self.note, timezone.now()


class SuspendMembership(_Sanction):
    """Suspend with a coded reason: the company is not shown as a member meanwhile."""

    transition = "suspend"


class ReinstateMembership(_Sanction):
    """End a suspension."""

    transition = "reinstate"


class EndMembership(_Sanction):
    """End a membership, or call an invitation back, with a coded reason."""

    transition = "end"

    def apply(self) -> None:
        super().apply()
        self.membership.valid_until_date = None


class RenewMembership(MembershipAction):
    """Prolong a membership to a later day."""

    transition = "renew"

    def __init__(
        self, actor: Any, membership: Membership, *, valid_until: datetime.date, **fields: Any
    ) -> None:
        super().__init__(actor, membership, **fields)
        self.valid_until = valid_until

    def allowed(self) -> bool:
        return self.policy.may_decide(self.membership)

    def check(self) -> None:
        super().check()
        check_term(self.valid_until)

    def apply(self) -> None:
        self.membership.valid_until_date = self.valid_until

    def audit_data(self) -> dict[str, Any]:
        return {**super().audit_data(), "valid_until": self.valid_until.isoformat()}
