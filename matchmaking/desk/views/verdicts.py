"""Pins and exclusions of pairs."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from alliances import actions
from alliances.models import Verdict
from directory.models import Term, TermKind
from matchmaking.core.actions import InvalidTransition
from matchmaking.desk.access import Desk, desk_page, desk_view
from matchmaking.desk.forms import VerdictForm

PER_PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
@desk_view()
def verdicts(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Give and lift verdicts; those in force are listed, newest first."""
    if "lift" in request.POST:
        return _lift(request, desk)
    form = VerdictForm(request.POST or None, alliance=desk.alliance)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        action = actions.GiveVerdict(
            request.user,
            desk.alliance,
            data["first"],
            data["second"],
            kind=data["kind"],
            reason=data["reason"],
            until=data["until"],
        )
        try:
            action.run()
        except InvalidTransition as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(
                request, _("Recorded. The matches of both companies are being brought into step.")
            )
            return redirect("desk:verdicts", desk.alliance.code)
    rows = Verdict.objects.current().filter(alliance=desk.alliance)
    page = Paginator(rows.select_related("company_low", "company_high", "decided_by"), PER_PAGE).get_page(
        request.GET.get("page")
    )
    reasons = Term.objects.filter(kind=TermKind.REASON, code__in={row.reason for row in page})
    context = {"form": form, "page": page, "reasons": {term.code: term.label for term in reasons}}
    return desk_page(
        request, desk, "verdicts.html", context, current="verdicts", status=422 if form.is_bound else 200
    )


def _lift(request: HttpRequest, desk: Desk) -> HttpResponse:
    number = request.POST["lift"]
    verdict = (
        Verdict.objects.filter(alliance=desk.alliance, pk=number).first() if number.isdecimal() else None
    )
    if verdict is None:
        raise Http404
    try:
        actions.LiftVerdict(request.user, verdict).run()
    except InvalidTransition as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The verdict has been lifted."))
    return redirect("desk:verdicts", desk.alliance.code)
