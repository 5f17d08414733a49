"""Exact reciprocal top k: every profile of two sides gets its best counterparts from one pass over all pairs."""

from dataclasses import dataclass, replace

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
    at_least: NDArray[np.float32] | None = None,
    backend: Backend = THREADS,
) -> Matched:
    """The k best counterparts of each profile of both sides, exactly.

    A pair's score is a ``mean`` (sum, harmonic, geometric or least) of need · offer in both directions. Only scores
    above ``floor`` count; None takes the least that cannot come from a broken gate. ``shut``: (pairs, 2) rows of left
    and right that must not meet. ``previous``: lists of an earlier match of the same profiles, which make this one
    faster and never change it; half as many places again as ``k`` are read of them. ``one_sided``: the lists of the
    left side alone; those of the right stay empty. ``at_least``, float32 (left): what a counterpart must score to be of
    any use to each left profile.

    Raises ValueError for sides that do not fit each other, another mean, k below 1, a floor under which a broken pair
    could win, pairs or lists that name no profile, and another number of least scores than left profiles.

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
    if previous is not None:
        _check_lists(previous, len(left), len(right))
    if at_least is not None and at_least.shape != (len(left),):
        raise ValueError(f"at_least: {at_least.shape} is not one score for each of {len(left)} profiles")
    asking = _Asking(left.seeking(), right.offering(), k, how, np.nextafter(least, np.float32(np.inf)), pairs)
    bounds = asking.left_bounds(previous), np.full(len(right), np.inf, np.float32)
    if at_least is not None:
        np.maximum(bounds[0], at_least, out=bounds[0])
        np.maximum(lists.left.complete_down_to, at_least, out=lists.left.complete_down_to)
    if not one_sided:  # an infinite bound is reached by no score, so nothing is collected
        bounds = bounds[0], asking.turned().left_bounds(previous and Matched(previous.right, previous.left))
    _collect(lists, asking.plan(bounds, one_sided=one_sided), backend)
    return lists


@dataclass(frozen=True)
class _Asking:
    """Factors of both sides, the places of a list, the mean, the least score that counts, and pairs that are shut."""

    ours: Vectors
    theirs: Vectors
    k: int
    mean: DenseMean
    least: np.float32
    shut: NDArray[np.intp]

    def turned(self) -> "_Asking":
        """The same from the other side."""
        return replace(self, ours=self.theirs, theirs=self.ours, shut=self.shut[:, ::-1])

    def left_bounds(self, previous: Matched | None) -> NDArray[np.float32]:
        """What k counterparts of each of ours are known to reach."""
        if previous is None:
            return sampled(self.ours, self.theirs, self.k, self.mean, self.shut, self.least)
        return from_lists(previous.left.ids, self.ours, self.theirs, self.k, self.mean, self.shut, self.least)

    def plan(self, bounds: tuple[NDArray[np.float32], NDArray[np.float32]], *, one_sided: bool) -> Plan:
        """Both sides in the order of their bounds."""
        keys = self.shut[:, 0].astype(np.int64) * len(self.theirs) + self.shut[:, 1]
        left, right = ordered(bounds[0], ROWS), ordered(bounds[1], COLUMNS)
        return Plan(left, right, self.ours, self.theirs[right.order], self.k, self.mean, np.sort(keys), one_sided)


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


def _check_lists(previous: Matched, lefts: int, rights: int) -> None:
    ids = previous.left.ids, previous.right.ids
    if (len(ids[0]), len(ids[1])) != (lefts, rights):
        raise ValueError(f"previous: lists of {len(ids[0])} and {len(ids[1])} profiles, not of {lefts} and {rights}")
    if ids[0].max(initial=-1) >= rights or ids[1].max(initial=-1) >= lefts:
        raise ValueError("previous: a list names a profile that is not there")
