"""Exact reciprocal top k: every profile of two sides gets its best counterparts from one pass over all pairs."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .backends import THREADS, Backend
from .bounds import from_lists, sampled
from .lists import Lists, empty_lists, put
from .means import DenseMean
from .packing import Packed, best_per_row
from .sides import Side, Vectors, check_pair
from .sweep import COLUMNS, ROWS, Plan, ordered

NO_PAIRS = np.zeros((0, 2), np.intp)
_NO_KEYS = np.zeros(0, np.int64)


@dataclass(frozen=True)
class Matched:
    """The lists of both sides."""

    left: Lists
    right: Lists


def reciprocal_top_k(
    left: Side,
    right: Side,
    k: int = 20,
    *,
    mean: str = "sum",
    floor: float | None = None,
    shut: NDArray[np.integer] | None = None,
    previous: Matched | None = None,
    one_sided: bool = False,
    backend: Backend = THREADS,
) -> Matched:
    """The k best counterparts of each profile of both sides, exactly.

    A pair's score is a ``mean`` (sum, harmonic, geometric or least) of need · offer in both directions. Only scores
    above ``floor`` count; None takes the least that cannot come from a broken gate. ``shut``: (pairs, 2) rows of left
    and right that must not meet. ``previous``: lists of an earlier match of the same profiles, which make this one
    faster and never change it; half as many places again as ``k`` are read of them. ``one_sided``: the lists of the
    left side alone; those of the right stay empty.

    Raises ValueError for sides that do not fit each other, another mean, k below 1, a floor under which a broken pair
    could win, pairs or lists that name no profile.

    Memory: the sides' factors once, one sorted copy of the right one per worker, and about 32 bytes for each of the
    (3 + 1) × k candidates of a profile that wait at most.
    """
    check_pair(left, right)
    how = DenseMean(mean, left.forward_columns)
    if k < 1:
        raise ValueError(f"k: {k} is no number of places")
    least = how.floor(floor, gated=bool(left.wants.shape[1]))
    lists = Matched(empty_lists(len(left), k, float(least)), empty_lists(len(right), k, float(least)))
    if not len(left) or not len(right):
        return lists
    pairs = _checked_pairs(shut, left, right)
    plan = _plan(left.seeking(), right.offering(), k, how, pairs, least, previous, one_sided=one_sided)
    _collect(lists, plan, backend)
    return lists


def _plan(
    seeking: Vectors,
    offering: Vectors,
    k: int,
    mean: DenseMean,
    shut: NDArray[np.intp],
    floor: np.float32,
    previous: Matched | None,
    *,
    one_sided: bool,
) -> Plan:
    above = np.nextafter(floor, np.float32(np.inf))
    turned = shut[:, ::-1]
    if previous is None:
        bounds = (
            sampled(seeking, offering, k, mean, shut, above),
            sampled(offering, seeking, k, mean, turned, above),
        )
    else:
        ids = _checked_lists(previous, len(seeking), len(offering))
        bounds = (
            from_lists(ids[0], seeking, offering, k, mean, shut, above),
            from_lists(ids[1], offering, seeking, k, mean, turned, above),
        )
    if one_sided:
        # No score reaches this, so nothing is collected for the right.
        bounds = bounds[0], np.full(len(offering), np.inf, np.float32)
    closed = np.sort(shut[:, 0].astype(np.int64) * len(offering) + shut[:, 1]) if len(shut) else _NO_KEYS
    left, right = ordered(bounds[0], ROWS), ordered(bounds[1], COLUMNS)
    return Plan(left, right, seeking, offering[right.order], k, mean, closed)


def _collect(lists: Matched, plan: Plan, backend: Backend) -> None:
    """Sweep all blocks and write what was found into the lists."""
    parts: dict[int, list[Packed]] = {}
    for swept in backend.run(plan):
        for block, packed in swept.left.items():
            put(lists.left, packed, plan.left.members(block))
        for block, packed in swept.right.items():
            parts.setdefault(block, []).append(packed)
    for block, found in parts.items():
        put(lists.right, best_per_row(np.concatenate(found), plan.k), plan.right.members(block))


def _checked_pairs(shut: NDArray[np.integer] | None, left: Side, right: Side) -> NDArray[np.intp]:
    if shut is None:
        return NO_PAIRS
    pairs = np.asarray(shut)
    if pairs.ndim != 2 or pairs.shape[1] != 2 or not np.issubdtype(pairs.dtype, np.integer):
        raise ValueError(f"shut: {pairs.shape} of {pairs.dtype} is not (pairs, 2) of whole numbers")
    if len(pairs) and (pairs.min() < 0 or (pairs.max(axis=0) >= (len(left), len(right))).any()):
        raise ValueError("shut: a pair names a profile that is not there")
    return pairs.astype(np.intp)


def _checked_lists(previous: Matched, lefts: int, rights: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    ids = previous.left.ids, previous.right.ids
    if (len(ids[0]), len(ids[1])) != (lefts, rights):
        raise ValueError(f"previous: lists of {len(ids[0])} and {len(ids[1])} profiles, not of {lefts} and {rights}")
    if ids[0].max(initial=-1) >= rights or ids[1].max(initial=-1) >= lefts:
        raise ValueError("previous: a list names a profile that is not there")
    return ids
