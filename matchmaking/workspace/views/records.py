"""List, form and removal of offers, needs, products, establishments and credentials."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from directory.actions import CloseNeed, OpenNeed
from directory.models import Company, Need
from directory.permissions import CompanyPolicy
from matchmaking.core.actions import InvalidTransition
from matchmaking.core.components import Crumb
from matchmaking.workspace.current import demand_editor, for_company
from matchmaking.workspace.layout import lay_out, with_terms
from matchmaking.workspace.quality import need_quality
from matchmaking.workspace.records import NEEDS, PRODUCTS, RecordKind


@for_company
@require_safe
def record_list(request: HttpRequest, company: Company, kind: RecordKind) -> HttpResponse:
    """Show the company's records of one kind."""
    context: dict[str, Any] = {
        "company": company,
        "kind": kind,
        "records": kind.of(company),
        "may_edit": CompanyPolicy(request.user, company).may_edit,
        "crumbs": [Crumb(_("My workspace"), reverse("workspace:home")), Crumb(str(kind.title))],
    }
    if kind is PRODUCTS:
        context["establishments"] = company.establishments.select_related("place")
    return render(request, f"workspace/{kind.code}.html", context)


@for_company
@require_http_methods(["GET", "HEAD", "POST"])
def record_edit(request: HttpRequest, company: Company, kind: RecordKind, pk: int | None = None) -> HttpResponse:
    """Create or change a record; a foreign one is as missing as one that never was."""
    record = get_object_or_404(kind.of(company), pk=pk) if pk is not None else None
    demand_editor(request, company)
    form = kind.form_for(request if request.method == "POST" else None, company, record)
    if form.is_bound and form.is_valid():
        try:
            saved = kind.save(request.user, company, form.cleaned_data, record, **_confirmed(request, kind)).run()
            if kind is NEEDS and "open" in request.POST:
                return _opened(request, saved)
        except InvalidTransition as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, str(kind.saved))
            return redirect(kind.edit_url, saved.pk) if "confirm" in request.POST else redirect(kind.list_url)
    stored = kind.of(company).filter(pk=pk).first() if pk is not None else None
    context = {
        "company": company,
        "kind": kind,
        "record": stored,
        "form": form,
        "sections": with_terms(lay_out(form, kind.plans, stored)),
        "quality": need_quality(stored) if kind is NEEDS and stored else None,
        "aside": f"workspace/aside_{kind.aside}.html",
        "crumbs": [
            Crumb(_("My workspace"), reverse("workspace:home")),
            Crumb(str(kind.title), reverse(kind.list_url)),
            Crumb(str(stored) if stored else str(kind.new)),
        ],
    }
    return render(request, "workspace/record.html", context, status=422 if form.errors else 200)


def _confirmed(request: HttpRequest, kind: RecordKind) -> dict[str, Any]:
    return {"confirmed": request.POST.getlist("confirm")} if kind.save.pairs else {}


def _opened(request: HttpRequest, need: Need) -> HttpResponse:
    """Open a need that was just saved; where it cannot be opened it stays a draft and says why."""
    if need.state != "open":
        try:
            OpenNeed(request.user, need).run()
        except InvalidTransition as problem:
            messages.warning(request, str(problem))
            return redirect(NEEDS.edit_url, need.pk)
    messages.success(request, _("The need is open. Its matches are computed now."))
    return redirect("workspace:need_matches", need.pk)


@for_company
@require_http_methods(["GET", "HEAD", "POST"])
def record_remove(request: HttpRequest, company: Company, kind: RecordKind, pk: int) -> HttpResponse:
    """Ask, then remove."""
    record = get_object_or_404(kind.of(company), pk=pk)
    demand_editor(request, company)
    if request.method == "POST":
        kind.remove(request.user, company, record).run()
        messages.success(request, _("Removed."))
        return redirect(kind.list_url)
    return render(request, "workspace/remove.html", {"record": record, "kind": kind, "company": company})


@for_company
@require_POST
def need_state(request: HttpRequest, company: Company, pk: int) -> HttpResponse:
    """Open or close a need."""
    need = get_object_or_404(NEEDS.of(company), pk=pk)
    wanted = request.POST.get("state")
    if wanted not in ("open", "fulfilled", "closed"):
        raise Http404
    action = OpenNeed(request.user, need) if wanted == "open" else None
    try:
        (action or CloseNeed(request.user, need, fulfilled=wanted == "fulfilled")).run()
    except InvalidTransition as problem:
        messages.error(request, str(problem))
        return redirect(NEEDS.edit_url, need.pk) if wanted == "open" else redirect(NEEDS.list_url)
    messages.success(request, _("The need is open.") if wanted == "open" else _("The need is closed."))
    return redirect(NEEDS.list_url)
