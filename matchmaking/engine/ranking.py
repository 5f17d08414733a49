"""From scores to lists: the best k, some diversity among them, and no candidate in more lists than it can serve."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

DIVERSITY = 0.05
POOL = 3
# A candidate that states a capacity is shown to this many seekers per request that it can take.
LISTS_PER_REQUEST = 10
# One that states none may take this many times its even share of all places.
EVEN_SHARES = 6


def best_k(scores: NDArray[np.float32], k: int, floor: float) -> NDArray[np.intp]:
    """Places of the k highest scores of one row that exceed the floor, best first; ties go to the lower place."""
    places = np.flatnonzero(scores > floor)
    if len(places) > k > 0:
        least = np.partition(scores[places], len(places) - k)[len(places) - k]
        places = places[scores[places] >= least]
    order = np.lexsort((places, -scores[places]))
    return np.asarray(places[order][:k])


def diverse_k(scores: Sequence[float], likeness: NDArray[np.float64], k: int, strength: float = DIVERSITY) -> list[int]:
    """Choose k of some candidates by maximal marginal relevance, in the order in which they were chosen.

    ``likeness`` (candidates, candidates) from 0 to 1; a candidate loses ``strength`` × its likeness to the nearest one
    already chosen. Reference: Carbonell & Goldstein 1998.
    """
    left = np.asarray(scores, dtype=float)
    nearest = np.zeros(len(left))
    chosen: list[int] = []
    open_ = np.ones(len(left), dtype=bool)
    while len(chosen) < min(k, len(left)):
        value = np.where(open_, left - strength * nearest, -np.inf)
        best = int(value.argmax())
        chosen.append(best)
        open_[best] = False
        nearest = np.maximum(nearest, likeness[best])
    return chosen


def share_out(
    lists: Mapping[int, Sequence[tuple[int, float]]], caps: Mapping[int, int], k: int
) -> dict[int, list[tuple[int, float]]]:
    """Cut (candidate, score) lists to k places each so that no candidate is in more lists than its cap.

    The best pairs are placed first; a candidate without a cap is never held back. Ties go to the lower numbers.
    """
    pairs = sorted((-score, seeker, candidate) for seeker, row in lists.items() for candidate, score in row)
    used: dict[int, int] = {}
    out: dict[int, list[tuple[int, float]]] = {seeker: [] for seeker in lists}
    for score, seeker, candidate in pairs:
        if len(out[seeker]) < k and used.get(candidate, 0) < caps.get(candidate, len(lists)):
            out[seeker].append((candidate, -score))
            used[candidate] = used.get(candidate, 0) + 1
    return out


def exposure_cap(capacity: int | None, seekers: int, candidates: int, k: int) -> int:
    """In how many lists a candidate may stand: by its capacity, or by a multiple of its even share of the places."""
    if capacity is not None:
        return max(1, capacity) * LISTS_PER_REQUEST
    return max(k, EVEN_SHARES * k * seekers // max(candidates, 1))
