"""Claiming a company that is here already, without learning anything about who speaks for it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from directory.actions import ClaimCompany
from directory.forms import ClaimForm
from directory.models import Company
from matchmaking.core.actions import InvalidTransition
from matchmaking.workspace.views.join import TAKEN_KEY


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def claim(request: HttpRequest, slug: str) -> HttpResponse:
    """Claim a published company."""
    company = get_object_or_404(Company.objects.visible(), slug=slug)
    return _claim(request, company, {"company": company})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def claim_number(request: HttpRequest) -> HttpResponse:
    """Claim the company whose number was just typed; a hidden company keeps its name to itself."""
    taken = request.session.get(TAKEN_KEY)
    if not taken:
        raise Http404
    company = get_object_or_404(Company, scheme=taken[0], number=taken[1])
    return _claim(request, company, {"number": taken[1]})


def _claim(request: HttpRequest, company: Company, shown: dict[str, object]) -> HttpResponse:
    form = ClaimForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            ClaimCompany(request.user, company, form.cleaned_data["message"]).run()
        except InvalidTransition as problem:
            form.add_error(None, str(problem))
        else:
            request.session.pop(TAKEN_KEY, None)
            messages.success(request, _("Thank you. The secretariat checks your claim and answers you by e-mail."))
            return redirect("workspace:home")
    return render(request, "workspace/claim.html", {"form": form, **shown}, status=422 if form.errors else 200)
