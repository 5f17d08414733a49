"""Introductions of an alliance's members: how many, in which state, and which are overdue. Never their text."""

import datetime
from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliances.models import Alliance, Membership
from matchmaking.core.components import Tone
from matchmaking.desk.selectors.counts import FunnelStep, bars
from matchmaking.introductions.models import AGREED_STATES, Introduction, IntroductionQuerySet, IntroductionState

S = IntroductionState
# Each step with all states that lie behind it.
REACHED: dict[str, tuple[str, ...]] = {
    "agreed": AGREED_STATES,
    "talks": (S.IN_TALKS, S.PROPOSAL, S.AGREED, S.DELIVERED),
    "proposal": (S.PROPOSAL, S.AGREED, S.DELIVERED),
    "signed": (S.AGREED, S.DELIVERED),
}
LENGTH = 20


def introductions_of(alliance: Alliance) -> IntroductionQuerySet:
    """Introductions in which a member of the alliance takes part."""
    members = Membership.objects.active().filter(alliance=alliance).values("company_id")
    return Introduction.objects.filter(Q(requester__in=members) | Q(receiver__in=members))


@dataclass(frozen=True, slots=True)
class Overdue:
    """An introduction whose receiver has not answered in time."""

    introduction: Introduction
    days: int

    @property
    def tone(self) -> Tone:
        """Two days and more are bad."""
        return "bad" if self.days > 1 else "warn"

    @property
    def late(self) -> str:
        """How late, in words."""
        return ngettext("%(n)s day", "%(n)s days", self.days) % {"n": self.days}


def overdue(alliance: Alliance, on: datetime.date | None = None) -> list[Overdue]:
    """Return the requests past their answer date, the longest overdue first."""
    today = on or timezone.localdate()
    rows = introductions_of(alliance).filter(state=S.REQUESTED, due_date__lt=today)
    rows = rows.select_related("requester", "receiver").order_by("due_date")
    return [Overdue(row, (today - row.due_date).days) for row in rows[:LENGTH]]


def open_number(alliance: Alliance) -> int:
    """Return how many introductions of members are open."""
    return introductions_of(alliance).open().count()


def introduction_funnel(alliance: Alliance) -> list[FunnelStep]:
    """From request to agreement; closed, declined and expired ones count as requested only."""
    counted = introductions_of(alliance).aggregate(
        requested=Count("pk"),
        **{name: Count("pk", filter=Q(state__in=states)) for name, states in REACHED.items()},
    )
    labels = {
        "requested": _("Requested"),
        "agreed": _("Both agreed"),
        "talks": _("In talks"),
        "proposal": _("Proposal"),
        "signed": _("Agreed"),
    }
    return bars([(label, counted[name]) for name, label in labels.items()])
