"""Facts that secretariats make."""

from alliances.models.alliance import Alliance, AllianceStaff, StaffRole
from alliances.models.membership import Membership, MembershipState
from alliances.models.verdict import Verdict, VerdictKind

__all__ = [
    "Alliance",
    "AllianceStaff",
    "Membership",
    "MembershipState",
    "StaffRole",
    "Verdict",
    "VerdictKind",
]
