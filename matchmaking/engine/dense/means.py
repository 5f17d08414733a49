"""How two directions become one score of a pair, a block of pairs at a time.

The sum is one product of the joined vectors. Every other mean needs both directions apart: two products of half the
width and one pass over the block. Negative directions count as 0 there: somebody who is the opposite of what is wanted
is no better than a stranger.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .sides import Vectors

Block = NDArray[np.float32]
Combine = Callable[[Block, Block], None]

_TINY = np.float32(1e-30)
# Rows of a block that are combined at a time: both directions of so many stay in the cache of one core.
_STRIP = 32


def _harmonic(forward: Block, reverse: Block) -> None:
    doubled = forward * reverse
    doubled *= 2
    forward += reverse
    forward += _TINY  # no zero to divide by, and nothing a float32 of this size could notice
    np.divide(doubled, forward, out=forward)


def _geometric(forward: Block, reverse: Block) -> None:
    forward *= reverse
    np.sqrt(forward, out=forward)


def _least(forward: Block, reverse: Block) -> None:
    np.minimum(forward, reverse, out=forward)


# "sum" is the arithmetic mean times two: the order is the same, the product is one.
COMBINED: Mapping[str, Combine | None] = {"sum": None, "harmonic": _harmonic, "geometric": _geometric, "least": _least}


@dataclass(frozen=True)
class DenseMean:
    """A named mean over joined vectors whose first ``forward`` columns are one direction, gates included."""

    name: str
    forward: int

    def __post_init__(self) -> None:
        if self.name not in COMBINED:
            raise ValueError(f"mean: {self.name!r} is none of {', '.join(COMBINED)}")

    @property
    def least_floor(self) -> float:
        """Scores at or below this may belong to a broken pair: a floor must not be lower where there are gates."""
        return -2.0 if COMBINED[self.name] is None else 0.0

    def floor(self, wanted: float | None, *, gated: bool) -> np.float32:
        """The floor that is wanted, or the least there is. Raises ValueError where a broken pair could win under it."""
        floor = np.float32(self.least_floor if wanted is None else wanted)
        if gated and floor < self.least_floor:
            raise ValueError(f"floor: with gates it must be {self.least_floor} or more, is {wanted}")
        return floor

    def scores(self, rows: Vectors, others: Vectors, out: Block, spare: Block) -> Block:
        """Scores of all pairs, written to ``out`` (rows, others); ``spare`` is of that shape and may be overwritten."""
        combine = COMBINED[self.name]
        if combine is None:
            return np.matmul(rows, others.T, out=out)
        np.matmul(rows[:, : self.forward], others[:, : self.forward].T, out=out)
        np.matmul(rows[:, self.forward :], others[:, self.forward :].T, out=spare)
        for start in range(0, len(rows), _STRIP):
            forward, reverse = out[start : start + _STRIP], spare[start : start + _STRIP]
            np.maximum(forward, 0, out=forward)
            np.maximum(reverse, 0, out=reverse)
            combine(forward, reverse)
        return out

    def pairs(self, rows: Vectors, others: Vectors, ids: NDArray[np.int32]) -> Block:
        """Scores of some counterparts of each row, float32 (rows, places)."""
        near = others[ids]
        combine = COMBINED[self.name]
        if combine is None:
            return np.asarray(np.matmul(near, rows[:, :, None])[:, :, 0])
        forward, reverse = (
            np.maximum(np.matmul(near[:, :, part], rows[:, part, None])[:, :, 0], 0)
            for part in (slice(None, self.forward), slice(self.forward, None))
        )
        combine(forward, reverse)
        return np.asarray(forward)
