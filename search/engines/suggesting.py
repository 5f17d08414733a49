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
        begins = [name for name in names if suggest_prefix(name).startswith(prefix)]
        ranked.append((not begins, position, id, begins or list(names)))
    # Which name fits otherwise is worked out for those few that are shown.
    return tuple(Suggestion(id, _fitting(names, prefix)) for _, _, id, names in sorted(ranked)[:size])


def _fitting(names: Sequence[str], prefix: str) -> str:
    fitting = (name for name in names if any(key.startswith(prefix) for key in suggest_keys(name)))
    return next(fitting, names[0])
