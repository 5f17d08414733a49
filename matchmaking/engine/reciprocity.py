"""One score for a pair out of two: how well the seeker's wish is met, and the candidate's.

A wish is *stated* (a need) or only *seems* to be there, by what a company does. What is stated says more, so a seeming
wish counts a quarter of a stated one, and the seeker's, whose list it is, half as much again as the candidate's. Both
shares of a pair add up to 1: a stated need asks for who can do it, and what a silent provider may like is courtesy; to
a seeker that states nothing, what the candidate says it is looking for tells most.

The arithmetic part of a reason is ``weight of its field × strength × share of its direction``; those parts add up to
the arithmetic mean A. Any other mean M is handed to the same parts in proportion, each × M/A: one factor for the pair
(its *balance*, at most 1 for the means below), so the parts still add up to the score, none turns negative, and which
reason weighs most does not depend on the mean. (Euler's theorem would give another exact split, which credits most to
the weaker side – the opposite of what a reader takes from "this is why you fit".)

A side that states no wish of its own is neutral: the other means hold only where both sides state one, so a provider
without needs is not sunk for having none.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

# The seeker's wish beside an equally sure one of the candidate.
SEEKER = 1.5
# A wish that only seems to be there, by what a company does, beside a stated one. Chosen by judged lists, and much the
# same from .2 to .33: docs/adr/0006-arithmetic-mean-of-both-wishes.md has the figures, and those of the means.
SEEMING = 0.25
MEAN = "arithmetic"

Scores = NDArray[np.floating[Any]]
Stated = NDArray[np.bool_]
Mean = Callable[[Scores, Scores], Scores]


def forward_share(seeker: Stated | bool, candidate: Stated | bool) -> Scores:
    """The share of the seeker's direction, by whether each side states a wish; that of the other is the rest to 1."""
    ours = np.where(seeker, SEEKER, SEEKER * SEEMING).astype(np.float32)
    theirs = np.where(candidate, 1.0, SEEMING).astype(np.float32)
    return np.asarray(ours / (ours + theirs))


# Of two stated wishes: .6.
FORWARD_SHARE = SEEKER / (SEEKER + 1)


def arithmetic(forward: Scores, reverse: Scores, share: Scores | float = FORWARD_SHARE) -> Scores:
    """Each side adds what it is worth; one side alone can carry a pair."""
    return np.asarray(share * forward + (1 - share) * reverse)


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


def reciprocal(name: str, forward: Scores, reverse: Scores, seeker: Stated, candidate: Stated) -> Scores:
    """Scores of pairs. ``seeker`` and ``candidate`` say which side states a wish; a mean of its own needs both."""
    plain = arithmetic(forward, reverse, forward_share(seeker, candidate))
    if mean_named(name) is arithmetic:
        return plain
    return np.where(seeker & candidate, MEANS[name](forward, reverse), plain)


def balance(name: str, forward: float, reverse: float, *, seeker: bool, candidate: bool) -> float:
    """The factor of all parts of one pair: its score over the arithmetic mean; 1 where there is nothing to share."""
    if mean_named(name) is arithmetic:
        return 1.0
    both = np.array([forward]), np.array([reverse])
    plain = float(arithmetic(*both, forward_share(seeker, candidate))[0])
    score = float(reciprocal(name, *both, np.array([seeker]), np.array([candidate]))[0])
    return score / plain if plain > 0 else 1.0
