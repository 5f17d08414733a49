"""Who works here, and by which criteria."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from alliances import actions
from alliances.models import AllianceStaff
from alliances.permissions import RANK
from matchmaking.core.actions import InvalidTransition
from matchmaking.desk.access import Desk, desk_page, desk_view
from matchmaking.desk.forms import StaffForm


@require_http_methods(["GET", "HEAD", "POST"])
@desk_view()
def team(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Everybody on the desk sees the team; managers and heads change it within their rank."""
    if request.method == "POST" and not desk.policy.may_manage_staff():
        raise PermissionDenied(_("Managers and heads of the secretariat set the roles."))
    if "revoke" in request.POST:
        return _revoke(request, desk)
    form = StaffForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _grant(request, desk, form):
        return redirect("desk:staff", desk.alliance.code)
    rows = sorted(
        desk.alliance.staff.select_related("user"), key=lambda row: (-RANK[row.role], str(row.user))
    )
    people: list[dict[str, Any]] = [
        {"row": row, "revocable": desk.policy.may_revoke(row.user)} for row in rows
    ]
    context = {"form": form if desk.policy.may_manage_staff() else None, "people": people}
    return desk_page(
        request, desk, "staff.html", context, current="staff", status=422 if form.is_bound else 200
    )


def _grant(request: HttpRequest, desk: Desk, form: StaffForm) -> bool:
    """Give the role and say so; False when the form has to be shown again with the reason."""
    user, role = form.user, form.cleaned_data["role"]
    try:
        actions.GrantStaffRole(request.user, desk.alliance, user, role).run()  # type: ignore[arg-type]
    except InvalidTransition as refused:
        form.add_error("email", str(refused))
    except PermissionDenied:
        form.add_error(
            "role", _("You cannot give a role above your own, nor change your own or a higher one.")
        )
    else:
        messages.success(request, _("%(person)s has the role now.") % {"person": user})
        return True
    return False


def _revoke(request: HttpRequest, desk: Desk) -> HttpResponse:
    number = request.POST["revoke"]
    row = (
        AllianceStaff.objects.filter(alliance=desk.alliance, pk=number).first()
        if number.isdecimal()
        else None
    )
    if row is None:
        raise Http404
    try:
        actions.RevokeStaffRole(request.user, desk.alliance, row.user).run()
    except InvalidTransition as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("%(person)s no longer works on this desk.") % {"person": row.user})
    return redirect("desk:staff", desk.alliance.code)
