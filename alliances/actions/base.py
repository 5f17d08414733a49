"""What all actions on an existing membership share."""

from typing import Any

from django.utils.translation import gettext as _

from alliances import signals, workflow
from alliances.models import Membership, MembershipState
from alliances.permissions import AlliancePolicy
from alliances.reasons import require_reason
from directory.versions import mark_changed
from matchmaking.core.actions import Action, InvalidTransition


class MembershipAction(Action):
    """Move one membership along one row of ``workflow.TRANSITIONS``.

    ``seen_version`` is the version the person saw when they opened the form; None skips that check.
    """

    transition: str = ""

    def __init__(
        self,
        actor: Any,
        membership: Membership,
        *,
        reason: str = "",
        note: str = "",
        seen_version: int | None = None,
    ) -> None:
        super().__init__(actor)
        self.membership = membership
        self.reason = reason
        self.note = note.strip()
        self.seen_version = seen_version
        self.before = membership.state
        self.event = workflow.TRANSITIONS[self.transition].event

    @property
    def rule(self) -> workflow.Transition:
        """The row of the table that this action follows."""
        return workflow.TRANSITIONS[self.transition]

    @property
    def policy(self) -> AlliancePolicy:
        """The actor's rights in the membership's alliance, read anew."""
        return AlliancePolicy(self.actor, self.membership.alliance)

    def lock(self) -> None:
        """Lock the membership, so that of two decisions the second sees the first."""
        rows = Membership.objects.select_for_update(of=("self",)).select_related("alliance", "company")
        self.membership = rows.get(pk=self.membership.pk)
        self.before = self.membership.state

    def check(self) -> None:
        """The form must be fresh, the state must allow the move, a coded reason must be given where one is due."""
        workflow.require(self.transition, self.membership.state)
        if self.seen_version is not None and self.seen_version != self.membership.version:
            raise InvalidTransition(
                _(
                    "Somebody changed this membership since you opened it. Please look again and repeat your step."
                )
            )
        if self.rule.reasons:
            require_reason(self.rule.reasons, self.reason)

    def perform(self) -> Membership:
        """Apply the change, raise the version and tell the index and the matches where members change."""
        self.apply()
        if self.rule.target is not None and self.event == self.rule.event:
            self.membership.state = self.rule.target
        self.membership.version += 1
        self.membership.save()
        if (
            MembershipState.APPROVED in (self.before, self.membership.state)
            and self.before != self.membership.state
        ):
            mark_changed(self.membership.company_id)
        return self.membership

    def apply(self) -> None:
        """Set the columns of this action."""

    def target(self) -> Membership:
        return self.membership

    def audit_data(self) -> dict[str, Any]:
        """States and the coded reason; the note to the company stays out of the chain."""
        data = {"from": self.before, "to": self.membership.state}
        return {**data, "reason": self.reason} if self.reason else data

    def audit_scope(self) -> dict[str, int | None]:
        return {"company_id": self.membership.company_id, "alliance_id": self.membership.alliance_id}

    def after_commit(self) -> None:
        signals.membership_changed.send(
            sender=type(self), membership=self.membership, event=self.event, actor=self.actor
        )

    def run(self) -> Any:
        """Execute; the audit event is named after what happened."""
        self.name = f"membership.{self.event}"
        return super().run()
