"""Broader and narrower terms of the taxonomy, as far as matching goes by them."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from directory.models import Term, TermKind

Codes = frozenset[str]


class TermTree:
    """Broader and narrower terms: who does sea freight does freight, who serves ASEAN serves Vietnam."""

    def __init__(self, rows: Iterable[tuple[str, str, str | None, dict[str, Any]]]) -> None:
        self._parents: dict[tuple[str, str], set[str]] = defaultdict(set)
        self._members: dict[str, set[str]] = defaultdict(set)
        for kind, code, parent, extra in rows:
            groups = {parent} if parent else set()
            if kind == TermKind.MARKET:
                groups |= {group for group in str(extra.get("groups") or "").split("|") if group}
            self._parents[kind, code] |= groups
            for group in groups if kind == TermKind.MARKET else ():
                self._members[group].add(code)

    @classmethod
    def read(cls) -> "TermTree":
        """Read the three kinds whose hierarchy matters to matching."""
        kinds = (TermKind.SERVICE_TYPE, TermKind.PRODUCT_CATEGORY, TermKind.MARKET)
        return cls(Term.objects.filter(kind__in=kinds).values_list("kind", "code", "parent__code", "extra"))

    def with_broader(self, kind: str, code: str) -> Codes:
        """The term and everything above it."""
        found, waiting = set(), [code]
        while waiting:
            term = waiting.pop()
            if term not in found:
                found.add(term)
                waiting.extend(self._parents.get((kind, term), ()))
        return frozenset(found)

    def with_members(self, markets: Codes) -> Codes:
        """The markets and, for a group of markets, its members."""
        return markets.union(*(self._members.get(code, set()) for code in markets))
