"""Exposure caps over the lists of everybody at once: who gives way where too many want the same counterpart.

The lists are those of ``ranking.share_out``: the best pairs are placed first. Since both sides rank a pair by the same
score, that is the one stable matching, and it is found in rounds over whole arrays: every profile asks for its best,
whoever is asked too often keeps the best of these, and who was turned down asks for its next.
Reference: Gale & Shapley 1962.
"""

import numpy as np
from numpy.typing import NDArray

from .lists import Lists, empty_lists
from .packing import SCORE_BITS, rising_bits


def shared(lists: Lists, caps: NDArray[np.integer], k: int) -> Lists:
    """Cut lists to k places each so that no counterpart stands in more than its cap, intp (counterparts).

    ``complete_down_to`` is no longer known and set to infinity. Time: some ten rounds over all places.
    """
    taken = lists.ids >= 0
    row, place = np.nonzero(taken)
    ids = lists.ids[taken]
    order = _best_first(lists.scores[taken])
    open_ = taken.copy()
    while True:
        asked = open_ & (np.cumsum(open_, axis=1, dtype=np.int32) <= k)
        here = asked[taken]
        over = np.bincount(ids[here], minlength=len(caps)) > caps
        if not over.any():
            return _kept(lists, asked, k)
        # Pairs of whoever is asked too often, by counterpart and from best to worst within each.
        waiting = order[(here & over[ids])[order]]
        waiting = waiting[np.argsort(ids[waiting], kind="stable")]
        starts = np.searchsorted(ids[waiting], np.arange(len(caps)))
        refused = waiting[np.arange(len(waiting)) - starts[ids[waiting]] >= caps[ids[waiting]]]
        open_[row[refused], place[refused]] = False


def _best_first(scores: NDArray[np.float32]) -> NDArray[np.intp]:
    """Places from the highest score down, equal ones as they stand: one sort of integers, score above place."""
    keys = (~rising_bits(scores)).astype(np.uint64) << np.uint64(SCORE_BITS) | np.arange(len(scores), dtype=np.uint64)
    keys.sort()
    return (keys & np.uint64(0xFFFF_FFFF)).astype(np.intp)


def _kept(lists: Lists, asked: NDArray[np.bool_], k: int) -> Lists:
    """The places asked for, moved together."""
    out = empty_lists(len(lists), k, np.inf)
    row, place = np.nonzero(asked)
    rank = (np.cumsum(asked, axis=1) - 1)[row, place]
    out.ids[row, rank], out.scores[row, rank] = lists.ids[row, place], lists.scores[row, place]
    out.counts[:] = asked.sum(axis=1)
    return out
