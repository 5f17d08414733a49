"""One list out of two rankings: by the words of a query, and by what it means.

Reciprocal rank fusion (Cormack, Clarke & Büttcher 2009) needs no scores that can be compared. Here equal scores share
the mean of their places: where words cannot tell two documents apart, meaning decides.
"""

from collections.abc import Collection, Iterable, Sequence
from itertools import groupby, islice

from search.engines.base import WHOLE_SCORE, Ranked

K = 60
# So many documents without all the words of the query are added, at most: one page of them.
MOST_ADDED = 20


def fused(
    by_words: Sequence[Ranked], by_meaning: Sequence[Ranked], answering: Collection[str] | None = None
) -> tuple[str, ...]:
    """Ids in the order of the answer; both rankings best first.

    First those that have the whole query in a name, in the order of words. At equal worth who holds the words of the
    query comes before who does not: the only bearer of a name before what stands nearest to it in meaning. Who does not
    is named only if ``answering`` all the same. Those who take no requests now are left to the engine, which puts them
    last, and are not added.
    """
    found = [one for one in by_words if not one.paused]
    named = [one.id for one in found if one.score >= WHOLE_SCORE]
    worded = {one.id for one in by_words}
    meant = [one for one in by_meaning if not one.paused]
    worth: dict[str, float] = {}
    for ranking in (found, meant):
        for id, place in _places(ranking):
            worth[id] = worth.get(id, 0.0) + 1 / (K + place)
    order = [id for id in sorted(worth, key=lambda id: (-worth[id], id not in worded, id)) if id not in set(named)]
    near = (id for id in order if id not in worded and (answering is None or id in answering))
    added = set(islice(near, MOST_ADDED))
    return (*named, *(id for id in order if id in worded or id in added))


def _places(ranking: Sequence[Ranked]) -> Iterable[tuple[str, float]]:
    """(id, place from 1 on); equal scores share the mean of theirs."""
    start = 1
    for _, equal in groupby(ranking, key=lambda one: one.score):
        group = list(equal)
        for one in group:
            yield one.id, start + (len(group) - 1) / 2
        start += len(group)
