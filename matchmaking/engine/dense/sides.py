"""One side of a match: what each profile needs and offers, and which gates it keeps shut."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.utils.validation import check_array

from .packing import MOST_IDS

Vectors = NDArray[np.float32]

# Halves are of length 1 at most, so a sum lies between -2 and 2: one broken gate puts it at or below any true score.
BROKEN = np.float32(-4)
_ROOM = 1e-3


@dataclass(frozen=True)
class Side:
    """Vectors of the profiles of one side, all float32.

    ``needs`` and ``offers``: (profiles, dimensions), rows of length 1 at most. ``wants``: (profiles, gates), 1 where a
    profile insists on a gate; ``lacks``: the same, 1 where it would break it. See ``gates``.
    """

    needs: Vectors
    offers: Vectors
    wants: Vectors
    lacks: Vectors

    def __len__(self) -> int:
        return len(self.needs)

    @property
    def forward_columns(self) -> int:
        """How many columns of the factors make up one direction, gates included."""
        return self.needs.shape[1] + 2 * self.wants.shape[1]

    def seeking(self) -> Vectors:
        """One factor of the scores: (profiles, what it needs | what it insists on and breaks | what it offers)."""
        return np.hstack([self.needs, self.wants, self.lacks * BROKEN, self.offers])

    def offering(self) -> Vectors:
        """The other factor, in the order that meets ``seeking``."""
        return np.hstack([self.offers, self.lacks * BROKEN, self.wants, self.needs])


def side(
    needs: NDArray[np.floating],
    offers: NDArray[np.floating],
    *,
    wants: NDArray[np.generic] | None = None,
    lacks: NDArray[np.generic] | None = None,
) -> Side:
    """A checked side. Raises ValueError for NaN, infinity, another shape or rows longer than 1, and TypeError for text.

    Without gates, ``wants`` and ``lacks`` have no columns.
    """
    needs, offers = _checked(needs, "needs"), _checked(offers, "offers")
    if needs.shape != offers.shape:
        raise ValueError(f"needs are {needs.shape}, offers {offers.shape}: both must have the same shape")
    if len(needs) >= MOST_IDS:
        raise ValueError(f"{len(needs)} profiles on one side, at most {MOST_IDS - 1} can be told apart: match in parts")
    gates = [_bits(bits, len(needs), name) for bits, name in ((wants, "wants"), (lacks, "lacks"))]
    if gates[0].shape != gates[1].shape:
        raise ValueError(f"wants are {gates[0].shape}, lacks {gates[1].shape}: both must have the same shape")
    return Side(needs, offers, *gates)


def check_pair(left: Side, right: Side) -> None:
    """Raises ValueError where two sides cannot be matched: other dimensions, or other gates."""
    if left.needs.shape[1] != right.needs.shape[1]:
        raise ValueError(f"dimensions differ: {left.needs.shape[1]} and {right.needs.shape[1]}")
    if left.wants.shape[1] != right.wants.shape[1]:
        raise ValueError(f"gates differ: {left.wants.shape[1]} and {right.wants.shape[1]}")


def _checked(vectors: NDArray[np.floating], name: str) -> Vectors:
    checked: Vectors = check_array(
        vectors, dtype=np.float32, order="C", ensure_min_samples=0, ensure_min_features=1, input_name=name
    )
    longest = float(np.sqrt(np.einsum("ij,ij->i", checked, checked).max(initial=0)))
    if longest > 1 + _ROOM:
        raise ValueError(f"{name}: a row of length {longest:.3f}; scale rows to 1 at most")
    return checked


def _bits(bits: NDArray[np.generic] | None, profiles: int, name: str) -> Vectors:
    if bits is None:
        return np.zeros((profiles, 0), np.float32)
    array = np.asarray(bits)
    if array.ndim != 2 or len(array) != profiles or not np.isin(array, (0, 1)).all():
        raise ValueError(f"{name}: {array.shape} is not ({profiles}, gates) of zeros and ones")
    return array.astype(np.float32)
