"""Exposure caps over the lists of everybody at once: who gives way where too many want the same counterpart.

The lists are those of ``ranking.share_out``: the best pairs are placed first. Since both sides rank a pair by the same
score, that is the one stable matching, and it is found in rounds over whole arrays: every profile asks for its best,
whoever is asked too often keeps the best of these, and who was turned down asks for its next.
Reference: Gale & Shapley 1962.
"""

import numpy as np
from numpy.typing import NDArray

from .lists import Lists, empty_lists


def shared(lists: Lists, caps: NDArray[np.integer], k: int) -> Lists:
    """Cut lists to k places each so that no counterpart stands in more than its cap, intp (counterparts).

    ``complete_down_to`` is no longer known and set to infinity. Time: some ten rounds over all places.
    """
    row, place = np.nonzero(lists.ids >= 0)
    ids, scores = lists.ids[row, place], lists.scores[row, place]
    order = np.lexsort((ids, row, -scores))
    open_ = np.zeros(lists.ids.shape, bool)
    open_[row, place] = True
    while True:
        asked = open_ & (np.cumsum(open_, axis=1) <= k)
        counts = np.bincount(lists.ids[asked], minlength=len(caps))
        over = counts > caps
        if not over.any():
            return _kept(lists, asked, k)
        # Pairs of whoever is asked too often, by counterpart and from best to worst within each.
        waiting = order[asked[row[order], place[order]] & over[ids[order]]]
        waiting = waiting[np.argsort(ids[waiting], kind="stable")]
        starts = np.searchsorted(ids[waiting], np.arange(len(caps)))
        refused = waiting[np.arange(len(waiting)) - starts[ids[waiting]] >= caps[ids[waiting]]]
        open_[row[refused], place[refused]] = False


def _kept(lists: Lists, asked: NDArray[np.bool_], k: int) -> Lists:
    """The places asked for, moved together."""
    out = empty_lists(len(lists), k, np.inf)
    row, place = np.nonzero(asked)
    rank = (np.cumsum(asked, axis=1) - 1)[row, place]
    out.ids[row, rank], out.scores[row, rank] = lists.ids[row, place], lists.scores[row, place]
    out.counts[:] = asked.sum(axis=1)
    return out
