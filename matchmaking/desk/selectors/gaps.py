"""Where open needs meet no members: counts per service group and direction, never a private need."""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from alliances.models import Alliance, MembershipState
from alliances.selectors import service_groups
from directory.models import Need, Offer, Term

STALE = datetime.timedelta(days=90)
# (side that asks, side that can answer)
DIRECTIONS = (("CN", "SG"), ("SG", "CN"))


@dataclass(frozen=True, slots=True)
class Cell:
    """Open needs against members with capacity; ``level`` 0 (no demand) to 4 (none, or over four per member)."""

    needs: int
    members: int

    @property
    def level(self) -> int:
        """The step of the colour ramp."""
        if not self.needs:
            return 0
        if not self.members or self.needs > 4 * self.members:
            return 4
        if self.needs >= 3 * self.members:
            return 3
        return 2 if self.needs > self.members else 1

    @property
    def text(self) -> str:
        """``needs : members``."""
        return f"{self.needs} : {self.members}"


@dataclass(frozen=True, slots=True)
class GapRow:
    """One group of services in both directions; ``y`` is its place in the picture."""

    term: Term
    cells: list[Cell]
    y: int

    @property
    def text_y(self) -> int:
        """The baseline of its texts."""
        return self.y + 25


def direction_labels() -> list[str]:
    """The heads of the columns, in the order of ``DIRECTIONS``."""
    return [_("Chongqing asks, Singapore answers"), _("Singapore asks, Chongqing answers")]


def gap_map(alliance: Alliance) -> list[GapRow]:
    """Return a row per service group of the alliance, in three queries whatever the number of groups."""
    groups = service_groups(alliance)
    group_of = {part.pk: head.pk for head, parts in groups for part in (head, *parts)}
    needs = _needs(group_of)
    offers = _offers(alliance, group_of)
    return [
        GapRow(head, [_cell(needs, offers, head, pair) for pair in DIRECTIONS], 34 + 43 * number)
        for number, (head, _parts) in enumerate(groups)
    ]


def thinnest(rows: Iterable[GapRow]) -> tuple[Term, Cell, str] | None:
    """Return the service, cell and direction with the most needs per member, or None where nothing is thin."""
    labels = direction_labels()
    thin = [
        (row.term, cell, label)
        for row in rows
        for cell, label in zip(row.cells, labels, strict=True)
        if cell.level >= 2
    ]
    return max(thin, key=lambda found: (found[1].level, found[1].needs - found[1].members), default=None)


Counted = dict[tuple[int, str], set[int]]


def _cell(needs: Counted, offers: Counted, head: Term, pair: tuple[str, str]) -> Cell:
    asks, answers = pair
    return Cell(len(needs[head.pk, asks]), len(offers[head.pk, answers]))


def _needs(group_of: dict[int, int]) -> Counted:
    fresh = Need.objects.shown().filter(created_at__gte=timezone.now() - STALE, service_types__in=group_of)
    found: Counted = defaultdict(set)
    for need, service, country in fresh.values_list("pk", "service_types", "company__country"):
        if service in group_of:
            found[group_of[service], country].add(need)
    return found


def _offers(alliance: Alliance, group_of: dict[int, int]) -> Counted:
    rows = Offer.objects.filter(
        Q(capacity=None) | Q(capacity__gt=0),
        live=True,
        service_type__in=group_of,
        company__visibility="live",
        company__live=True,
        company__memberships__alliance=alliance,
        company__memberships__state=MembershipState.APPROVED,
    )
    found: Counted = defaultdict(set)
    for company, service, country in rows.values_list("company", "service_type", "company__country"):
        found[group_of[service], country].add(company)
    return found
