"""Everything that changes an alliance, a membership or a verdict: one action, one transaction, one audit event."""

from alliances.actions.admission import AnswerReturn, ApplyForMembership, InviteCompany, WithdrawApplication
from alliances.actions.base import MembershipAction
from alliances.actions.decision import ApproveMembership, RejectMembership, ReturnForMore
from alliances.actions.review import RecordClaimCheck, StartReview, TickChecklist
from alliances.actions.staff import GrantStaffRole, RevokeStaffRole
from alliances.actions.standing import EndMembership, ReinstateMembership, RenewMembership, SuspendMembership
from alliances.actions.verdicts import GiveVerdict, LiftVerdict

__all__ = [
    "AnswerReturn",
    "ApplyForMembership",
    "ApproveMembership",
    "EndMembership",
    "GiveVerdict",
    "GrantStaffRole",
    "InviteCompany",
    "LiftVerdict",
    "MembershipAction",
    "RecordClaimCheck",
    "ReinstateMembership",
    "RejectMembership",
    "RenewMembership",
    "ReturnForMore",
    "RevokeStaffRole",
    "StartReview",
    "SuspendMembership",
    "TickChecklist",
    "WithdrawApplication",
]
