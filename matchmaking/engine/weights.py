"""What each field of a pair is worth."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

# What each field of a stated need is worth. A field that the need leaves open gives its share to the others.
NEED_WEIGHTS: Mapping[str, float] = {
    "service": 0.30,
    "category": 0.20,
    "text": 0.35,
    "market": 0.07,
    "language": 0.04,
    "deal_size": 0.04,
}
# A company that states no need is taken by what it does: its text and its sector.
AFFINITY_WEIGHTS: Mapping[str, float] = {"text": 0.75, "sector": 0.25}


@dataclass(frozen=True)
class Weights:
    """What each field is worth: of a stated need, and of the affinity of a company that states none; each sums to 1.

    Raises ValueError for a field that is missing or none, and for a weight that is no number from 0 up.
    """

    need: Mapping[str, float] = field(default_factory=lambda: dict(NEED_WEIGHTS))
    affinity: Mapping[str, float] = field(default_factory=lambda: dict(AFFINITY_WEIGHTS))

    def __post_init__(self) -> None:
        for name, found, fields in (("need", self.need, NEED_WEIGHTS), ("affinity", self.affinity, AFFINITY_WEIGHTS)):
            if not isinstance(found, Mapping) or found.keys() != fields.keys():
                raise ValueError(f"{name}: weights of {', '.join(fields)} expected, not {found!r}")
            numbers = all(isinstance(weight, (int, float)) and 0 <= weight < math.inf for weight in found.values())
            if not numbers or not sum(found.values()):
                raise ValueError(f"{name}: {dict(found)} are no weights")


PRESENT = Weights()
FIELDS = ("service", "category", "market", "language", "deal_size", "sector", "text")
