"""Template tags of this room: ``{% load matches %}``."""

from typing import Any

from django import template

from directory.models import Company
from matchmaking.matches.selectors import matches_for

register = template.Library()


@register.simple_tag
def match_counts(company: Company, need: Any = None, product: Any = None) -> dict[str, Any]:
    """How many matches a company, its need or its product has now, per band.

    ``{% match_counts company need=need as counts %}`` gives ``total``, ``strong``, ``good``, ``possible`` and
    ``state`` (``ready``, ``computing``, ``hidden``). For the company's own people only.
    """
    served = matches_for(company, need=need, product=product)
    return {"state": served.state, "total": len(served.matches), **served.by_band()}
