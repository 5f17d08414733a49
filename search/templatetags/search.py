"""What other rooms' pages show of search and recommendations: ``{% load search %}``."""

import logging
from typing import Any

from django import template

from directory.models import Company
from directory.permissions import CompanyPolicy
from matchmaking.matches.models import Match
from matchmaking.matches.selectors import matches_for
from search.engines.base import EngineUnavailableError, SearchQuery
from search.index import search_engine

register = template.Library()
logger = logging.getLogger(__name__)


@register.simple_tag(takes_context=True)
def recommended_matches(context: dict[str, Any], company: Company, limit: int = 5) -> list[Match]:
    """The best current matches of a company, for its own people; for everybody else an empty list.

    ``{% recommended_matches company as matches %}``
    """
    request = context.get("request")
    user = getattr(request, "user", None)
    if user is None or not CompanyPolicy(user, company).may_view_private:
        return []
    return matches_for(company).matches[:limit]


@register.simple_tag
def similar_companies(company: Company, limit: int = 4) -> list[Company]:
    """Visible companies that offer the same services, or are in the same sector.

    ``{% similar_companies company as rows %}``. Read from public fields only and checked in the database; empty where
    search does not answer.
    """
    facets = _likeness(company)
    if not facets:
        return []
    try:
        hits = search_engine().search(SearchQuery("company", facets=facets, size=limit + 1)).hits
    except EngineUnavailableError as error:
        logger.warning("no similar companies: %s", error)
        return []
    rows = Company.objects.visible().select_related("place").in_bulk([int(hit.id) for hit in hits])
    found = (rows[int(hit.id)] for hit in hits if int(hit.id) in rows)
    return [row for row in found if row.pk != company.pk][:limit]


def _likeness(company: Company) -> dict[str, tuple[str, ...]]:
    """What the company does, as one facet: its services, or where it offers none, its sectors."""
    services = company.offers.filter(live=True).values_list("service_type__code", flat=True)
    if codes := tuple(sorted(set(services))):
        return {"service": codes}
    sectors = tuple(sorted(company.sectors.values_list("code", flat=True)))
    return {"sector": sectors} if sectors else {}
