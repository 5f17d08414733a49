"""People who say that a pre-loaded company is theirs."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from directory.actions import ApproveClaim, RejectClaim
from matchmaking.core.actions import InvalidTransition
from matchmaking.desk.access import Desk, desk_page, desk_view
from matchmaking.desk.selectors.reviews import open_claims

PER_PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
@desk_view()
def claims(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Decide open claims, oldest first."""
    rows = open_claims(desk)
    if request.method != "POST":
        page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
        return desk_page(request, desk, "claims.html", {"page": page}, current="claims")
    number = request.POST.get("claim", "")
    claim = rows.filter(pk=number).first() if number.isdecimal() else None
    action = {"approve": ApproveClaim, "reject": RejectClaim}.get(request.POST.get("step", ""))
    if claim is None or action is None:
        raise Http404
    try:
        action(request.user, claim).run()
    except InvalidTransition as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The decision is recorded; the person is told."))
    return redirect("desk:claims", desk.alliance.code)
