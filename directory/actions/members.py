"""Who speaks for a company, and whom it never wants to meet."""

from typing import Any

from allauth.account.models import EmailAddress
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from directory import signals
from directory.actions.base import CompanyAction
from directory.models import Company, CompanyInvitation, CompanyMember, MemberRole, NoListEntry
from directory.permissions import CompanyPolicy, is_person
from directory.selectors import open_invitations
from directory.versions import mark_changed
from matchmaking.core import outbox
from matchmaking.core.actions import InvalidTransition
from matchmaking.core.fault_points import reached

MAX_OPEN_INVITATIONS = 20
MAX_NO_LIST = 200


class InviteMember(CompanyAction):
    """Invite somebody by e-mail. The answer is the same whether or not the address has an account."""

    name = "member.invite"
    right = "may_manage_members"

    def __init__(self, actor: Any, company: Company, email: str, role: str) -> None:
        super().__init__(actor, company)
        self.email, self.role = email.strip().lower(), role

    def check(self) -> None:
        """A known role, and not a flood."""
        if self.role not in MemberRole.values:
            raise InvalidTransition(_("Choose a role."))
        if len(open_invitations(self.company)) >= MAX_OPEN_INVITATIONS:
            raise InvalidTransition(_("Too many invitations are open. Take one back first."))

    def perform(self) -> CompanyInvitation:
        """Replace an older invitation of the same address and leave the mark from which the mail is written."""
        now = timezone.now()
        self.company.invitations.filter(email=self.email, accepted_at=None, revoked_at=None).update(revoked_at=now)
        invitation = CompanyInvitation(company=self.company, email=self.email, role=self.role, invited_by=self.actor)
        invitation.token_hash = CompanyInvitation.hash_of(invitation.token)
        invitation.save()
        outbox.mark("notify", "company_invitation", invitation.pk)
        return invitation

    def audit_data(self) -> dict[str, Any]:
        """The role; never the address."""
        return {"role": self.role}


class RevokeInvitation(CompanyAction):
    """Take an invitation back."""

    name = "member.revoke_invitation"
    right = "may_manage_members"

    def __init__(self, actor: Any, invitation: CompanyInvitation) -> None:
        super().__init__(actor, invitation.company)
        self.invitation = invitation

    def perform(self) -> None:
        """Close it unless it was used."""
        self.company.invitations.filter(pk=self.invitation.pk, accepted_at=None, revoked_at=None).update(
            revoked_at=timezone.now()
        )


class AcceptInvitation(CompanyAction):
    """Join the company: once, in time, with the very address that was invited and verified."""

    name = "member.join"

    def __init__(self, actor: Any, invitation: CompanyInvitation) -> None:
        super().__init__(actor, invitation.company)
        self.invitation = invitation

    def lock(self) -> None:
        """Hold the company and the invitation."""
        super().lock()
        rows = CompanyInvitation.objects.select_for_update()
        self.invitation = rows.get(pk=self.invitation.pk, company=self.company)

    def allowed(self) -> bool:
        """Only the owner of the invited address."""
        return is_person(self.actor) and EmailAddress.objects.filter(
            user=self.actor, verified=True, email__iexact=self.invitation.email
        ).exists()

    def check(self) -> None:
        """Whoever invited must still have the right to; rights are not kept in links."""
        inviter = CompanyPolicy(self.invitation.invited_by, self.company)
        if not self.invitation.is_open or not inviter.may_manage_members:
            raise InvalidTransition(_("This invitation is no longer valid. Ask your colleague for a new one."))

    def perform(self) -> CompanyMember:
        """Return the membership; an existing one is never lowered."""
        self.invitation.accepted_at = timezone.now()
        self.invitation.save(update_fields=["accepted_at"])
        defaults = {"role": self.invitation.role}
        return CompanyMember.objects.get_or_create(company=self.company, user=self.actor, defaults=defaults)[0]

    def audit_data(self) -> dict[str, Any]:
        """The role."""
        return {"role": self.invitation.role}

    def after_commit(self) -> None:
        """Tell the rooms above."""
        signals.member_joined.send(CompanyMember, company=self.company, user=self.actor, actor=self.actor)


class MemberAction(CompanyAction):
    """A change to one member; a claimed company never loses its last owner."""

    right = "may_manage_members"

    def __init__(self, actor: Any, member: CompanyMember) -> None:
        super().__init__(actor, member.company)
        self.member = member

    def lock(self) -> None:
        """Hold the company (which orders all changes of its owners) and the member."""
        super().lock()
        self.member = CompanyMember.objects.select_for_update().get(pk=self.member.pk, company=self.company)

    def target(self) -> models.Model:
        """Name the company; the row may be gone."""
        return self.company

    def keep_an_owner(self) -> None:
        """Raise where this member is the only owner."""
        others = self.company.members.filter(role=MemberRole.OWNER).exclude(pk=self.member.pk)
        if self.member.role == MemberRole.OWNER and not others.exists():
            raise InvalidTransition(_("A company needs at least one owner. Name another one first."))


class ChangeRole(MemberAction):
    """Give a member another role."""

    name = "member.change_role"

    def __init__(self, actor: Any, member: CompanyMember, role: str) -> None:
        super().__init__(actor, member)
        self.role = role

    def check(self) -> None:
        """A known role, and an owner stays."""
        if self.role not in MemberRole.values:
            raise InvalidTransition(_("Choose a role."))
        if self.role != MemberRole.OWNER:
            self.keep_an_owner()

    def perform(self) -> CompanyMember:
        """Return the member."""
        self.member.role = self.role
        self.member.save(update_fields=["role"])
        return self.member

    def audit_data(self) -> dict[str, Any]:
        """Who and what."""
        return {"user": self.member.user_id, "role": self.role}


class RemoveMember(MemberAction):
    """Remove a member; everybody may leave by themselves."""

    name = "member.remove"

    def allowed(self) -> bool:
        """Owners, and the member."""
        return super().allowed() or (is_person(self.actor) and self.member.user_id == self.actor.pk)

    def check(self) -> None:
        """An owner stays."""
        self.keep_an_owner()

    def perform(self) -> None:
        """Delete the row and close the invitations that rested on it."""
        self.user_id = self.member.user_id
        self.company.invitations.filter(invited_by_id=self.user_id, accepted_at=None, revoked_at=None).update(
            revoked_at=timezone.now()
        )
        reached("W5")
        self.member.delete()

    def audit_data(self) -> dict[str, Any]:
        """Who."""
        return {"user": self.user_id}

    def after_commit(self) -> None:
        """Tell the rooms above."""
        signals.member_removed.send(CompanyMember, company=self.company, user=self.user_id, actor=self.actor)


class AddToNoList(CompanyAction):
    """Never match us with this company. Only our own members know."""

    name = "no_list.add"

    def __init__(self, actor: Any, company: Company, excluded: Company, reason: str = "") -> None:
        super().__init__(actor, company)
        self.excluded, self.reason = excluded, reason

    def check(self) -> None:
        """Somebody else, and not the whole directory."""
        if self.excluded.pk == self.company.pk:
            raise InvalidTransition(_("This is your own company."))
        if self.company.no_list.count() >= MAX_NO_LIST:
            raise InvalidTransition(_("The list is full. Remove a company first."))

    def perform(self) -> NoListEntry:
        """Return the entry; asking twice changes nothing."""
        entry, _created = NoListEntry.objects.get_or_create(
            company=self.company, excluded=self.excluded, defaults={"reason": self.reason}
        )
        self.company.must_meet.filter(wanted=self.excluded).delete()
        mark_changed(self.company.pk)
        return entry


class RemoveFromNoList(CompanyAction):
    """Consider this company again."""

    name = "no_list.remove"

    def __init__(self, actor: Any, company: Company, excluded: Company) -> None:
        super().__init__(actor, company)
        self.excluded = excluded

    def perform(self) -> None:
        """Delete the entry if there is one."""
        self.company.no_list.filter(excluded=self.excluded).delete()
        mark_changed(self.company.pk)
