"""Who works for an alliance: never above one's own rank, never oneself."""

from typing import Any

from django.utils.translation import gettext as _

from alliances import signals
from alliances.models import Alliance, AllianceStaff, StaffRole
from alliances.permissions import AlliancePolicy
from matchmaking.core.actions import Action, InvalidTransition
from matchmaking.users.models import User


class _StaffAction(Action):
    """An action on the row of one person in one alliance."""

    def __init__(self, actor: Any, alliance: Alliance, user: User) -> None:
        super().__init__(actor)
        self.alliance, self.user = alliance, user
        self.role = ""
        self.before = ""

    def lock(self) -> None:
        """Lock the whole staff of the alliance: the rank of the actor counts as much as that of the person."""
        rows = {
            row.user_id: row
            for row in AllianceStaff.objects.select_for_update().filter(alliance=self.alliance)
        }
        found = rows.get(self.user.pk)
        self.before = found.role if found else ""

    def target(self) -> Alliance:
        return self.alliance

    def audit_data(self) -> dict[str, Any]:
        return {"user": self.user.pk, "from": self.before, "to": self.role}

    def audit_scope(self) -> dict[str, int | None]:
        return {"company_id": None, "alliance_id": self.alliance.pk}

    def after_commit(self) -> None:
        signals.staff_role_changed.send(
            sender=type(self), alliance=self.alliance, user=self.user, role=self.role, actor=self.actor
        )


class GrantStaffRole(_StaffAction):
    """Give a person a role, or another one than before."""

    name = "staff.granted"

    def __init__(self, actor: Any, alliance: Alliance, user: User, role: str) -> None:
        super().__init__(actor, alliance, user)
        self.role = role

    def allowed(self) -> bool:
        return AlliancePolicy(self.actor, self.alliance).may_grant(self.user, self.role)

    def check(self) -> None:
        if not self.user.is_active:
            raise InvalidTransition(_("This account is switched off."))
        if self.before == self.role:
            raise InvalidTransition(_("This person has that role already."))

    def perform(self) -> AllianceStaff:
        row, _created = AllianceStaff.objects.update_or_create(
            alliance=self.alliance, user=self.user, defaults={"role": StaffRole(self.role)}
        )
        return row


class RevokeStaffRole(_StaffAction):
    """Take a person's role away. Work they had begun stays and can be decided by colleagues."""

    name = "staff.revoked"

    def allowed(self) -> bool:
        return AlliancePolicy(self.actor, self.alliance).may_revoke(self.user)

    def check(self) -> None:
        if not self.before:
            raise InvalidTransition(_("This person has no role in this alliance."))

    def perform(self) -> None:
        AllianceStaff.objects.filter(alliance=self.alliance, user=self.user).delete()
