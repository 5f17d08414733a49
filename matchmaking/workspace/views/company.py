"""The company's own profile after onboarding: where it stands, its sections, its submission and withdrawal."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from directory.actions import SubmitCompany, TakeBackCompany, WithdrawCompany
from directory.models import Company
from directory.permissions import CompanyPolicy, companies_for
from directory.profile import profile_context
from directory.selectors import completeness, draft_of, missing_for_submission, profile_status
from directory.workflow import last_return
from matchmaking.core.actions import InvalidTransition
from matchmaking.core.components import Crumb
from matchmaking.workspace.current import choose_company, demand_editor, for_company
from matchmaking.workspace.layout import lay_out, with_terms
from matchmaking.workspace.steps import BY_CODE, SECTIONS, form_for, save_step


@for_company
@require_safe
def profile(request: HttpRequest, company: Company) -> HttpResponse:
    """Show the profile with its status and the doors to its sections."""
    context = {
        "company": company,
        "draft": draft_of(company),
        "status": profile_status(company),
        "returned": last_return(company),
        "items": completeness(company),
        "missing": missing_for_submission(company),
        "sections": SECTIONS,
        "policy": CompanyPolicy(request.user, company),
        "crumbs": [Crumb(_("My workspace"), reverse("workspace:home")), Crumb(_("Company profile"))],
    }
    return render(request, "workspace/company.html", context)


@for_company
@require_http_methods(["GET", "HEAD", "POST"])
def section(request: HttpRequest, company: Company, step: str) -> HttpResponse:
    """Edit one section; a published company keeps its public text until the change was reviewed."""
    spec = BY_CODE.get(step)
    if spec not in SECTIONS or spec is None:
        raise Http404
    demand_editor(request, company)
    form = form_for(spec, company, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        confirm = request.POST.getlist("confirm")
        try:
            save_step(spec, request.user, company, form, confirm)
        except InvalidTransition as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, _("Saved."))
            return redirect("workspace:company_section", spec.code) if confirm else redirect("workspace:company")
    context = {
        "company": company,
        "step": spec,
        "form": form,
        "sections": with_terms(lay_out(form, spec.plans, draft_of(company))),
        "status": profile_status(company),
        "crumbs": [
            Crumb(_("My workspace"), reverse("workspace:home")),
            Crumb(_("Company profile"), reverse("workspace:company")),
            Crumb(str(spec.label)),
        ],
    }
    return render(request, "workspace/section.html", context, status=422 if form.errors else 200)


@for_company
@require_safe
def preview(request: HttpRequest, company: Company) -> HttpResponse:
    """Show the newest text as others would see it."""
    context = profile_context(draft_of(company), request.user)
    return render(request, "directory/company.html", {**context, "is_preview": True})


MOVES: dict[str, tuple[Any, str]] = {
    "submit": (SubmitCompany, gettext_noop("Submitted. The reviewers usually answer within three working days.")),
    "take_back": (TakeBackCompany, gettext_noop("Taken back. You can change the profile again.")),
    "withdraw": (WithdrawCompany, gettext_noop("Withdrawn. Nobody else sees the company now.")),
}


@for_company
@require_POST
def move(request: HttpRequest, company: Company) -> HttpResponse:
    """Submit, take back or withdraw the profile."""
    if request.POST.get("move") not in MOVES:
        raise Http404
    action, done = MOVES[request.POST["move"]]
    try:
        action(request.user, company).run()
    except InvalidTransition as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _(done))
    return redirect("workspace:company")


@for_company
@require_safe
def withdraw(request: HttpRequest, company: Company) -> HttpResponse:
    """Ask whether the company shall really leave the directory."""
    if not CompanyPolicy(request.user, company).may_withdraw:
        raise Http404
    return render(request, "workspace/withdraw.html", {"company": company})


@login_required
@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Work for another one of the person's companies."""
    value = request.POST.get("company", "")
    company = get_object_or_404(companies_for(request.user), pk=int(value) if value.isdecimal() else 0)
    choose_company(request, company)
    return redirect("workspace:home")
