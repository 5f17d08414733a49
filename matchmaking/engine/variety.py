"""How alike the candidates of one list are, so that a list need not say the same thing twenty times."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .features import Block, code_columns
from .profiles import Profile
from .ranking import DIVERSITY, diverse_k

Matrix = NDArray[np.float64]


def varied(
    pool: Sequence[tuple[Block, int]], scores: Sequence[float], k: int, strength: float = DIVERSITY
) -> list[int]:
    """Places of k candidates of a pool that score well and are not all alike, in the order they were chosen."""
    return diverse_k(scores, likeness(pool), k, strength)


def likeness(pool: Sequence[tuple[Block, int]]) -> Matrix:
    """Likeness of candidates to each other, 0 to 1, float64 (candidates, candidates).

    The mean over topics, sectors, alliances and size, each counted where both firms say something about it; firms of
    one corporate group are as alike as can be.
    """
    if not pool:
        return np.zeros((0, 0))
    profiles = [block.profiles[firm] for block, firm in pool]
    aspects = [
        _topics(np.vstack([block.likeness_vectors(np.array([firm])) for block, firm in pool])),
        _shared([p.sectors for p in profiles]),
        _shared([p.alliances for p in profiles]),
        _sizes(profiles),
    ]
    total, known = sum(like for like, _ in aspects), sum(both for _, both in aspects)
    alike = np.divide(total, known, out=np.zeros_like(total), where=known > 0)
    groups = np.array([p.group or f"\0{p.key}" for p in profiles])
    return np.maximum(alike, groups[:, None] == groups[None, :])


def _topics(vectors: Matrix) -> tuple[Matrix, Matrix]:
    return np.clip(vectors @ vectors.T, 0, 1), _both(np.linalg.norm(vectors, axis=1) > 0)


def _shared(rows: Sequence[frozenset[str]]) -> tuple[Matrix, Matrix]:
    """Share of common codes among all codes of two firms."""
    codes = sorted(frozenset[str]().union(*rows))
    member = code_columns(rows, {code: i for i, code in enumerate(codes)}).toarray().astype(float)
    count, common = member.sum(axis=1), member @ member.T
    union = count[:, None] + count[None, :] - common
    return np.divide(common, union, out=np.zeros_like(common), where=union > 0), _both(count > 0)


def _sizes(profiles: Sequence[Profile]) -> tuple[Matrix, Matrix]:
    sizes = np.array([p.size for p in profiles])
    both = _both(sizes != "")
    return (sizes[:, None] == sizes[None, :]) * both, both


def _both(known: NDArray[np.bool_]) -> Matrix:
    return np.outer(known, known).astype(float)
