"""Who may do what for an alliance, always from current rows: staff rows, member rows, nothing cached."""

from typing import Any

from django.db.models import Q, QuerySet

from alliances.models import Alliance, AllianceStaff, Membership, MembershipState, StaffRole
from directory.models import Company, CompanyMember, MemberRole

RANK: dict[str, int] = {StaffRole.REVIEWER: 1, StaffRole.MANAGER: 2, StaffRole.HEAD: 3}
# States in which the company has let the alliance look at what is not public yet.
NEAR = (
    MembershipState.APPLIED,
    MembershipState.IN_REVIEW,
    MembershipState.APPROVED,
    MembershipState.SUSPENDED,
)


def is_alliance_staff(user: Any) -> bool:
    """Say whether a person works for any alliance; such people need a second factor."""
    return bool(user.is_authenticated) and AllianceStaff.objects.filter(user_id=user.pk).exists()


def imports_somewhere(user: Any) -> bool:
    """Say whether a person may bring in lists for any alliance; ``directory.importing`` asks this."""
    managing = (StaffRole.MANAGER, StaffRole.HEAD)
    return AllianceStaff.objects.filter(user_id=user.pk, role__in=managing, user__is_active=True).exists()


def speaks_for(user: Any, company_id: int, *roles: str) -> bool:
    """Say whether a person belongs to a company, in one of ``roles`` when any are given."""
    if not user.is_authenticated or not user.is_active:
        return False
    rows = CompanyMember.objects.filter(user_id=user.pk, company_id=company_id)
    return rows.filter(role__in=roles).exists() if roles else rows.exists()


def may_apply_for(user: Any, company: Company) -> bool:
    """Only an owner commits a company to an alliance."""
    return speaks_for(user, company.pk, MemberRole.OWNER)


def alliances_of(user: Any) -> list[Alliance]:
    """Return the alliances whose desk a person may open, in their order."""
    if not user.is_authenticated or not user.is_active:
        return []
    if user.is_staff:
        return list(Alliance.objects.all())
    return list(Alliance.objects.filter(staff__user_id=user.pk))


class AlliancePolicy:
    """The rights of one person in one alliance.

    Reviewer < manager < head. Nobody grants above their own rank or touches their own row; staff of another
    alliance have nothing here. Platform staff read (each reading of an application is logged by the view) and
    set roles, but decide nothing.
    """

    def __init__(self, user: Any, alliance: Alliance) -> None:
        self.user = user
        self.alliance = alliance
        self._rank: int | None = None

    @property
    def rank(self) -> int:
        """0 for a stranger, else the rank of the person's row; read once per policy object."""
        if self._rank is None:
            self._rank = RANK.get(self.role, 0)
        return self._rank

    @property
    def role(self) -> str:
        """Return the person's role in this alliance, or an empty string."""
        if not self.user.is_authenticated or not self.user.is_active:
            return ""
        row = AllianceStaff.objects.filter(user_id=self.user.pk, alliance_id=self.alliance.pk).first()
        return row.role if row else ""

    @property
    def role_label(self) -> str:
        """Return the role in the reader's language, or an empty string."""
        return str(StaffRole(self.role).label) if self.role else ""

    @property
    def is_platform(self) -> bool:
        """Say whether the person is active staff of the platform."""
        return bool(self.user.is_authenticated and self.user.is_active and self.user.is_staff)

    def may_see_desk(self) -> bool:
        """Queue, members, verdicts and figures of this alliance."""
        return self.rank > 0 or self.is_platform

    def may_review(self) -> bool:
        """Invite, take an application, tick its checklist, check claims, ask for more."""
        return self.rank >= RANK[StaffRole.REVIEWER]

    def may_decide(self, membership: Membership) -> bool:
        """Approve, reject or renew a membership of this alliance, but never that of one's own company."""
        ours = membership.alliance_id == self.alliance.pk
        return ours and self.may_review() and not speaks_for(self.user, membership.company_id)

    def may_sanction(self, membership: Membership) -> bool:
        """Suspend, reinstate or end a membership: a manager's decision."""
        return self.rank >= RANK[StaffRole.MANAGER] and self.may_decide(membership)

    def may_give_verdict(self, *company_ids: int) -> bool:
        """Pin or suppress a pair of companies, neither of which is one's own."""
        return self.may_review() and not any(speaks_for(self.user, pk) for pk in company_ids)

    def may_import(self) -> bool:
        """Bring in a list of companies and undo it."""
        return self.rank >= RANK[StaffRole.MANAGER]

    def may_manage_staff(self) -> bool:
        """Open the page on which roles are granted."""
        return self.rank >= RANK[StaffRole.MANAGER] or self.is_platform

    def may_grant(self, target: Any, role: str) -> bool:
        """Give ``target`` a role: not to oneself, not above one's own rank, not over somebody of a higher rank."""
        return role in RANK and self._outranks(target, RANK[role])

    def may_revoke(self, target: Any) -> bool:
        """Take the role of ``target`` away, within the same bounds."""
        return self._outranks(target, 0)

    def _outranks(self, target: Any, wanted: int) -> bool:
        if not self.may_manage_staff() or target.pk == self.user.pk:
            return False
        own = max(RANK.values()) if self.is_platform else self.rank
        return max(wanted, AlliancePolicy(target, self.alliance).held_rank()) <= own

    def held_rank(self) -> int:
        """The rank on the person's row, even when the account is switched off."""
        row = AllianceStaff.objects.filter(user_id=self.user.pk, alliance_id=self.alliance.pk).first()
        return RANK[row.role] if row else 0


def may_review_publication(user: Any, company: Company) -> bool:
    """Staff of an alliance that the company applied to or belongs to, or whose list brought it in, review its profile.

    The directory asks this through ``directory.permissions.register_reviewer``.
    """
    near = Q(memberships__company=company, memberships__state__in=NEAR)
    if company.import_run_id and company.import_run and company.import_run.alliance_code:
        near |= Q(code=company.import_run.alliance_code)
    return _works_for(user, Alliance.objects.filter(near))


def may_read_evidence(user: Any, company: Company) -> bool:
    """Staff of an alliance that the company applied to or belongs to read the files behind its claims."""
    return _works_for(
        user, Alliance.objects.filter(memberships__company=company, memberships__state__in=NEAR)
    )


def _works_for(user: Any, alliances: QuerySet[Alliance]) -> bool:
    return AllianceStaff.objects.filter(
        user_id=user.pk, user__is_active=True, alliance__in=alliances
    ).exists()
