"""Public pages of companies and needs. Strangers get 404 for what they may not see, as for what does not exist."""

from django.core.paginator import InvalidPage, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import conditional_page, require_safe

from directory import browsing
from directory.models import Need
from directory.permissions import CompanyPolicy, NeedPolicy
from directory.profile import company_for_page, need_context, profile_context

PER_PAGE = 20


@require_safe
@conditional_page
def company(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a company; ``?preview=draft`` shows its members and reviewers the newest draft."""
    row = company_for_page(slug)
    if row is None:
        raise Http404
    policy = CompanyPolicy(request.user, row)
    if not policy.may_view:
        raise Http404
    sees_drafts = policy.may_view_private or policy.may_review
    is_draft = sees_drafts and request.GET.get("preview") == "draft"
    shown = row.get_latest_revision_as_object() if is_draft else row
    context = profile_context(shown, request.user)
    return render(request, "directory/company.html", {**context, "is_draft": is_draft, "sees_drafts": sees_drafts})


@require_safe
@conditional_page
def need(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the text of a need; the company's name only where the need is public."""
    row = get_object_or_404(Need.objects.select_related("company"), pk=pk)
    policy = NeedPolicy(request.user, row)
    if not policy.may_view:
        raise Http404
    return render(request, "directory/need.html", need_context(row, policy))


@require_safe
@conditional_page
def companies(request: HttpRequest) -> HttpResponse:
    """List visible companies; filters live in the address, a page out of range is 404."""
    filters = browsing.read_filters(request.GET)
    try:
        page = Paginator(browsing.companies_listed(filters), PER_PAGE).page(request.GET.get("page", 1))
    except InvalidPage as error:
        raise Http404 from error
    context = {
        "page": page,
        "hits": [browsing.as_hit(row) for row in page],
        "filters": filters,
        "countries": browsing.country_facet(filters.country),
        "sectors": browsing.sector_facet(filters.sector),
        "places": browsing.place_facet(filters.place),
    }
    return render(request, "directory/companies.html", context)
