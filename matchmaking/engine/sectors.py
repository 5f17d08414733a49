"""How near the sectors of two companies are, learned from what their companies write."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .features import code_columns
from .profiles import Profile


class SectorMap:
    """How near sectors are: .5 (a broad one) to 1 for the same, up to .45 for others of the same topics."""

    ADJACENT = 0.45
    LEAST = 0.2

    def __init__(self, sectors: Sequence[str], nearness: NDArray[np.float64]) -> None:
        self.sectors = list(sectors)
        self.nearness = nearness
        self.index = {sector: i for i, sector in enumerate(self.sectors)}

    @classmethod
    def learn(cls, profiles: Sequence[Profile], topics: NDArray[np.float64]) -> "SectorMap":
        """Cosine between the mean topics of the companies of two sectors, each needing three companies."""
        sectors = sorted({s for p in profiles for s in p.sectors})
        member = code_columns([p.sectors for p in profiles], {s: i for i, s in enumerate(sectors)})
        means = member.T @ topics
        means = means - means.mean(axis=0, keepdims=True) if len(sectors) else means
        norms = np.linalg.norm(means, axis=1, keepdims=True)
        means = means / np.where(norms > 0, norms, 1)
        near = cls.ADJACENT * np.maximum(means @ means.T, 0)
        rare = np.asarray(member.sum(axis=0)).ravel() < 3
        near[rare] = near[:, rare] = 0
        near[near < cls.LEAST] = 0
        np.fill_diagonal(near, _specificity(np.asarray(member.sum(axis=0)).ravel(), len(profiles)))
        return cls(sectors, near)

    def fit(self, ours: frozenset[str], theirs: frozenset[str]) -> tuple[float, str, str]:
        """The nearest pair of sectors: (nearness, ours, theirs)."""
        pairs = [(self._near(a, b), a, b) for a in sorted(ours) for b in sorted(theirs)]
        return max(pairs, key=lambda p: p[0], default=(0.0, "", ""))

    def _near(self, a: str, b: str) -> float:
        if a in self.index and b in self.index:
            return float(self.nearness[self.index[a], self.index[b]])
        return float(a == b)

    def table(self, ours: Sequence[frozenset[str]], theirs: Sequence[frozenset[str]]) -> NDArray[np.float32]:
        """``fit`` of every row against every column; equal sets are computed once."""
        left, left_of = _distinct(ours)
        right, right_of = _distinct(theirs)
        small = np.array([[self.fit(a, b)[0] for b in right] for a in left], np.float32).reshape(len(left), len(right))
        return small[np.ix_(left_of, right_of)]


def _specificity(members: NDArray[np.float64], companies: int) -> NDArray[np.float64]:
    """What sharing a sector says: 1 for one with a twentieth of the companies or less, .5 for one with most."""
    if companies < 50:  # too few to tell a broad sector from a small directory
        return np.ones(len(members))
    return np.clip(np.log(companies / np.maximum(members, 1)) / np.log(20), 0.5, 1.0)


def _distinct(rows: Sequence[frozenset[str]]) -> tuple[list[frozenset[str]], list[int]]:
    seen: dict[frozenset[str], int] = {}
    places = [seen.setdefault(row, len(seen)) for row in rows]
    return list(seen), places
