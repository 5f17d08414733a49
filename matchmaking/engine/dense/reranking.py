"""Exact order among candidates that somebody else chose, for sides whose vectors do not fit in memory.

An approximate index names more counterparts than a list has places; here their true scores decide. What an index left
out stays out, what it should have left out is dropped. Of the other side only the rows of candidates are read, each
block's once and in the order in which they lie on disk.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from .lists import Lists, empty_lists, put
from .means import DenseMean
from .packing import MOST_IDS, MOST_ROWS, best_per_row, pack
from .sides import Side, Vectors

# Places of a block: 32 MiB of rows at 256 columns.
_PLACES = 1 << 15


def rerank(
    asking: Side,
    offering: Vectors,
    candidates: NDArray[np.integer],
    k: int = 20,
    *,
    mean: str = "sum",
    floor: float | None = None,
    shut: NDArray[np.integer] | None = None,
) -> Lists:
    """The k best of each profile's candidates, exactly; gates, ``mean``, ``floor`` and ``shut`` as in a full match.

    ``offering``: what ``Side.offering`` gives for the other side, as an array or memory-mapped (``np.load`` with
    ``mmap_mode="r"``). ``candidates``: rows of it, int (profiles, pool), -1 for none; one named twice counts once.
    Nobody knows what the index left out, so ``complete_down_to`` is infinite.

    Raises ValueError for columns that do not fit, candidates of another shape or that name no profile, k below 1, a
    floor under which a broken pair could win.
    """
    seeking = asking.seeking()
    how = DenseMean(mean, asking.forward_columns)
    _check(seeking, offering, candidates, k)
    least = how.floor(floor, gated=bool(asking.wants.shape[1]))
    closed = _by_row(shut, len(asking))
    lists = empty_lists(len(asking), k, np.inf)
    for rows in _blocks(*candidates.shape):
        named = _free(candidates[rows], closed[rows])
        seen, places = np.unique(named, return_inverse=True)
        # -1 reads row 0 and is taken out below.
        near = np.asarray(offering[np.maximum(seen, 0)], np.float32)
        scores = how.pairs(seeking[rows], near, places.reshape(named.shape).astype(np.int32))
        row, place = np.nonzero((named >= 0) & (scores > least))
        packed = best_per_row(pack(row, scores[row, place], named[row, place]), k)
        put(lists, packed, np.arange(rows.start, rows.stop, dtype=np.intp))
    lists.complete_down_to[:] = np.inf
    return lists


def _check(seeking: Vectors, offering: Vectors, candidates: NDArray[np.integer], k: int) -> None:
    if k < 1:
        raise ValueError(f"k: {k} is no number of places")
    if offering.ndim != 2 or offering.shape[1] != seeking.shape[1]:
        raise ValueError(f"offering: {offering.shape}, where the asking side has {seeking.shape[1]} columns")
    if len(offering) >= MOST_IDS:
        raise ValueError(f"{len(offering)} profiles on one side, at most {MOST_IDS - 1} can be told apart")
    if candidates.ndim != 2 or len(candidates) != len(seeking) or not np.issubdtype(candidates.dtype, np.integer):
        raise ValueError(f"candidates: {candidates.shape} of {candidates.dtype} is not ({len(seeking)}, pool) of rows")
    if candidates.max(initial=-1) >= len(offering) or candidates.min(initial=-1) < -1:
        raise ValueError("candidates: one names a profile that is not there")


def _by_row(shut: NDArray[np.integer] | None, profiles: int) -> list[list[int]]:
    closed: list[list[int]] = [[] for _ in range(profiles)]
    for row, other in [] if shut is None else shut.tolist():
        if not 0 <= row < profiles:
            raise ValueError(f"shut: row {row} is not there")
        closed[row].append(other)
    return closed


def _blocks(profiles: int, pool: int) -> Iterator[slice]:
    height = max(1, min(MOST_ROWS, _PLACES // max(pool, 1)))
    for start in range(0, profiles if pool else 0, height):
        yield slice(start, min(start + height, profiles))


def _free(candidates: NDArray[np.integer], closed: list[list[int]]) -> NDArray[np.int64]:
    """The candidates, sorted within each row, with -1 where one is shut or named before."""
    named = np.sort(candidates.astype(np.int64), axis=1)
    named[:, 1:][named[:, 1:] == named[:, :-1]] = -1
    for row, others in enumerate(closed):
        if others:
            named[row, np.isin(named[row], others)] = -1
    return named
