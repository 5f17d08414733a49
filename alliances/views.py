"""Public pages of the alliances, and the page on which a company applies and follows its application."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from alliances import actions, workflow
from alliances.forms import AnswerForm, ApplicationForm
from alliances.models import Alliance, Membership
from alliances.reasons import reason_label
from alliances.selectors import alliances_with_counts, members_shown, service_groups
from directory.models import Company, MemberRole
from directory.permissions import companies_for
from matchmaking.core.actions import InvalidTransition
from matchmaking.core.components import Choice

MEMBERS_PER_PAGE = 24


@require_safe
def alliance_list(request: HttpRequest) -> HttpResponse:
    """All alliances with their members by side."""
    return render(request, "alliances/list.html", {"counts": alliances_with_counts()})


@require_safe
def alliance_detail(request: HttpRequest, code: str) -> HttpResponse:
    """One alliance: services, criteria, secretariats, how to apply, and its visible members."""
    alliance = get_object_or_404(Alliance, code=code, active=True)
    members = members_shown(alliance)
    side = request.GET.get("side", "")
    counts = {value: members.filter(country=value).count() for value in ("CN", "SG")}
    shown = members.filter(country=side) if side in counts else members
    page = Paginator(shown, MEMBERS_PER_PAGE).get_page(request.GET.get("page"))
    labels = {"CN": _("Chongqing side"), "SG": _("Singapore side")}
    sides = [Choice(value, labels[value], counts[value], value == side) for value in counts]
    context = {
        "alliance": alliance,
        "groups": service_groups(alliance),
        "page": page,
        "sides": sides,
        "side": side,
        "total": members.count(),
        "secretariats": secretariats(alliance),
    }
    return render(request, "alliances/detail.html", context)


def secretariats(alliance: Alliance) -> list[dict[str, Any]]:
    """The offices of an alliance as ``{"side": label, "office": {"zh", "en"}}``, Chinese side first."""
    names = {"CN": _("Chongqing"), "SG": _("Singapore")}
    return [
        {"side": names.get(country, country), "office": office}
        for country, office in sorted(alliance.secretariats.items())
    ]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def apply(request: HttpRequest, code: str) -> HttpResponse:
    """Apply for a company that one owns, answer the secretariat, or take the application back."""
    alliance = get_object_or_404(Alliance, code=code, active=True)
    companies = list(Company.objects.filter(members__user=request.user, members__role=MemberRole.OWNER))
    if not companies:
        return _without_company(request, alliance)
    company = _chosen(request, companies)
    membership = Membership.objects.filter(alliance=alliance, company=company).first()
    form: Form = (
        AnswerForm() if membership and workflow.may_start("answer", membership.state) else ApplicationForm()
    )
    if request.method == "POST":
        form = type(form)(request.POST) if request.POST.get("step") != "withdraw" else form
        if form.is_valid() or not form.is_bound:
            try:
                _step(request, alliance, company, membership, form)
            except InvalidTransition as refusal:
                messages.error(request, str(refusal))
            else:
                return redirect(f"{reverse('alliances:apply', args=[code])}?company={company.slug}")
    context = {
        "alliance": alliance,
        "companies": companies,
        "company": company,
        "membership": membership,
        "form": form,
        "state": membership.state if membership else workflow.NEW,
        "reason": reason_label(membership.reason) if membership else "",
        "may_apply": workflow.may_start("apply", membership.state if membership else workflow.NEW),
    }
    return render(
        request, "alliances/apply.html", context, status=422 if form.is_bound and form.errors else 200
    )


def _without_company(request: HttpRequest, alliance: Alliance) -> HttpResponse:
    """A person who owns no company: 403 where they work for one, else the way to a company of their own."""
    if companies_for(request.user).exists():
        refusal = PermissionDenied(
            _("Only an owner of a company can apply for it. Please ask the owner of yours.")
        )
        refusal.url = alliance.get_absolute_url()  # type: ignore[attr-defined]
        refusal.action = _("Back to the alliance")  # type: ignore[attr-defined]
        raise refusal
    return render(request, "alliances/apply.html", {"alliance": alliance, "companies": []})


def _chosen(request: HttpRequest, companies: list[Company]) -> Company:
    """The company named by the form or the address, else the first; 404 for one that is not theirs."""
    slug = request.POST.get("company") or request.GET.get("company") or companies[0].slug
    for company in companies:
        if company.slug == slug:
            return company
    raise Http404


def _step(
    request: HttpRequest, alliance: Alliance, company: Company, membership: Membership | None, form: Form
) -> None:
    """Run the action that the pressed button asks for and say what happened."""
    step = request.POST.get("step")
    if membership and step == "withdraw":
        actions.WithdrawApplication(request.user, membership).run()
        messages.success(request, _("Your application has been taken back."))
    elif membership and step == "answer":
        actions.AnswerReturn(request.user, membership, statement=form.cleaned_data["statement"]).run()
        messages.success(request, _("Your answer is with the secretariat."))
    elif step == "apply" and form.is_bound:
        statement = form.cleaned_data["statement"]
        actions.ApplyForMembership(request.user, company, alliance, statement=statement).run()
        messages.success(request, _("Your application is with the secretariat."))
    else:
        raise InvalidTransition(_("Please choose what you want to do."))
