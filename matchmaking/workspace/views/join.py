"""Onboarding: one step per address; what was typed is kept in the draft company and found again after sign-out."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from directory.actions import CreateCompany, NumberTaken, SetRegistration, SubmitCompany
from directory.forms import RegistrationForm
from directory.models import Company
from directory.selectors import completeness, draft_of, missing_for_submission, unfinished_company
from directory.workflow import last_return
from matchmaking.core.actions import InvalidTransition
from matchmaking.workspace.current import choose_company, company_of
from matchmaking.workspace.layout import lay_out, with_terms
from matchmaking.workspace.steps import (
    BY_CODE,
    PREVIEW,
    REGISTER,
    STEPS,
    StepSpec,
    first_open_step,
    following,
    form_for,
    preceding,
    progress_of,
    save_step,
)

TAKEN_KEY = "workspace_taken_number"


@login_required
@require_safe
def join(request: HttpRequest) -> HttpResponse:
    """Go on where the person left off; people whose company is past onboarding go home."""
    company = unfinished_company(request.user)
    if company is None and company_of(request) is not None:
        return redirect("workspace:home")
    step = first_open_step(company) if company else REGISTER
    return redirect("workspace:join_step", step.code)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def join_step(request: HttpRequest, step: str) -> HttpResponse:
    """Show or save one step."""
    if step not in BY_CODE:
        raise Http404
    spec = BY_CODE[step]
    company = unfinished_company(request.user)
    if spec is REGISTER:
        return _register(request, company)
    if company is None:
        return redirect("workspace:join")
    choose_company(request, company)
    return _preview(request, company) if spec is PREVIEW else _fill_in(request, company, spec)


def _register(request: HttpRequest, company: Company | None) -> HttpResponse:
    initial = {"country": company.country, "number": company.number} if company else None
    form = RegistrationForm(request.POST if request.method == "POST" else None, initial=initial)
    found = None
    if form.is_bound and form.is_valid():
        found = form.registration
        if "check" not in request.POST:
            try:
                return _begin(request, company, form)
            except NumberTaken as taken:
                return _lead_to_claim(request, taken)
            except InvalidTransition as problem:
                form.add_error(None, str(problem))
    context = _chrome(company, REGISTER) | {"form": form, "found": found}
    if found:
        context["taken"] = _public_holder(found.scheme, found.number, company)
    return render(request, "workspace/register.html", context, status=422 if form.is_bound and form.errors else 200)


def _begin(request: HttpRequest, company: Company | None, form: RegistrationForm) -> HttpResponse:
    country, registration = form.cleaned_data["country"], form.registration
    assert registration is not None  # a valid form has one
    if company is None:
        company = CreateCompany(request.user, country, registration).run()
    elif (company.country, company.scheme, company.number) != (country, registration.scheme, registration.number):
        SetRegistration(request.user, company, country, registration).run()
    choose_company(request, company)
    return redirect("workspace:join_step", following(REGISTER).code)


def _lead_to_claim(request: HttpRequest, taken: NumberTaken) -> HttpResponse:
    """A published company is claimed on its own page; of a hidden one not even the name is shown."""
    holder = taken.company
    if holder.is_visible:
        return redirect("workspace:claim", holder.slug)
    request.session[TAKEN_KEY] = [taken.registration.scheme, taken.registration.number]
    return redirect("workspace:claim_number")


def _public_holder(scheme: str, number: str, own: Company | None) -> Company | None:
    holders = Company.objects.visible().filter(scheme=scheme, number=number)
    return holders.exclude(pk=own.pk if own else None).first()


def _fill_in(request: HttpRequest, company: Company, spec: StepSpec) -> HttpResponse:
    form = form_for(spec, company, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        confirm = request.POST.getlist("confirm")
        try:
            save_step(spec, request.user, company, form, confirm)
        except InvalidTransition as problem:
            form.add_error(None, str(problem))
        else:
            if "leave" in request.POST:
                messages.success(request, _("Saved. You can go on at any time."))
                return redirect("workspace:home")
            return redirect("workspace:join_step", spec.code if confirm else following(spec).code)
    sections = with_terms(lay_out(form, spec.plans, draft_of(company)))
    context = _chrome(company, spec) | {"form": form, "sections": sections}
    return render(request, "workspace/step.html", context, status=422 if form.errors else 200)


def _preview(request: HttpRequest, company: Company) -> HttpResponse:
    problem = ""
    if request.method == "POST":
        try:
            SubmitCompany(request.user, company).run()
        except InvalidTransition as error:
            problem = str(error)
        else:
            messages.success(request, _("Submitted. The reviewers usually answer within three working days."))
            return redirect("workspace:home")
    context = _chrome(company, PREVIEW) | {
        "draft": draft_of(company),
        "items": completeness(company),
        "missing": missing_for_submission(company),
        "problem": problem,
    }
    return render(request, "workspace/preview.html", context, status=422 if problem else 200)


def _chrome(company: Company | None, spec: StepSpec) -> dict[str, object]:
    """Return what all steps show around their form."""
    return {
        "company": company,
        "step": spec,
        "steps": progress_of(company, spec),
        "before": preceding(spec),
        "is_last": spec is STEPS[-2],
        "returned": last_return(company) if company else None,
    }
