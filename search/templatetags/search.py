"""What other rooms' pages show of search and recommendations: ``{% load search %}``."""

from typing import Any

from django import template

from directory.models import Company, Need
from directory.permissions import CompanyPolicy
from matchmaking.matches.models import Match
from matchmaking.matches.selectors import matches_for
from search import likeness

register = template.Library()


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
    """Visible companies that do the same: ``{% similar_companies company as rows %}``. See ``search.likeness``."""
    return likeness.similar_companies(company, limit)


@register.simple_tag
def needs_for(company: Company, limit: int = 4) -> list[Need]:
    """Open needs across the border that ask for what it does: ``{% needs_for company as rows %}``."""
    return likeness.needs_for(company, limit)
