"""The first page after signing in."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from directory.models import MemberRole
from directory.permissions import CompanyPolicy
from directory.selectors import completeness, draft_of, own_companies, profile_status, unfinished_company
from directory.workflow import last_return
from matchmaking.workspace.current import company_of
from matchmaking.workspace.overview import next_steps

SHOWN = 5


@login_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show where the company stands, what to do next and what it keeps here."""
    company = company_of(request)
    if company is None:
        return render(request, "workspace/welcome.html")
    items, policy = completeness(company), CompanyPolicy(request.user, company)
    context = {
        "company": company,
        "draft": draft_of(company),
        "companies": own_companies(request.user),
        "policy": policy,
        "role_word": MemberRole(policy.role).label if policy.role else "",
        "status": profile_status(company),
        "returned": last_return(company),
        # One unfinished company at a time: the first step would lead back to it.
        "may_begin_another": unfinished_company(request.user) is None,
        "items": items,
        "done": sum(item.done for item in items),
        "next_steps": next_steps(company),
        "needs": company.needs.order_by("-updated_at")[:SHOWN],
        "offers": company.offers.select_related("service_type").order_by("-updated_at")[:SHOWN],
        "products": company.products.select_related("category").order_by("-updated_at")[:SHOWN],
        "credentials": company.credentials.select_related("scheme")[:SHOWN],
        "memberships": company.memberships.select_related("alliance"),
    }
    return render(request, "workspace/home.html", context)
