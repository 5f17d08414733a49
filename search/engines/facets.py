"""Puts facet counts in order, the same for every engine."""

from collections.abc import Iterable, Sequence

from search.documents import SCHEMAS
from search.engines.base import SearchQuery


def ordered_facets(counts: Iterable[Sequence[str | int]], query: SearchQuery) -> dict[str, dict[str, int]]:
    """Counts by group and value from (group, value, count) rows.

    Most first; selected values are there even with 0.
    """
    selected = query.selected
    found = {group: dict.fromkeys(selected.get(group, ()), 0) for group in SCHEMAS[query.kind].facets}
    for group, value, count in counts:
        found[str(group)][str(value)] = int(count)
    return {
        group: dict(sorted(values.items(), key=lambda entry: (-entry[1], entry[0]))) for group, values in found.items()
    }
