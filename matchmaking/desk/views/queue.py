"""The desk's first page: what is late, what waits, where supply is thin."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from matchmaking.desk.access import Desk, desk_page, desk_view
from matchmaking.desk.selectors import counts, gaps, introductions
from matchmaking.desk.selectors.members import upcoming
from matchmaking.desk.selectors.queue import QUEUE_TABS, queue, queue_counts


@require_safe
@desk_view()
def queue_page(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Tiles, the queue by tab, the gap map in short, the funnel, and what comes up."""
    tab = request.GET.get("tab", "all")
    tab = tab if tab in QUEUE_TABS else "all"
    numbers = queue_counts(desk.alliance, request.user)
    labels = {
        "all": _("All"),
        "mine": _("Mine"),
        "new": _("Nobody's yet"),
        "second": _("Second approval"),
        "returned": _("Waiting for the company"),
    }
    rows = gaps.gap_map(desk.alliance)
    context = {
        "tiles": counts.tiles(desk.alliance),
        "rows": queue(desk.alliance, request.user, tab),
        "tabs": [(name, labels[name], numbers[name]) for name in QUEUE_TABS],
        "tab": tab,
        "funnels": _funnels(desk),
        "overdue": introductions.overdue(desk.alliance),
        "open_introductions": introductions.open_number(desk.alliance),
        "thin": gaps.thinnest(rows),
        "upcoming": upcoming(desk.alliance),
    }
    return desk_page(request, desk, "queue.html", context, current="queue")


def _funnels(desk: Desk) -> list[dict[str, Any]]:
    """The two ways that this desk looks after: into membership, and from request to agreement."""
    return [
        {
            "id": "admission",
            "title": _("From first contact to member"),
            "caption": _(
                "All companies of this alliance so far. The second figure is the share of the step before."
            ),
            "steps": counts.admission_funnel(desk.alliance),
        },
        {
            "id": "introductions",
            "title": _("From request to agreement"),
            "caption": _("Introductions of members by the step they stand at or have passed."),
            "steps": introductions.introduction_funnel(desk.alliance),
        },
    ]
