"""One membership: what changed, which claims stand, what happened, and the decision."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from alliances.models import Membership, MembershipState
from alliances.profile import text_under_review
from alliances.reasons import reason_label
from alliances.selectors import needs_two_people
from matchmaking.core.actions import InvalidTransition
from matchmaking.core.audit import record_event
from matchmaking.desk.access import Desk, desk_page, desk_view
from matchmaking.desk.forms import ClaimCheckForm, DecisionForm, RenewForm, SanctionForm, next_year
from matchmaking.desk.selectors.comparison import changed_since_approval
from matchmaking.desk.selectors.completeness import completeness
from matchmaking.desk.selectors.history import history
from matchmaking.desk.selectors.queue import waiting_days, waiting_tone
from matchmaking.desk.selectors.reviews import claims, context_of
from matchmaking.desk.steps import STEPS, Invalid


@require_http_methods(["GET", "HEAD", "POST"])
@desk_view()
def review(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """Show the case; a POST names its ``step`` and comes back to the page with what happened."""
    rows = Membership.objects.select_related("company__place", "alliance", "reviewer", "first_approver")
    membership = get_object_or_404(rows, alliance=desk.alliance, pk=pk)
    if request.method == "POST":
        return _act(request, desk, membership)
    if desk.policy.is_platform and not desk.policy.rank:
        _log_reading(request, membership)
    return _page(request, desk, membership, {})


def _act(request: HttpRequest, desk: Desk, membership: Membership) -> HttpResponse:
    step: Callable[..., str] | None = STEPS.get(request.POST.get("step", ""))
    if step is None:
        messages.error(request, _("Please choose what you want to do."))
        return _page(request, desk, membership, {}, status=422)
    try:
        said = step(request, membership)
    except Invalid as invalid:
        return _page(request, desk, membership, {invalid.key: invalid.form}, status=422)
    except InvalidTransition as refused:
        messages.error(request, str(refused))
        membership.refresh_from_db()
        return _page(request, desk, membership, _retyped(request, membership), status=409)
    messages.success(request, said)
    return redirect("desk:review", desk.alliance.code, membership.pk)


def _retyped(request: HttpRequest, membership: Membership) -> dict[str, Form]:
    """Keep a decision that came too late, on the version that stands now, so that nothing is typed twice."""
    if request.POST.get("step") != "decide":
        return {}
    data = request.POST.copy()
    data["version"] = str(membership.version)
    return {"decision": DecisionForm(data)}


def _log_reading(request: HttpRequest, membership: Membership) -> None:
    """The platform's staff may read applications, and every reading is on record."""
    with transaction.atomic():
        record_event(
            "membership.read",
            membership,
            actor=request.user,
            company_id=membership.company_id,
            alliance_id=membership.alliance_id,
        )


def _page(
    request: HttpRequest, desk: Desk, membership: Membership, bound: Mapping[str, Form], *, status: int = 200
) -> HttpResponse:
    company = membership.company
    done, total = completeness(text_under_review(company))
    days = waiting_days(membership)
    claim_forms = {key: form for key, form in bound.items() if isinstance(form, ClaimCheckForm)}
    context: dict[str, Any] = {
        "membership": membership,
        "company": company,
        "done": done,
        "total": total,
        "days": days,
        "tone": waiting_tone(days),
        "reason": reason_label(membership.reason),
        "changes": changed_since_approval(membership),
        "claims": claims(membership, claim_forms),
        "history": history(membership),
        "around": context_of(membership),
        "two_people": needs_two_people(membership),
        "may_decide": desk.policy.may_decide(membership),
        "may_sanction": desk.policy.may_sanction(membership),
        "checklist": checklist(membership),
        "next": _next(membership),
        "forms": _forms(membership, bound),
        "in_review": membership.state == MembershipState.IN_REVIEW,
    }
    return desk_page(request, desk, "review.html", context, current="queue", status=status)


def _forms(membership: Membership, bound: Mapping[str, Form]) -> dict[str, Form]:
    version = {"version": membership.version}
    fresh: dict[str, Callable[[], Form]] = {
        "decision": lambda: DecisionForm(initial=version),
        "renew": lambda: RenewForm(initial={**version, "valid_until": next_year()}, prefix="renew"),
        "suspend": lambda: SanctionForm(initial=version, topic="suspend", prefix="suspend"),
        "end": lambda: SanctionForm(initial=version, topic="end", prefix="end"),
    }
    return {name: bound.get(name) or make() for name, make in fresh.items()}


def checklist(membership: Membership) -> list[dict[str, Any]]:
    """The items of the alliance's checklist with their ticks, as texts that ``{% both %}`` reads."""
    ticks = membership.checklist
    return [
        {
            "code": item["code"],
            "text_zh": item["zh"],
            "text_en": item["en"],
            "done": bool(ticks.get(item["code"], {}).get("done")),
        }
        for item in membership.alliance.checklist
    ]


def _next(membership: Membership) -> Membership | None:
    waiting = (
        Membership.objects.waiting().filter(alliance_id=membership.alliance_id).exclude(pk=membership.pk)
    )
    return waiting.first()
