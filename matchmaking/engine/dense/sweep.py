"""The sweep: every block of pairs computed once, its best handed to the lists of both sides.

Rows and columns are sorted by their bounds, so one number per block tells almost all pairs that cannot be in any list;
only what passes it is looked at one by one. A plan holds plain arrays and can be sent to another process.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from .bounds import is_shut
from .means import DenseMean
from .packing import MOST_ROWS, Packed
from .shortlist import Shortlist
from .sides import Vectors

# Measured: 1024 × 2048 scores are 8 MiB, which stays in the last cache while it is compared.
ROWS = 1024
COLUMNS = MOST_ROWS
_ALIGNED = 16


@dataclass(frozen=True)
class Ordered:
    """One side in the order of its bounds, cut into blocks of one width; the last block is filled up.

    ``profiles``: how many there are; ``order`` (blocks × width), the profile of each place, 0 where filled up;
    ``bounds`` float32 of the same length, infinite where filled up, raised during the sweep.
    """

    profiles: int
    order: NDArray[np.intp]
    bounds: NDArray[np.float32]
    width: int

    @property
    def blocks(self) -> int:
        """How many blocks."""
        return len(self.order) // self.width

    def span(self, block: int) -> slice:
        """The places of a block."""
        return slice(block * self.width, (block + 1) * self.width)

    def taken(self, block: int) -> int:
        """How many places of a block are profiles; the rest fills it up."""
        return min(self.width, self.profiles - block * self.width)

    def members(self, block: int) -> NDArray[np.intp]:
        """The profiles of a block, in the order of its places."""
        return self.order[self.span(block)][: self.taken(block)]


def ordered(bounds: NDArray[np.float32], most: int) -> Ordered:
    """Sort a side by the bounds of its profiles, the highest first, into equal blocks of at most ``most`` places."""
    profiles = len(bounds)
    blocks = max(1, -(-profiles // most))
    width = -(-profiles // (blocks * _ALIGNED)) * _ALIGNED
    order = np.zeros(blocks * width, np.intp)
    order[:profiles] = np.argsort(-bounds, kind="stable")
    placed = np.full(len(order), np.inf, np.float32)
    placed[:profiles] = bounds[order[:profiles]]
    return Ordered(profiles, order, placed, width)


@dataclass(frozen=True)
class Plan:
    """What a sweep needs: both sides; the factor of the left one as given, of the right one in its order (filled up);
    the places of a list, the mean, and the sorted keys of pairs that are shut. ``one_sided``: only the left side gets
    lists.
    """

    left: Ordered
    right: Ordered
    seeking: Vectors
    offering: Vectors
    k: int
    mean: DenseMean
    closed: NDArray[np.int64]
    one_sided: bool = False

    def is_shut(self, left: NDArray[np.intp], right: NDArray[np.intp]) -> NDArray[np.bool_]:
        """Whether each pair of profiles must not meet."""
        shut = np.zeros(len(left), bool)
        # Few profiles are kept from anybody, and a table of these costs less than a search for everybody.
        some = np.flatnonzero(self._kept_apart[left])
        shut[some] = is_shut(left[some].astype(np.int64) * self.right.profiles + right[some], self.closed)
        return shut

    @cached_property
    def _kept_apart(self) -> NDArray[np.bool_]:
        return np.bincount(self.closed // max(1, self.right.profiles), minlength=self.left.profiles) > 0


@dataclass(frozen=True)
class Swept:
    """The best of each block swept: of the left ones that were asked for, and of all right ones as seen from these."""

    left: dict[int, Packed]
    right: dict[int, Packed]


def sweep(plan: Plan, blocks: Iterable[int]) -> Swept:
    """Compare some blocks of the left side with all of the right; one thread, in which BLAS takes no other."""
    right = plan.right
    if not right.bounds.flags.writeable:  # mapped by another process, which cannot hear of what is found here
        right = replace(right, bounds=right.bounds.copy())
    columns = [Shortlist(right.bounds[right.span(b)], plan.k) for b in range(right.blocks)]
    found: dict[int, Packed] = {}
    scores = np.empty((plan.left.width, right.width), np.float32)
    spare, high = np.empty_like(scores), np.empty(scores.shape, dtype=bool)
    for block in blocks:
        span = plan.left.span(block)
        bounds, seekers = plan.left.bounds[span].copy(), plan.left.order[span]
        rows, factor = Shortlist(bounds, plan.k), plan.seeking[seekers]
        for column, shortlist in enumerate(columns):
            there = right.span(column)
            plan.mean.scores(factor, plan.offering[there], scores, spare)
            scores[plan.left.taken(block) :] = -np.inf
            scores[:, right.taken(column) :] = -np.inf
            least = bounds[:, None] if plan.one_sided else min(bounds.min(), right.bounds[there].min())
            np.greater_equal(scores, least, out=high)
            found_in = (bounds, right.bounds[there]), (seekers, right.order[there]), (rows, shortlist)
            _hand_out(scores, high, *found_in, plan)
        found[block] = rows.best()
    return Swept(found, {b: shortlist.best() for b, shortlist in enumerate(columns)})


def _hand_out(
    scores: NDArray[np.float32],
    high: NDArray[np.bool_],
    bounds: tuple[NDArray[np.float32], NDArray[np.float32]],
    profiles: tuple[NDArray[np.intp], NDArray[np.intp]],
    shortlists: tuple[Shortlist, Shortlist],
    plan: Plan,
) -> None:
    """Give each pair of a block that is high enough to the lists of its row and of its column."""
    places = _places(high)
    if not len(places):
        return
    values = scores.ravel()[places]
    width = np.uint32(scores.shape[1])
    row = places // width
    column = places - row * width
    if len(plan.closed):
        free = ~plan.is_shut(profiles[0][row], profiles[1][column])
        values, row, column = values[free], row[free], column[free]
    sides = (
        (row, column, bounds[0], shortlists[0], profiles[1]),
        (column, row, bounds[1], shortlists[1], profiles[0]),
    )
    for own, other, bound, shortlist, ids in sides[:1] if plan.one_sided else sides:
        kept = np.flatnonzero(values >= bound[own])
        if len(kept):
            shortlist.add(own[kept], values[kept], ids[other[kept]])


def _places(high: NDArray[np.bool_]) -> NDArray[np.uint32]:
    """``flatnonzero`` for a block in which few are high: eight at a time first; the width is a multiple of eight."""
    eights = high.reshape(-1).view(np.uint64)
    found = np.flatnonzero(eights != 0)
    within = np.flatnonzero(eights[found].view(np.bool_)).astype(np.uint32)
    return found.astype(np.uint32)[within >> 3] * np.uint32(8) + (within & 7)


def sweep_alone(plan: Plan, blocks: Iterable[int]) -> Swept:
    """``sweep`` in a process of its own."""
    with threadpool_limits(limits=1, user_api="blas"):
        return sweep(plan, list(blocks))
