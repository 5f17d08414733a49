"""Bounds to start with: scores that k counterparts of a profile are known to reach, before anything is compared.

The better the bounds, the fewer candidates there are to sort. Cold, they come from a sample of counterparts; warm, from
the lists of the night before, scored with the vectors of today – which is exact even after everything was learned anew.
"""

import math

import numpy as np
from numpy.typing import NDArray

from .cores import shared_out
from .means import DenseMean
from .sides import Vectors

SAMPLE = 1024
# Another routine than that of the blocks may round a score up by some 2e-6; a bound must not be too high.
ROUNDING = np.float32(1e-5)
# Choosing the k-th of many equal zeros is slow, so scores of a sample are told apart by less than the rounding.
APART = np.float32(5e-6)
_ROWS = 2048
# Of the lists of the night before so many times k places are read. More cost as much each and raise a bound by a
# hundredth even where vectors have turned by a third.
READ = 1.5


def sampled(
    factor: Vectors, others: Vectors, k: int, mean: DenseMean, shut: NDArray[np.intp], floor: np.float32
) -> NDArray[np.float32]:
    """A bound per row of ``factor``: its k-th best among evenly spread ``others``; float32 (rows).

    ``shut``: (pairs, 2) rows of both that must not count.
    """
    chosen = np.unique(np.linspace(0, len(others) - 1, min(SAMPLE, len(others))).astype(np.intp))
    if len(chosen) < k:
        return np.full(len(factor), floor, np.float32)
    sample = np.ascontiguousarray(others[chosen])
    places = np.full(len(others), -1, np.intp)
    places[chosen] = np.arange(len(chosen))
    shut = shut[places[shut[:, 1]] >= 0]
    bounds = np.empty(len(factor), np.float32)
    apart = np.linspace(0, APART, len(chosen), dtype=np.float32)

    def some(first: int, last: int) -> None:
        scores = np.empty((min(_ROWS, last - first), len(chosen)), np.float32)
        spare = np.empty_like(scores)
        for start in range(first, last, _ROWS):
            rows = factor[start : min(start + _ROWS, last)]
            block = mean.scores(rows, sample, scores[: len(rows)], spare[: len(rows)])
            here = shut[(shut[:, 0] >= start) & (shut[:, 0] < start + len(rows))]
            block[here[:, 0] - start, places[here[:, 1]]] = -np.inf
            block -= apart
            block.partition(len(chosen) - k, axis=1)
            bounds[start : start + len(rows)] = block[:, len(chosen) - k]

    shared_out(len(factor), some)
    return np.maximum(bounds - ROUNDING, floor)


def from_lists(
    ids: NDArray[np.int32],
    factor: Vectors,
    others: Vectors,
    k: int,
    mean: DenseMean,
    shut: NDArray[np.intp],
    floor: np.float32,
) -> NDArray[np.float32]:
    """A bound per row: the k-th best of the counterparts ``ids`` (rows, places; -1 for none), as they score now."""
    bounds = np.full(len(factor), floor, np.float32)
    if ids.shape[1] < k:
        return bounds
    ids = ids[:, : math.ceil(READ * k)]
    closed = np.sort(shut[:, 0].astype(np.int64) * len(others) + shut[:, 1])
    step = max(1, _ROWS // ids.shape[1] * 8)

    def some(first: int, last: int) -> None:
        for start in range(first, last, step):
            near = ids[start : min(start + step, last)]
            scores = mean.pairs(factor[start : start + len(near)], others, near)
            rows = np.arange(start, start + len(near), dtype=np.int64)[:, None]
            scores[(near < 0) | is_shut(rows * len(others) + near, closed)] = -np.inf
            scores.partition(ids.shape[1] - k, axis=1)
            bounds[start : start + len(near)] = scores[:, ids.shape[1] - k]

    shared_out(len(factor), some)
    return np.maximum(bounds - ROUNDING, floor)


def is_shut(keys: NDArray[np.int64], closed: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether each key, row × counterparts + counterpart, is among the sorted ``closed`` ones."""
    if not len(closed):
        return np.zeros(keys.shape, dtype=bool)
    places = np.minimum(np.searchsorted(closed, keys), len(closed) - 1)
    return np.asarray(closed[places] == keys)
