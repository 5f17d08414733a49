"""The rows behind hits, as the reader may see them at this moment: the index proposes, the database decides."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db.models import Model

from directory.models import Company, Need
from matchmaking.matches.models import Match
from matchmaking.matches.selectors import servable
from search.engines.base import Kind
from search.permissions import MatchSearchPolicy

Loader = Callable[[Sequence[str]], Mapping[str, Model]]


def shown_ids(kind: Kind, policy: MatchSearchPolicy | None, ids: Sequence[str]) -> set[str]:
    """Which of these rows the reader may see at this moment."""
    if policy is not None:
        return set(loader(kind, policy)(ids))
    rows: Any = Company.objects.visible() if kind == "company" else Need.objects.shown()
    return {str(pk) for pk in rows.filter(pk__in=ids).values_list("pk", flat=True)}


def loader(kind: Kind, policy: MatchSearchPolicy | None) -> Loader:
    """How the rows of a kind are read, as far as the reader may see them at this moment."""
    if policy is not None:
        return lambda ids: _by_id(policy.viewable(servable(_matches(ids))))
    return _companies if kind == "company" else _needs


def _companies(ids: Sequence[str]) -> dict[str, Company]:
    rows = Company.objects.visible().filter(pk__in=ids).select_related("place")
    rows = rows.prefetch_related(
        "offers__service_type", "languages", "sectors", "credentials__scheme", "credentials__checks", "claim_checks"
    )
    return _by_id(rows)


def _needs(ids: Sequence[str]) -> dict[str, Need]:
    rows = Need.objects.shown().filter(pk__in=ids).select_related("company")
    return _by_id(rows.prefetch_related("service_types", "product_categories", "markets"))


def _matches(ids: Sequence[str]) -> list[Match]:
    rows = Match.objects.filter(pk__in=ids)
    return list(rows.select_related("seeker", "candidate__place", "need", "product", "match_list"))


def _by_id(rows: Any) -> dict[str, Any]:
    return {str(row.pk): row for row in rows}
