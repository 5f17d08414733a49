"""Measures of rankings: how good one list is, and how evenly and boldly many lists show what there is to show."""

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

Grades = Mapping[str, float]
BOOTSTRAP_ROUNDS = 10_000
BOOTSTRAP_SEED = 2021


def ndcg_at_k(ranked: Sequence[str], grades: Grades, k: int = 10) -> float:
    """Discounted gain of the first k with linear gains, as a share of the best possible one (0 to 1)."""
    gain = sum(grades.get(key, 0.0) / math.log2(i + 2) for i, key in enumerate(ranked[:k]))
    best = sum(g / math.log2(i + 2) for i, g in enumerate(sorted(grades.values(), reverse=True)[:k]))
    return gain / best if best > 0 else 0.0


def recall_at_k(ranked: Sequence[str], grades: Grades, k: int, top: float | None = None) -> float:
    """1 if a document of the top grade (default: the best grade given) is among the first k, else 0."""
    top = max(grades.values(), default=0.0) if top is None else top
    return float(any(grades.get(key, 0.0) >= top > 0 for key in ranked[:k]))


def found_at_k(ranked: Sequence[str], grades: Grades, k: int, least: float) -> float | None:
    """Share of all that is graded ``least`` or better that is among the first k; None where nothing is."""
    wanted = {key for key, grade in grades.items() if grade >= least}
    return len(wanted.intersection(ranked[:k])) / len(wanted) if wanted else None


def parity_at_k(ours: Sequence[str], theirs: Sequence[str], k: int = 10) -> float:
    """Share of the first k answers that two rankings of the same question, asked in two languages, have in common."""
    if not ours and not theirs:
        return 1.0
    shared = len(set(ours[:k]) & set(theirs[:k]))
    return shared / max(len(ours[:k]), len(theirs[:k]))


def exposure(rankings: Iterable[Sequence[str]], k: int = 10) -> Counter[str]:
    """In the first k of how many rankings each candidate stands."""
    return Counter(key for ranked in rankings for key in set(ranked[:k]))


def coverage(rankings: Iterable[Sequence[str]], catalogue: Collection[str], k: int = 10) -> float:
    """Share of the catalogue that appears in the first k of at least one ranking."""
    return len(exposure(rankings, k).keys() & set(catalogue)) / len(catalogue) if catalogue else 0.0


def gini(counts: Collection[int]) -> float:
    """Inequality of counts ≥ 0: 0 where all have the same, towards 1 where one has all; 0 where there is nothing.

    Reference: half the mean absolute difference over the mean, by the sorted sum.
    """
    ordered = np.sort(np.array(list(counts), dtype=float))
    if not ordered.sum():
        return 0.0
    places = np.arange(1, len(ordered) + 1)
    return float((2 * places - len(ordered) - 1) @ ordered / (len(ordered) * ordered.sum()))


def novelty(rankings: Sequence[Sequence[str]], k: int = 10) -> float:
    """Mean surprise, in bits, of the places of all lists: −log2 of the share of lists in which a candidate stands.

    0 where everybody is shown the same; log2 of the number of lists where nobody stands in two. Reference: Zhou et al.
    2010, self-information of what is recommended.
    """
    shown = exposure(rankings, k)
    places = [shown[key] for ranked in rankings for key in set(ranked[:k])]
    return sum(math.log2(len(rankings) / count) for count in places) / len(places) if places else 0.0


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean and the range that holds it in 95 of 100 draws."""

    mean: float
    low: float
    high: float


def paired_difference(differences: Sequence[float], groups: Sequence[str]) -> Interval:
    """Mean of paired differences with a percentile bootstrap interval, drawn by group: its members come together.

    Deterministic: the seed is fixed. Raises ValueError where there is nothing to compare.
    """
    if not differences:
        raise ValueError("nothing to compare")
    names, member = np.unique(np.array(groups), return_inverse=True)
    sums = np.bincount(member, weights=np.array(differences, dtype=float))
    sizes = np.bincount(member)
    drawn = np.random.default_rng(BOOTSTRAP_SEED).integers(0, len(names), (BOOTSTRAP_ROUNDS, len(names)))
    means = sums[drawn].sum(axis=1) / sizes[drawn].sum(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return Interval(float(np.mean(differences)), float(low), float(high))
