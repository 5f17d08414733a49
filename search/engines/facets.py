"""Puts facet counts in order, the same for every engine."""

from collections.abc import Iterable, Sequence

from search.documents import SCHEMAS
from search.engines.base import SearchQuery


def ordered_facets(counts: Iterable[Sequence[str | int]], query: SearchQuery) -> dict[str, dict[str, int]]:
    """Counts by group and value from (group, value, count) rows, largest first.

    Selected values are there even with 0; groups that are not facets of the kind are left out.
    """
    selected = query.selected
    found = {group: dict.fromkeys(selected.get(group, ()), 0) for group in SCHEMAS[query.kind].facets}
    for group, value, count in counts:
        if group in found:
            found[str(group)][str(value)] = int(count)
    return {
        group: dict(sorted(values.items(), key=lambda entry: (-entry[1], entry[0]))) for group, values in found.items()
    }
