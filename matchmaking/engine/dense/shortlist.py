"""The best k so far of the rows of one block, and the bound that a newcomer must reach."""

import numpy as np
from numpy.typing import NDArray

from .packing import ID_BITS, SCORE_BITS, Packed, best_per_row, pack, scores_of

# Candidates wait until there are this many lists' worth of them: each sort then removes most of what it sorts.
PATIENCE = 2


class Shortlist:
    """Collects candidates of at most 2^11 rows and raises the rows' bounds as lists fill.

    ``bounds`` is a view, float32 (rows); others may raise it too. A bound is always the score of some k-th candidate or
    lower, so whoever is below it can be in no list of k; whoever equals it may.
    """

    def __init__(self, bounds: NDArray[np.float32], k: int) -> None:
        self._bounds, self._k = bounds, k
        self._parts: list[Packed] = []
        self._waiting = 0
        self._limit = PATIENCE * k * len(bounds)

    def add(self, rows: NDArray[np.integer], scores: NDArray[np.float32], ids: NDArray[np.integer]) -> None:
        """Take candidates that reach the bound of their row; others must not be offered."""
        self._parts.append(pack(rows, scores, ids))
        self._waiting += len(rows)
        if self._waiting > self._limit:
            self._compact()

    def best(self) -> Packed:
        """The best k of each row, sorted by row, from worst to best."""
        return best_per_row(np.concatenate([np.zeros(0, np.uint64), *self._parts]), self._k)

    def _compact(self) -> None:
        packed = self.best()
        self._parts, self._waiting = [packed], 0
        if len(packed) < self._k:
            return
        # After k-1 others of the same row comes its best: the first of such a run is the k-th best of a full row.
        rows = packed >> np.uint64(SCORE_BITS + ID_BITS)
        kth = np.flatnonzero(rows[: len(rows) - self._k + 1] == rows[self._k - 1 :])
        full = rows[kth].astype(np.intp)
        # Another worker may raise the same bound at the same time; whichever value stays is a true bound.
        self._bounds[full] = np.maximum(self._bounds[full], scores_of(packed[kth]))
