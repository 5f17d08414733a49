"""Supply against demand."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from matchmaking.desk.access import Desk, desk_page, desk_view
from matchmaking.desk.selectors.gaps import direction_labels, gap_map, thinnest


@require_safe
@desk_view()
def gaps(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The gap map as a picture and as a table."""
    rows = gap_map(desk.alliance)
    context = {
        "rows": rows,
        "labels": direction_labels(),
        "thin": thinnest(rows),
        "height": 60 + 43 * len(rows),
    }
    return desk_page(request, desk, "gaps.html", context, current="gaps")
