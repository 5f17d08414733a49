"""Measures of rankings: how good one list is, and how evenly and boldly many lists show what there is to show."""

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

Grades = Mapping[str, float]


def ndcg_at_k(ranked: Sequence[str], grades: Grades, k: int = 10) -> float:
    """Discounted gain of the first k with linear gains, as a share of the best possible one (0 to 1)."""
    gain = sum(grades.get(key, 0.0) / math.log2(i + 2) for i, key in enumerate(ranked[:k]))
    best = sum(g / math.log2(i + 2) for i, g in enumerate(sorted(grades.values(), reverse=True)[:k]))
    return gain / best if best > 0 else 0.0


def recall_at_k(ranked: Sequence[str], grades: Grades, k: int, top: float | None = None) -> float:
    """1 if a document of the top grade (default: the best grade given) is among the first k, else 0."""
    top = max(grades.values(), default=0.0) if top is None else top
    return float(any(grades.get(key, 0.0) >= top > 0 for key in ranked[:k]))


def parity_at_k(ours: Sequence[str], theirs: Sequence[str], k: int = 10) -> float:
    """Share of the first k answers that two rankings of the same question, asked in two languages, have in common."""
    if not ours and not theirs:
        return 1.0
    shared = len(set(ours[:k]) & set(theirs[:k]))
    return shared / max(len(ours[:k]), len(theirs[:k]))


def coverage(rankings: Iterable[Sequence[str]], catalogue: Collection[str], k: int = 10) -> float:
    """Share of the catalogue that appears in the first k of at least one ranking."""
    shown = {key for ranked in rankings for key in ranked[:k]}
    return len(shown & set(catalogue)) / len(catalogue) if catalogue else 0.0


def popularity_baseline(rankings: Iterable[Sequence[str]], k: int = 10) -> list[str]:
    """What most rankings show, most frequent first: the list a recommender without taste would give to everyone."""
    shown = Counter(key for ranked in rankings for key in ranked)
    return sorted(shown, key=lambda key: (-shown[key], key))[:k]
