"""The way to one's desk."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliances.permissions import alliances_of


@login_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Go to the only desk, let those with several choose, and refuse those with none."""
    alliances = alliances_of(request.user)
    if not alliances:
        denied = PermissionDenied(
            _("The desk is for the staff of an alliance. A head of its secretariat can add you.")
        )
        denied.url = reverse("alliances:list")  # type: ignore[attr-defined]
        denied.action = _("All alliances")  # type: ignore[attr-defined]
        raise denied
    if len(alliances) == 1:
        return redirect("desk:queue", alliances[0].code)
    return render(request, "desk/home.html", {"alliances": alliances})
