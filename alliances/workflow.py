"""Every way a membership can move, in one table. Actions, desk, documentation and tests read it."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliances.models import MembershipState as S
from matchmaking.core.actions import InvalidTransition

NEW = ""  # no row yet


@dataclass(frozen=True, slots=True)
class Transition:
    """From which states an action may start and where it leads; ``target`` None = the state stays.

    ``event`` is the past participle for the audit trail, ``reasons`` the topic of the coded reason it demands.
    """

    sources: frozenset[str]
    target: str | None
    event: str
    reasons: str = ""


def _from(*states: str) -> frozenset[str]:
    return frozenset(str(state) for state in states)


TRANSITIONS: dict[str, Transition] = {
    "invite": Transition(_from(NEW, S.REJECTED, S.ENDED), S.INVITED, "invited"),
    "apply": Transition(_from(NEW, S.INVITED, S.REJECTED, S.ENDED), S.APPLIED, "applied"),
    "withdraw": Transition(_from(S.INVITED, S.APPLIED, S.IN_REVIEW), S.ENDED, "withdrawn"),
    "start_review": Transition(_from(S.APPLIED), S.IN_REVIEW, "taken"),
    "tick_checklist": Transition(_from(S.IN_REVIEW), None, "checklist_ticked"),
    "check_claim": Transition(_from(S.IN_REVIEW, S.APPROVED), None, "claim_checked"),
    "return": Transition(_from(S.IN_REVIEW), None, "returned", "return"),
    "answer": Transition(_from(S.IN_REVIEW), None, "answered"),
    "approve": Transition(_from(S.IN_REVIEW), S.APPROVED, "approved"),
    "reject": Transition(_from(S.IN_REVIEW), S.REJECTED, "rejected", "reject"),
    "suspend": Transition(_from(S.APPROVED), S.SUSPENDED, "suspended", "suspend"),
    "reinstate": Transition(_from(S.SUSPENDED), S.APPROVED, "reinstated"),
    "renew": Transition(_from(S.APPROVED), None, "renewed"),
    "end": Transition(_from(S.INVITED, S.APPROVED, S.SUSPENDED), S.ENDED, "ended", "end"),
}

EVENT_LABELS = {
    "invited": gettext_lazy("Invited"),
    "applied": gettext_lazy("Applied"),
    "withdrawn": gettext_lazy("Withdrawn by the company"),
    "taken": gettext_lazy("Review started"),
    "checklist_ticked": gettext_lazy("Checklist changed"),
    "claim_checked": gettext_lazy("Claim checked"),
    "returned": gettext_lazy("Returned for more"),
    "answered": gettext_lazy("Answered by the company"),
    "first_approved": gettext_lazy("First approval"),
    "approved": gettext_lazy("Approved"),
    "rejected": gettext_lazy("Rejected"),
    "suspended": gettext_lazy("Membership suspended"),
    "reinstated": gettext_lazy("Reinstated"),
    "renewed": gettext_lazy("Renewed"),
    "ended": gettext_lazy("Membership ended"),
}


def may_start(name: str, state: str) -> bool:
    """Say whether the transition ``name`` can start from ``state`` (:data:`NEW` = no row yet)."""
    return state in TRANSITIONS[name].sources


def require(name: str, state: str) -> None:
    """Raise :class:`InvalidTransition` with a sentence for people unless ``name`` can start from ``state``."""
    if may_start(name, state):
        return
    if state == NEW:
        raise InvalidTransition(_("This company has no membership here yet."))
    label = S(state).label
    raise InvalidTransition(_("That is not possible now: the membership is “%(state)s”.") % {"state": label})
