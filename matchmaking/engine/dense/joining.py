"""Lists of the same profiles put together: of several matches, and of several rows that speak for one profile.

Both pack candidates as the sweep does, so that a sort of integers ranks them, a few thousand rows at a time.
"""

import numpy as np
from numpy.typing import NDArray

from .cores import shared_out
from .lists import Lists, empty_lists, put
from .packing import ID_BITS, MOST_IDS, MOST_ROWS, SCORE_BITS, Packed, best_per_row, pack

Places = NDArray[np.intp]


def join(lists: Lists, rows: Places, found: Lists, candidates: Places) -> None:
    """Take into the lists of ``rows`` what they ``found`` among other ``candidates``, whose places its ids are.

    Nobody may be both in a list and in what it is joined with.
    """

    def some(first: int, last: int) -> None:
        for start in range(first, last, MOST_ROWS):
            part = slice(start, min(start + MOST_ROWS, last))
            order = rows[part]
            _put(lists, [_packed(lists, order), _packed(found, part, candidates)], order, found.complete_down_to[part])

    shared_out(len(rows), some)


def by_owner(lists: Lists, owners: Places, candidates: Places, count: int, k: int) -> Lists:
    """One list of k for each of ``count`` owners: the best of the lists of its rows, each counterpart once.

    ``owners`` of the rows, ascending; ``candidates``: whose each id is, of whom several may be one counterpart's.
    """
    out = empty_lists(count, k, -np.inf)
    # Whoever is missing scores no more than this in any row of its owner.
    np.maximum.at(out.complete_down_to, owners, lists.complete_down_to)
    starts = np.searchsorted(owners, np.arange(count + 1))

    def some(first: int, last: int) -> None:
        for start in range(first, last, MOST_ROWS):
            order = np.arange(start, min(start + MOST_ROWS, last))
            rows = slice(starts[order[0]], starts[order[-1] + 1])
            packed = _packed(lists, rows, candidates, owners[rows] - start)
            _put(out, [_distinct(packed)], order, out.complete_down_to[order])

    shared_out(count, some)
    return out


def _packed(
    lists: Lists, rows: slice | Places, candidates: Places | None = None, owners: Places | None = None
) -> Packed:
    """The places of some rows, at most 2,048; as those of ``owners``, where given, counted from the first."""
    ids = lists.ids[rows]
    row, place = np.nonzero(ids >= 0)
    named = ids[row, place] if candidates is None else candidates[ids[row, place]]
    return pack(row if owners is None else owners[row], lists.scores[rows][row, place], named)


def _distinct(packed: Packed) -> Packed:
    """Each counterpart of a row once, with its best score."""
    scores = np.uint64((1 << SCORE_BITS) - 1)
    rows = packed >> np.uint64(SCORE_BITS + ID_BITS)
    who = rows << np.uint64(ID_BITS) | packed & np.uint64(MOST_IDS - 1)
    keys = np.sort(who << np.uint64(SCORE_BITS) | packed >> np.uint64(ID_BITS) & scores)
    who, last = keys >> np.uint64(SCORE_BITS), np.ones(len(keys), bool)
    last[:-1] = who[1:] != who[:-1]
    who, kept = who[last], keys[last] & scores
    row = who >> np.uint64(ID_BITS) << np.uint64(SCORE_BITS + ID_BITS)
    return np.asarray(row | kept << np.uint64(ID_BITS) | who & np.uint64(MOST_IDS - 1))


def _put(lists: Lists, packed: list[Packed], order: Places, complete: NDArray[np.float32]) -> None:
    """Write the best of the candidates; ``complete``: down to where these were complete before."""
    before = np.maximum(lists.complete_down_to[order], complete)
    put(lists, best_per_row(np.concatenate(packed), lists.k), order)
    full = lists.counts[order] == lists.k
    lists.complete_down_to[order] = np.where(full, np.maximum(before, lists.scores[order, -1]), before)
