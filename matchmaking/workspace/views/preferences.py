"""Whom a company wants to meet above all; the page beside the no-list."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from directory.actions import AddMustMeet, RemoveMustMeet
from directory.models import Company
from directory.permissions import CompanyPolicy
from matchmaking.core.actions import InvalidTransition
from matchmaking.core.components import Crumb
from matchmaking.matches.cards import company_name, place_of
from matchmaking.matches.preferences import ORDER, Preferences
from matchmaking.matches.selectors import decided_pairs, ordered
from matchmaking.workspace.current import demand_editor, for_company


@for_company
@require_http_methods(["GET", "HEAD", "POST"])
def must_meet(request: HttpRequest, company: Company) -> HttpResponse:
    """Read the list, add a company to it, take one off it."""
    if request.method == "POST":
        return _change(request, company)
    asked = Company.objects.visible().exclude(pk=company.pk).filter(slug=request.GET.get("company", "")).first()
    entries = _entries(company)
    context = {
        "company": company,
        "entries": entries,
        "asked": asked if asked and asked.slug not in {entry["slug"] for entry in entries} else None,
        "may_edit": CompanyPolicy(request.user, company).may_edit,
        "crumbs": [Crumb(_("My workspace"), reverse("workspace:home")), Crumb(_("Want to meet"))],
    }
    return render(request, "workspace/must_meet.html", context)


def change_wish(request: HttpRequest, company: Company, wanted: Company, *, remove: bool) -> None:
    """Mark or unmark a company, with a message to the person who did it."""
    name = company_name(wanted).text
    try:
        if remove:
            RemoveMustMeet(request.user, company, wanted).run()
            messages.success(request, _("%(name)s no longer comes first.") % {"name": name})
        else:
            AddMustMeet(request.user, company, wanted).run()
            messages.success(
                request,
                _("%(name)s comes first in your lists. They hear of it only if they mark you too.") % {"name": name},
            )
    except InvalidTransition as problem:
        messages.error(request, str(problem))


def _change(request: HttpRequest, company: Company) -> HttpResponse:
    demand_editor(request, company)
    slug = request.POST.get("company", "")
    if "remove" in request.POST:
        entry = company.must_meet.select_related("wanted").filter(wanted__slug=slug).first()
        if entry is None:
            raise Http404
        change_wish(request, company, entry.wanted, remove=True)
    else:
        change_wish(request, company, get_object_or_404(Company.objects.visible(), slug=slug), remove=False)
    return redirect("workspace:must_meet")


def _entries(company: Company) -> list[dict[str, object]]:
    """Marked companies, those that want the same first. One that is not public now is named without a link."""
    wishes = Preferences.of(company.pk)
    rows = company.must_meet.select_related("wanted__place").order_by("-created_at")
    refused, _pins = decided_pairs([company.pk, *wishes.mine])
    found = [
        {
            "slug": row.wanted.slug,
            "name": company_name(row.wanted).text,
            "place": place_of(row.wanted),
            "url": row.wanted.get_absolute_url() if row.wanted.is_visible else "",
            "mutual": wishes.bracket(row.wanted_id) == "mutual" and ordered(company.pk, row.wanted_id) not in refused,
            "order": ORDER[wishes.bracket(row.wanted_id)],
        }
        for row in rows
    ]
    return sorted(found, key=lambda entry: entry["order"])
