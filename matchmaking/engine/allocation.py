"""Lists of everybody at once: who stands in them where no candidate may be shown to more seekers than it can serve."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from .counterparts import Scored
from .eligibility import capacity_of
from .features import Block
from .ranking import POOL, best_k, exposure_cap, share_out
from .variety import varied


def allocate(block: Block, scored: Iterable[Scored], k: int, *, floor: float, diversity: float) -> dict[int, list[int]]:
    """Of each visible company of a block, the rows of k candidates above the floor, in the order it would choose them.

    ``diversity``: what a candidate loses for being like one chosen before; see ``ranking.diverse_k``.
    """
    wishes: dict[int, list[tuple[int, float]]] = {}
    for seeker, firms, scores in scored:
        best = best_k(scores, POOL * k, floor)
        wishes[seeker] = _wishes(block, firms[best], scores[best], k, diversity)
    caps = {i: exposure_cap(capacity_of(p), len(block), len(block), k) for i, p in enumerate(block.profiles)}
    lists = {seeker: {c for c, _ in row} for seeker, row in share_out(wishes, caps, k).items()}
    return {
        seeker: [candidate for candidate, _ in wishes[seeker] if candidate in placed]
        for seeker, placed in lists.items()
        if block.profiles[seeker].visible
    }


def _wishes(
    block: Block, pool: NDArray[np.intp], scores: NDArray[np.floating], k: int, diversity: float
) -> list[tuple[int, float]]:
    """The pool, a varied choice of k first and lifted; the rest replaces whom a cap pushes out."""
    mixed = varied([(block, firm) for firm in pool.tolist()], scores.tolist(), k, diversity)
    order = mixed + [i for i in range(len(pool)) if i not in set(mixed)]
    return [(int(pool[i]), float(scores[i]) + (place < len(mixed))) for place, i in enumerate(order)]
