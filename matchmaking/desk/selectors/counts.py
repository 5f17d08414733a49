"""Figures of one alliance: rail, tiles and the way of companies into membership."""

import datetime
from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliances.models import Alliance, Membership, MembershipState, Verdict
from directory.models import ClaimRequest
from matchmaking.core.components import Tile
from matchmaking.desk.selectors.queue import TARGET_DAYS, near_companies, waiting_days

SOON = datetime.timedelta(days=30)
S = MembershipState


def rail_counts(alliance: Alliance) -> dict[str, int]:
    """Return how much waits or stands behind each entry of the rail."""
    states = _states(alliance)
    claims = ClaimRequest.objects.filter(state=ClaimRequest.State.OPEN, company__in=near_companies(alliance))
    return {
        "queue": states.get(S.APPLIED, 0) + states.get(S.IN_REVIEW, 0),
        "members": states.get(S.APPROVED, 0) + states.get(S.SUSPENDED, 0),
        "invitations": states.get(S.INVITED, 0),
        "verdicts": Verdict.objects.current().filter(alliance=alliance).count(),
        "claims": claims.count(),
    }


def _states(alliance: Alliance) -> dict[str, int]:
    rows = (
        Membership.objects.filter(alliance=alliance).order_by().values("state").annotate(number=Count("pk"))
    )
    return {row["state"]: row["number"] for row in rows}


def tiles(alliance: Alliance) -> list[Tile]:
    """The figures at the head of the desk, each with its base."""
    waiting = Membership.objects.waiting().filter(alliance=alliance)
    oldest = max((waiting_days(row) for row in waiting), default=0)
    members = Membership.objects.active().filter(alliance=alliance)
    sides = members.aggregate(
        china=Count("pk", filter=Q(company__country="CN")),
        singapore=Count("pk", filter=Q(company__country="SG")),
    )
    due = renewals_due(alliance)
    invited = Membership.objects.filter(alliance=alliance, state=S.INVITED)
    stale = invited.filter(updated_at__lt=timezone.now() - datetime.timedelta(days=14)).count()
    returned = waiting.exclude(reason="").count()
    return [
        Tile(
            _("Waiting for review"),
            waiting.count(),
            _("oldest %(oldest)s days · target %(target)s") % {"oldest": oldest, "target": TARGET_DAYS},
        ),
        Tile(
            _("Second approval"),
            waiting.exclude(first_approver=None).count(),
            _("licence claims need two people"),
        ),
        Tile(
            _("Members"),
            members.count(),
            ngettext("%(n)s renewal due within 30 days", "%(n)s renewals due within 30 days", due)
            % {"n": due},
            unit=_("%(china)s CQ / %(singapore)s SG") % sides,
        ),
        Tile(
            _("Invitations"),
            invited.count(),
            ngettext("%(n)s unanswered for 14 days", "%(n)s unanswered for 14 days", stale) % {"n": stale},
        ),
        Tile(_("Waiting for companies"), returned, _("returned with a reason, not answered yet")),
    ]


def renewals_due(alliance: Alliance) -> int:
    """Return how many memberships run out within 30 days or have run out."""
    until = timezone.localdate() + SOON
    return Membership.objects.active().filter(alliance=alliance, valid_until_date__lte=until).count()


@dataclass(frozen=True, slots=True)
class FunnelStep:
    """One bar: ``share`` is the percentage of the step before, None for the first; ``width`` and ``y`` in SVG units."""

    label: str
    count: int
    share: int | None
    width: int
    y: int

    @property
    def text_x(self) -> int:
        """Where the figure behind the bar begins."""
        return 138 + self.width

    @property
    def text_y(self) -> int:
        """The baseline of the words beside the bar."""
        return self.y + 17


FUNNEL_WIDTH = 200


def admission_funnel(alliance: Alliance) -> list[FunnelStep]:
    """From first contact to a published member, over all companies of this alliance."""
    rows = Membership.objects.filter(alliance=alliance)
    taken = Q(reviewer__isnull=False) | Q(state__in=(S.IN_REVIEW, S.APPROVED, S.SUSPENDED, S.REJECTED))
    approved = Q(state__in=(S.APPROVED, S.SUSPENDED))
    found = rows.aggregate(
        contact=Count("pk"),
        applied=Count("pk", filter=Q(applied_at__isnull=False) | approved),
        taken=Count("pk", filter=taken),
        approved=Count("pk", filter=approved),
        shown=Count("pk", filter=Q(state=S.APPROVED, company__visibility="live", company__live=True)),
    )
    labels = {
        "contact": _("Invited or applied"),
        "applied": _("Applied"),
        "taken": _("Reviewed"),
        "approved": _("Approved"),
        "shown": _("Shown as member"),
    }
    return bars([(label, found[name]) for name, label in labels.items()])


def bars(steps: list[tuple[str, int]]) -> list[FunnelStep]:
    """Turn counted steps into bars, the longest ``FUNNEL_WIDTH`` wide."""
    largest = max((count for _label, count in steps), default=0) or 1
    bars: list[FunnelStep] = []
    for number, (label, count) in enumerate(steps):
        before = bars[-1].count if bars else 0
        share = round(100 * count / before) if before else None
        bars.append(
            FunnelStep(label, count, share, max(2, round(FUNNEL_WIDTH * count / largest)), 4 + 32 * number)
        )
    return bars
