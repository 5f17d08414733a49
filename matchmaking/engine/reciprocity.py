"""One score for a pair out of two: how well the seeker's wish is met, and the candidate's.

The arithmetic part of a reason is ``weight of its field × strength × share of its direction``; those parts add up to
the arithmetic mean A. Any other mean M is handed to the same parts in proportion, each × M/A: one factor for the pair
(its *balance*, at most 1 for the means below), so the parts still add up to the score, none turns negative, and which
reason weighs most does not depend on the mean. (Euler's theorem would give another exact split, which credits most to
the weaker side – the opposite of what a reader takes from "this is why you fit".)

A side that states no wish of its own is known by an affinity alone, "it does something like this". Such a side is
neutral: it adds what it adds to the arithmetic mean and never pulls the pair down, so a provider without needs is not
sunk for having none.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

# What the seeker wants counts more in the seeker's own list.
FORWARD_SHARE = 0.6
# Chosen by evidence: docs/adr/0006-arithmetic-mean-of-both-wishes.md says what was measured.
MEAN = "arithmetic"

Scores = NDArray[np.floating[Any]]
Mean = Callable[[Scores, Scores], Scores]


def arithmetic(forward: Scores, reverse: Scores) -> Scores:
    """Each side adds what it is worth; one side alone can carry a pair."""
    return FORWARD_SHARE * forward + (1 - FORWARD_SHARE) * reverse


def harmonic(forward: Scores, reverse: Scores) -> Scores:
    """The weaker side decides; 0 where either side is 0."""
    weighted = FORWARD_SHARE * reverse + (1 - FORWARD_SHARE) * forward
    return np.divide(forward * reverse, weighted, out=np.zeros_like(weighted), where=weighted > 0)


def geometric(forward: Scores, reverse: Scores) -> Scores:
    """Between the two: 0 where either side is 0, less hard on a weaker side."""
    return np.power(forward, FORWARD_SHARE) * np.power(reverse, 1 - FORWARD_SHARE)


def least(forward: Scores, reverse: Scores) -> Scores:
    """The weaker side alone."""
    return np.minimum(forward, reverse)


MEANS: Mapping[str, Mean] = {"arithmetic": arithmetic, "harmonic": harmonic, "geometric": geometric, "least": least}


def mean_named(name: str) -> Mean:
    """The mean of that name. Raises ValueError for another name."""
    if name not in MEANS:
        raise ValueError(f"mean: {name!r} is none of {', '.join(MEANS)}")
    return MEANS[name]


def reciprocal(name: str, forward: Scores, reverse: Scores, stated: NDArray[np.bool_]) -> Scores:
    """Scores of pairs. ``stated`` says where both sides state a wish; elsewhere the arithmetic mean stands."""
    plain = arithmetic(forward, reverse)
    if mean_named(name) is arithmetic:
        return plain
    return np.where(stated, MEANS[name](forward, reverse), plain)


def balance(name: str, forward: float, reverse: float, *, stated: bool) -> float:
    """The factor of all parts of one pair: its score over the arithmetic mean; 1 where there is nothing to share."""
    both = np.array([forward]), np.array([reverse])
    plain = float(arithmetic(*both)[0])
    return float(reciprocal(name, *both, np.array([stated]))[0]) / plain if plain > 0 else 1.0
