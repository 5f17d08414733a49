"""Puts suggestions in order, the same for every engine."""

from collections.abc import Iterable, Sequence

from search.engines.base import Suggestion
from search.naming import suggest_keys, suggest_prefix

# Engines hand over this many; more than enough to have those that begin as typed among them.
CANDIDATES = 60


def suggestions(found: Iterable[tuple[str, Sequence[str]]], typed: str, size: int) -> tuple[Suggestion, ...]:
    """Choose from (id, names) in the engine's order.

    Names that begin as typed first, each with its fitting name.
    """
    prefix = suggest_prefix(typed)
    ranked = []
    for position, (id, names) in enumerate(found):
        fitting = [name for name in names if any(key.startswith(prefix) for key in suggest_keys(name))]
        begins = [name for name in fitting if suggest_prefix(name).startswith(prefix)]
        text = (begins or fitting or list(names))[0]
        ranked.append((not begins, position, Suggestion(id, text)))
    return tuple(suggestion for _, _, suggestion in sorted(ranked, key=lambda entry: entry[:2])[:size])
