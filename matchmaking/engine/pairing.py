"""Scores of pairs in both directions: one firm against many, many against one, and all against all."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .bridge import TextBridge
from .eligibility import pair_mask
from .features import Block
from .reciprocity import reciprocal
from .scoring import Directed, ask_scores, best_per_firm
from .sectors import SectorMap

ROWS_AT_ONCE = 256
# So many pools are scored together: more of them share less, fewer pay more for taking rows out of sparse matrices.
SEEKERS_AT_ONCE = 32


class Found(NamedTuple):
    """A pair above the floor: rows of both firms, the seeker's query and the candidate's public one."""

    score: float
    asking: Block
    seeker: int
    ask: int
    giving: Block
    candidate: int
    back: int

    @property
    def order(self) -> tuple[float, str, str]:
        """Best first; ties by the keys of the firms."""
        return -self.score, self.giving.profiles[self.candidate].key, self.asking.profiles[self.seeker].key


@dataclass(frozen=True)
class Pairing:
    """How pairs are scored: what was learned, the mean of both directions, and the least score that counts."""

    bridge: TextBridge
    sectors: SectorMap
    mean: str
    floor: float

    def directed(
        self, asking: Block, rows: NDArray[np.intp], giving: Block, firms: NDArray[np.intp] | None = None
    ) -> Directed:
        """Best score of the queries ``rows`` of each firm against firms of ``giving``."""
        scores = ask_scores(asking, rows, giving, self.bridge, self.sectors, firms)
        return best_per_firm(scores, rows, asking.ask_firm[rows])

    def from_seeker(
        self,
        block: Block,
        firm: int,
        rows: NDArray[np.intp],
        other: Block,
        alive: NDArray[np.bool_],
        *,
        among: NDArray[np.intp] | None = None,
        met: bool = False,
        cross_border: bool = True,
    ) -> Iterator[Found]:
        """One seeker's pairs with the firms of ``other``, or only with those ``among`` them (ascending).

        ``met``: only those that meet its wish at all.
        """
        firms = np.arange(len(other)) if among is None else among
        if not len(firms):
            return
        public, candidates = other.public_asks(), other.profiles
        if among is not None:
            public = public[np.isin(other.ask_firm[public], among)]
            candidates = [other.profiles[candidate] for candidate in among]
        forward = self.directed(block, rows, other, among)
        reverse = self.directed(other, public, block, np.array([firm]))
        mask = alive[firms] & pair_mask([block.profiles[firm]], candidates, cross_border=cross_border)[0]
        if met:
            mask &= forward.scores[0] > 0
        stated = block.ask_stated[forward.asks[0]], other.ask_stated[reverse.asks[:, 0]]
        total = reciprocal(self.mean, forward.scores[0], reverse.scores[:, 0], *stated)
        for place in np.flatnonzero(mask & (total > self.floor)).tolist():
            asks = int(forward.asks[0, place]), int(reverse.asks[place, 0])
            yield Found(float(total[place]), block, firm, asks[0], other, int(firms[place]), asks[1])

    def to_candidate(
        self, block: Block, firm: int, other: Block, alive: NDArray[np.bool_], *, cross_border: bool = True
    ) -> Iterator[Found]:
        """One candidate's pairs with the seekers of ``other``."""
        forward = self.directed(other, other.own_asks(), block, np.array([firm]))
        reverse = self.directed(block, block.asks_of(firm, private=False), other)
        mask = alive & pair_mask(other.profiles, [block.profiles[firm]], cross_border=cross_border)[:, 0]
        stated = other.ask_stated[forward.asks[:, 0]], block.ask_stated[reverse.asks[0]]
        total = reciprocal(self.mean, forward.scores[:, 0], reverse.scores[0], *stated)
        for seeker in np.flatnonzero(mask & (total > self.floor)).tolist():
            asks = int(forward.asks[seeker, 0]), int(reverse.asks[0, seeker])
            yield Found(float(total[seeker]), other, seeker, asks[0], block, firm, asks[1])

    def everybody(self, block: Block, *, cross_border: bool = True) -> Iterator[tuple[int, NDArray[np.float32]]]:
        """Scores of each firm's pairs with all firms of its block, gated pairs 0: (firm, scores).

        Memory: one float32 and one bool matrix of (firms, firms), plus blocks of 256 rows.
        """
        public = list(self._sweep(block, block.public_asks()))
        reverse = np.concatenate([directed.scores for _, directed in public])
        back_stated = np.concatenate([block.ask_stated[directed.asks] for _, directed in public])
        del public
        for start, directed in self._sweep(block, block.own_asks()):
            stop = start + len(directed.scores)
            stated = block.ask_stated[directed.asks], back_stated[:, start:stop].T
            total = reciprocal(self.mean, directed.scores, reverse[:, start:stop].T, *stated)
            total[~pair_mask(block.profiles[start:stop], block.profiles, cross_border=cross_border)] = 0
            yield from zip(range(start, stop), total, strict=True)

    def pooled(
        self, block: Block, pools: Mapping[int, NDArray[np.intp]], *, cross_border: bool = True
    ) -> Iterator[tuple[int, NDArray[np.intp], NDArray[np.float32]]]:
        """Scores of firms' pairs with the firms of their pools alone, as in ``everybody``: (firm, pool, scores).

        Pools are ascending. Seekers of like sectors come together, since their pools overlap.
        """
        own, public = block.own_asks(), block.public_asks()
        alike = sorted(pools, key=lambda seeker: (sorted(block.profiles[seeker].sectors), seeker))
        for start in range(0, len(alike), SEEKERS_AT_ONCE):
            seekers = np.sort(alike[start : start + SEEKERS_AT_ONCE])
            firms = np.unique(np.concatenate([pools[seeker] for seeker in seekers]))
            total = self._between(block, seekers, own, firms, public, cross_border=cross_border)
            for seeker, row in zip(seekers.tolist(), total, strict=True):
                yield seeker, pools[seeker], row[np.searchsorted(firms, pools[seeker])]

    def _between(
        self,
        block: Block,
        seekers: NDArray[np.intp],
        own: NDArray[np.intp],
        firms: NDArray[np.intp],
        public: NDArray[np.intp],
        *,
        cross_border: bool,
    ) -> NDArray[np.float32]:
        """Scores of some seekers × some firms of one block, both ascending; ``own`` and ``public`` are all asks."""
        if not len(firms):
            return np.zeros((len(seekers), 0), np.float32)
        forward = self.directed(block, own[np.isin(block.ask_firm[own], seekers)], block, firms)
        reverse = self.directed(block, public[np.isin(block.ask_firm[public], firms)], block, seekers)
        stated = block.ask_stated[forward.asks], block.ask_stated[reverse.asks].T
        total = np.asarray(reciprocal(self.mean, forward.scores, reverse.scores.T, *stated), np.float32)
        profiles = [[block.profiles[firm] for firm in side] for side in (seekers, firms)]
        total[~pair_mask(*profiles, cross_border=cross_border)] = 0
        return total

    def paired(self, block: Block, seeker: int, candidates: Sequence[int]) -> list[Found]:
        """One seeker's pairs with candidates of its block, in their order, for whoever explains them; not scored."""
        if not candidates:
            return []
        chosen = np.sort(np.array(candidates))
        asks = self._best_asks(block, block.asks_of(seeker, private=True), block, chosen)
        ask_for = dict(zip(chosen.tolist(), asks.tolist(), strict=True))
        seekers = np.array([seeker])
        backs = [self._best_asks(block, block.asks_of(c, private=False), block, seekers)[0] for c in candidates]
        return [
            Found(0.0, block, seeker, ask_for[c], block, c, int(back))
            for c, back in zip(candidates, backs, strict=True)
        ]

    def _best_asks(
        self, block: Block, rows: NDArray[np.intp], giving: Block, firms: NDArray[np.intp]
    ) -> NDArray[np.intp]:
        """For each of ``firms`` of ``giving``, the query among ``rows`` of one firm that it answers best."""
        if len(rows) == 1:
            return np.repeat(rows, len(firms))
        return self.directed(block, rows, giving, firms).asks[0]

    def _sweep(self, block: Block, rows: NDArray[np.intp]) -> Iterator[tuple[int, Directed]]:
        """Best scores of firms against all firms, some 256 firms at a time: (first firm, scores)."""
        for start, stop in pairwise([*range(0, len(block), ROWS_AT_ONCE), len(block)]):
            some = rows[(block.ask_firm[rows] >= start) & (block.ask_firm[rows] < stop)]
            yield start, self.directed(block, some, block)
