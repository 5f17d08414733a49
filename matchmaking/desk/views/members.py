"""Members with their terms, and invitations."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from alliances import actions
from alliances.models import Membership, MembershipState
from matchmaking.core.actions import InvalidTransition
from matchmaking.desk.access import Desk, desk_page, desk_view
from matchmaking.desk.forms import InviteForm
from matchmaking.desk.selectors.counts import SOON
from matchmaking.desk.selectors.queue import members

PER_PAGE = 50


@require_safe
@desk_view()
def member_list(request: HttpRequest, desk: Desk) -> HttpResponse:
    """All members, filtered by state, side and text; those whose term ends first on top."""
    chosen = {name: request.GET.get(name, "")[:80] for name in ("state", "country", "text")}
    rows = members(desk.alliance, **chosen)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    states = [
        ("", _("All members")),
        ("due", _("Renewal due")),
        (MembershipState.SUSPENDED, _("Membership suspended")),
        (MembershipState.REJECTED, _("Rejected")),
        (MembershipState.ENDED, _("Membership ended")),
    ]
    context = {"page": page, "chosen": chosen, "states": states, "soon": timezone.localdate() + SOON}
    return desk_page(request, desk, "members.html", context, current="members")


@require_http_methods(["GET", "HEAD", "POST"])
@desk_view()
def invitations(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Invite a company, and see who has not answered."""
    form = InviteForm(request.POST or None, alliance=desk.alliance)
    if request.method == "POST" and form.is_valid():
        company, note = form.cleaned_data["company"], form.cleaned_data["note"]
        try:
            actions.InviteCompany(request.user, company, desk.alliance, note=note).run()
        except InvalidTransition as refused:
            form.add_error("company", str(refused))
        else:
            messages.success(request, _("%(company)s has been invited.") % {"company": company.name})
            return redirect("desk:invitations", desk.alliance.code)
    invited = Membership.objects.filter(alliance=desk.alliance, state=MembershipState.INVITED)
    page = Paginator(invited.select_related("company").order_by("updated_at"), PER_PAGE).get_page(
        request.GET.get("page")
    )
    status = 422 if form.is_bound else 200
    return desk_page(
        request, desk, "invitations.html", {"form": form, "page": page}, current="invitations", status=status
    )
