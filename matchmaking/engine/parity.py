"""Parity: does a company get the same matches whichever language describes it?

Every company asked about is rewritten in each rendition (see ``renditions``) while all the others stay as they are.
Three questions are asked of each rendition: whom does the company as such meet, whom does each of its needs meet, and
which seekers meet it? Two renditions are compared by the answers that they share, and by where one stands lower.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest

from .eligibility import pair_mask
from .features import Block
from .measures import parity_at_k
from .pairing import Pairing
from .profiles import Profile
from .ranking import POOL, best_k
from .reciprocity import reciprocal
from .recommender import MatchRecommender
from .renditions import RENDITIONS, rendition
from .scoring import Directed, ask_scores, best_per_firm
from .variety import varied

MEASURED = 10
PAIRS = tuple(combinations(RENDITIONS, 2))
# Whose list it is: of a company that states no need, of one that does, of a need, and the seekers of a candidate.
KINDS = ("company without needs", "company with needs", "need", "candidate")

Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Answers:
    """One list of one rendition: the first names, best first, and the rank (from 1) of whomever it is compared by.

    A seeker's list ranks the candidates it names. A candidate is ranked within the list of each seeker that it suits.
    """

    kind: str
    names: Sequence[str]
    ranks: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Compared:
    """One list in two renditions. ``change`` is the mean change of rank of those that both know and either has among
    its first, above 0 where the second rendition puts them lower; None where there is nobody to compare.
    """

    pair: tuple[str, str]
    kind: str
    overlap: float
    change: float | None


def compare(recommender: MatchRecommender, profiles: Sequence[Profile], *, k: int = MEASURED) -> list[Compared]:
    """Compare the renditions of these profiles, which the fitted recommender holds, by lists of k.

    An overlap is the number of common names over the length of the longer list, which is k where it is full. A list
    that is empty in both renditions is left out. Memory: three times as many queries as profiles have, against all.
    """
    directory = Directory(recommender)
    asked = {name: Asked(directory, [rendition(p, name) for p in profiles], k) for name in RENDITIONS}
    return [
        one
        for row in range(len(profiles))
        for pair in PAIRS
        for one in compared_answers(pair, asked[pair[0]].answers(row), asked[pair[1]].answers(row), k)
    ]


def figures(compared: Sequence[Compared]) -> dict[str, dict[str, dict[str, float | int]]]:
    """By pair (``zh~en``) and kind (and ``all``): lists, mean overlap, mean change of rank, how many lists put theirs
    lower and higher in the second rendition, and the two-sided p of a sign test on these two numbers.
    """
    return {
        "~".join(pair): {
            kind: _summary([one for one in compared if one.pair == pair and kind in ("all", one.kind)])
            for kind in ("all", *KINDS)
        }
        for pair in PAIRS
    }


def _summary(some: Sequence[Compared]) -> dict[str, float | int]:
    changes = [one.change for one in some if one.change is not None]
    lower, higher = sum(c > 0 for c in changes), sum(c < 0 for c in changes)
    return {
        "lists": len(some),
        "overlap": round(math.fsum(one.overlap for one in some) / max(len(some), 1), 4),
        "rank_change": round(math.fsum(changes) / max(len(changes), 1), 4),
        "lower": lower,
        "higher": higher,
        "p": round(float(binomtest(lower, lower + higher).pvalue), 6) if lower + higher else 1.0,
    }


def compared_answers(
    pair: tuple[str, str], ours: Sequence[Answers], theirs: Sequence[Answers], k: int = MEASURED
) -> Iterator[Compared]:
    """Compare the answers of two renditions, list by list."""
    for first, second in zip(ours, theirs, strict=True):
        if first.names or second.names:
            ranks = [(first.ranks[name], second.ranks[name]) for name in first.ranks.keys() & second.ranks.keys()]
            changes = [b - a for a, b in ranks if min(a, b) <= k]
            change = sum(changes) / len(changes) if changes else None
            yield Compared(pair, first.kind, parity_at_k(first.names, second.names, k), change)


class Directory:
    """The companies that a recommender holds, as they are, and their scores for each other."""

    def __init__(self, recommender: MatchRecommender) -> None:
        self.recommender = recommender
        self.pairing = recommender.counterparts.pairing
        self.block = Block(recommender.profiles(), recommender.bridge_, recommender.weights)
        self.keys = [p.key for p in self.block.profiles]
        self.table: Scores = np.array([row for _, row in self.pairing.everybody(self.block)])


class Asked:
    """All answers to some rewritten companies, scored at once, as :class:`MatchRecommender` would give them."""

    def __init__(self, directory: Directory, profiles: Sequence[Profile], k: int) -> None:
        recommender, pairing, theirs = directory.recommender, directory.pairing, directory.block
        ours = Block(profiles, recommender.bridge_, recommender.weights)
        self._k, self._floor = k, recommender.floor
        self._diversity, self._mean = recommender.diversity, recommender.mean
        self._directory, self._theirs, self._ours, self._keys = directory, theirs, ours, directory.keys
        every = np.arange(len(ours.asks))
        self._met: Scores = ask_scores(ours, every, theirs, recommender.bridge_, recommender.sectors_)
        self._met_by = pairing.directed(theirs, theirs.public_asks(), ours)
        self._open = pair_mask(profiles, theirs.profiles, cross_border=True)
        self._suited = self._as_candidates(pairing)

    def answers(self, row: int) -> list[Answers]:
        """Of one company: its own list, that of each of its needs, and the seekers that it suits."""
        whole = KINDS[1] if self._ours.profiles[row].public_needs() else KINDS[0]
        asks = self._ours.asks_of(row, private=True)
        needs = [ask for ask in asks if self._ours.asks[ask].need is not None]
        return [
            self._list(row, asks, whole),
            *(self._list(row, np.array([ask]), "need") for ask in needs),
            self._seekers(row),
        ]

    def _list(self, row: int, asks: NDArray[np.intp], kind: str) -> Answers:
        forward = best_per_firm(self._met[asks], asks, self._ours.ask_firm[asks])
        total = self._both(forward, row)
        total[~self._open[row] | ((forward.scores[0] <= 0) & (kind == "need"))] = 0
        pool = best_k(total, POOL * self._k, self._floor)
        strength = 0.0 if kind == "need" else self._diversity
        chosen = varied([(self._theirs, firm) for firm in pool.tolist()], total[pool].tolist(), self._k, strength)
        names = [self._keys[pool[i]] for i in chosen]
        return Answers(kind, names, {name: rank for rank, name in enumerate(names, 1)})

    def _both(self, forward: Directed, row: int) -> Scores:
        stated = self._ours.ask_stated[forward.asks[0]], self._theirs.ask_stated[self._met_by.asks[:, row]]
        return np.asarray(reciprocal(self._mean, forward.scores[0], self._met_by.scores[:, row], *stated))

    def _as_candidates(self, pairing: Pairing) -> Scores:
        """Scores of the rewritten companies in the lists of the seekers, (seekers, companies); 0 where gated."""
        ours, theirs = self._ours, self._theirs
        forward = pairing.directed(theirs, theirs.own_asks(), ours)
        reverse = pairing.directed(ours, ours.public_asks(), theirs)
        stated = theirs.ask_stated[forward.asks], ours.ask_stated[reverse.asks].T
        total = reciprocal(self._mean, forward.scores, reverse.scores.T, *stated)
        total[~pair_mask(theirs.profiles, ours.profiles, cross_border=True)] = 0
        return np.asarray(total)

    def _seekers(self, row: int) -> Answers:
        suited = self._suited[:, row]
        itself = self._theirs.index[self._ours.profiles[row].key]
        others = np.delete(self._directory.table, itself, axis=1)
        places = 1 + (others > suited[:, None]).sum(axis=1)
        names = [self._keys[i] for i in best_k(suited, self._k, self._floor)]
        ranks = {self._keys[i]: int(places[i]) for i in np.flatnonzero(suited > self._floor)}
        return Answers("candidate", names, ranks)
