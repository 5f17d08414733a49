"""What other rooms' pages show of alliances: ``{% load alliances %}``."""

from typing import Any

from django import template
from django.db.models import QuerySet

from alliances.models import Membership
from alliances.selectors import alliances_with_counts, memberships_shown
from directory.models import Company

register = template.Library()


@register.inclusion_tag("alliances/overview.html")
def alliance_overview() -> dict[str, Any]:
    """The alliances with their visible members on each side, for the home page and the list of alliances."""
    return {"counts": alliances_with_counts()}


@register.simple_tag
def memberships_of(company: Company) -> QuerySet[Membership]:
    """The memberships of a company that everybody may see: ``{% memberships_of company as memberships %}``."""
    return memberships_shown(company)


@register.filter
def bilingual_item(item: dict[str, str]) -> dict[str, str]:
    """A ``{"zh": …, "en": …}`` of an alliance's data as a pair that ``{% both %}`` and ``|reader`` understand."""
    return {"text_zh": item.get("zh", ""), "text_en": item.get("en", "")}
