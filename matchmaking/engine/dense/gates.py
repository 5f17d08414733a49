"""Gates as columns: codes a profile insists on or refuses → bits → columns of the product.

A gate is a condition between two profiles that either can be read off a code: "the other must hold the credential C",
"the other must not be of my country". One side *wants* the gate, the other *lacks* what it asks for; a pair is broken
where one wants what the other lacks, in either direction. Each broken gate takes 4 off a score that lies between
-2 and 2, so a broken pair never wins, and a score that is not broken is not touched at all.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Bits = NDArray[np.bool_]
Codes = Sequence[frozenset[str]]


@dataclass(frozen=True)
class Conditions:
    """What each profile of one side insists on: codes the other must hold, and codes the other must not hold.

    ``holds``: the codes that the profile holds itself. All three have one set per profile.
    """

    requires: Codes
    refuses: Codes
    holds: Codes

    def __post_init__(self) -> None:
        if not len(self.requires) == len(self.refuses) == len(self.holds):
            raise ValueError("conditions: requires, refuses and holds need one set per profile each")


def gate_columns(left: Conditions, right: Conditions) -> tuple[tuple[Bits, Bits], tuple[Bits, Bits]]:
    """(wants, lacks) of both sides, bool (profiles, gates); only codes that some profile insists on get a column."""
    required = sorted(frozenset[str]().union(*left.requires, *right.requires))
    refused = sorted(frozenset[str]().union(*left.refuses, *right.refuses))

    def columns(side: Conditions) -> tuple[Bits, Bits]:
        wants = np.hstack([_has(side.requires, required), _has(side.refuses, refused)])
        lacks = np.hstack([~_has(side.holds, required), _has(side.holds, refused)])
        return wants, lacks

    return columns(left), columns(right)


def _has(rows: Codes, codes: Sequence[str]) -> Bits:
    places = {code: column for column, code in enumerate(codes)}
    # Few sets are distinct, however many rows.
    distinct = {held: place for place, held in enumerate(dict.fromkeys(rows))}
    bits = np.zeros((len(distinct), len(codes)), dtype=bool)
    for held, place in distinct.items():
        bits[place, [places[code] for code in held if code in places]] = True
    return bits[np.fromiter((distinct[held] for held in rows), np.intp, len(rows))]
