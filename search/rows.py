"""The rows behind hits, as the reader may see them at this moment: the index proposes, the database decides."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from directory.models import Company, Need
from matchmaking.matches.models import Match
from matchmaking.matches.selectors import servable
from search.cards import company_cards
from search.engines.base import Kind
from search.permissions import MatchSearchPolicy

# A card of a company, or a need or match as it is now.
Row = Any
Loader = Callable[[Sequence[str]], Mapping[str, Row]]


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
    return company_cards if kind == "company" else _needs


def _needs(ids: Sequence[str]) -> dict[str, Row]:
    rows = Need.objects.shown().filter(pk__in=ids).select_related("company")
    return _by_id(rows.prefetch_related("service_types", "product_categories", "markets"))


def _matches(ids: Sequence[str]) -> list[Match]:
    rows = Match.objects.filter(pk__in=ids)
    return list(rows.select_related("seeker", "candidate__place", "need", "product", "match_list"))


def _by_id(rows: Any) -> dict[str, Row]:
    return {str(row.pk): row for row in rows}
