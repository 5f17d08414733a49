"""Who speaks for the company: roles, invitations, leaving; and whom it does not want to meet."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from directory.actions import (
    AcceptInvitation,
    AddToNoList,
    ChangeRole,
    InviteMember,
    RemoveFromNoList,
    RemoveMember,
    RevokeInvitation,
)
from directory.forms import InviteForm
from directory.models import Company, CompanyInvitation, CompanyMember, MemberRole
from directory.permissions import CompanyPolicy
from directory.selectors import open_invitations
from matchmaking.core.actions import InvalidTransition
from matchmaking.core.components import Crumb
from matchmaking.workspace.current import choose_company, demand_editor, for_company


@for_company
@require_http_methods(["GET", "HEAD", "POST"])
def members(request: HttpRequest, company: Company) -> HttpResponse:
    """List the members; owners invite. The answer never tells whether an address has an account."""
    policy = CompanyPolicy(request.user, company)
    form = InviteForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            InviteMember(request.user, company, form.cleaned_data["email"], form.cleaned_data["role"]).run()
        except InvalidTransition as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, _("The invitation is on its way. It is valid for 14 days, once."))
            return redirect("workspace:members")
    context = {
        "company": company,
        "form": form,
        "policy": policy,
        "roles": MemberRole.choices,
        "members": company.members.select_related("user").order_by("created_at", "pk"),
        "invitations": open_invitations(company) if policy.may_manage_members else [],
        "crumbs": [Crumb(_("My workspace"), reverse("workspace:home")), Crumb(_("Members"))],
    }
    return render(request, "workspace/members.html", context, status=422 if form.errors else 200)


@for_company
@require_POST
def member(request: HttpRequest, company: Company, pk: int) -> HttpResponse:
    """Change a role (``role=…``) or remove a member (``remove``)."""
    row = get_object_or_404(CompanyMember, pk=pk, company=company)
    action: Any = RemoveMember(request.user, row)
    if "remove" not in request.POST:
        action = ChangeRole(request.user, row, request.POST.get("role", ""))
    try:
        action.run()
    except InvalidTransition as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("Saved."))
    has_left = row.user_id == request.user.pk and not company.members.filter(user_id=request.user.pk).exists()
    return redirect("workspace:home" if has_left else "workspace:members")


@for_company
@require_POST
def revoke(request: HttpRequest, company: Company, pk: int) -> HttpResponse:
    """Take an invitation back."""
    RevokeInvitation(request.user, get_object_or_404(CompanyInvitation, pk=pk, company=company)).run()
    messages.success(request, _("The invitation is taken back."))
    return redirect("workspace:members")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Show an invitation and accept it; only for the invited, verified address."""
    rows = CompanyInvitation.objects.select_related("company")
    found = get_object_or_404(rows, token_hash=CompanyInvitation.hash_of(token))
    action = AcceptInvitation(request.user, found)
    if not action.allowed():
        raise PermissionDenied(
            _("This invitation was sent to another e-mail address. Sign in with that address and verify it first.")
        )
    problem = ""
    if request.method == "POST":
        try:
            action.run()
        except InvalidTransition as error:
            problem = str(error)
        else:
            choose_company(request, found.company)
            messages.success(request, _("Welcome. You now speak for %(company)s.") % {"company": found.company.name})
            return redirect("workspace:home")
    context = {"invitation": found, "company": found.company, "problem": problem}
    return render(request, "workspace/invitation.html", context, status=422 if problem else 200)


@for_company
@require_http_methods(["GET", "HEAD", "POST"])
def no_list(request: HttpRequest, company: Company) -> HttpResponse:
    """Companies that this one never wants to be matched with; nobody else can see the list."""
    if request.method == "POST":
        demand_editor(request, company)
        entry = company.no_list.filter(excluded__slug=request.POST.get("company", "")).first()
        if "remove" in request.POST:
            if entry is None:
                raise Http404
            RemoveFromNoList(request.user, company, entry.excluded).run()
            messages.success(request, _("The company is considered again."))
        else:
            other = get_object_or_404(Company.objects.visible(), slug=request.POST.get("company", ""))
            try:
                AddToNoList(request.user, company, other).run()
                messages.success(request, _("You will not be matched with this company."))
            except InvalidTransition as problem:
                messages.error(request, str(problem))
        return redirect("workspace:no_list")
    context = {
        "company": company,
        "entries": company.no_list.select_related("excluded").order_by("-created_at"),
        "may_edit": CompanyPolicy(request.user, company).may_edit,
        "crumbs": [Crumb(_("My workspace"), reverse("workspace:home")), Crumb(_("Not considered"))],
    }
    return render(request, "workspace/no_list.html", context)
