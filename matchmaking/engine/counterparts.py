"""Who suits whom among the profiles that are held: pairs with their scores, before a list is made of them."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from .dense.backends import THREADS, Backend
from .eligibility import pair_mask
from .features import Block
from .folding.fold import Folding
from .folding.pools import pools
from .holding import Holding
from .pairing import Found, Pairing
from .profiles import Need, Profile
from .ranking import best_k
from .scoring import ask_scores

# From so many profiles on, lists are made in two stages. There both ways take about as long; above, scoring every pair
# grows with the square of the profiles, in time and in memory (17 bytes a pair: 270 MB here, 1.7 GB at 10,000).
POOLED_FROM = 4000
# So many times the places of a list are scored fully then.
NEAREST = 10

Firms = NDArray[np.intp]
# Of one company the scores of those that may stand in its list: (company, others, scores), all rows of one block.
Scored = tuple[int, Firms, NDArray[np.float32]]


class Counterparts:
    """Pairs among the profiles of a holding. All answers are best first, and above the floor of the pairing."""

    def __init__(self, holding: Holding, pairing: Pairing) -> None:
        self.holding, self.pairing = holding, pairing
        self._nearest: dict[int, Firms] | None = None

    def update(self, profile: Profile) -> None:
        """Add or replace one profile."""
        self.holding.update(profile)
        self._nearest = None

    def remove(self, key: str) -> None:
        """Forget one profile. Raises KeyError if it is not held."""
        self.holding.remove(key)
        self._nearest = None

    def locate(self, seeker: str | Profile, need: str | Need | None = None) -> tuple[Block, int]:
        """Block and row of a seeker: as it is held, or taken apart now. Raises KeyError for an unknown key."""
        if isinstance(seeker, str) and not isinstance(need, Need):
            return self.holding.find(seeker)
        profile = seeker if isinstance(seeker, Profile) else self.holding.profile(seeker)
        if isinstance(need, Need):
            profile = replace(profile, needs=(need,))
        if self.holding.holds(profile, need.key if isinstance(need, Need) else need):
            return self.holding.find(profile.key)
        return self.holding.block_of(profile), 0

    def of_seeker(self, block: Block, firm: int, need: str | None = None, *, cross_border: bool = True) -> list[Found]:
        """Whom a seeker suits, or whom one of its needs. Raises KeyError for a need that it does not state."""
        rows = _own_rows(block, firm, need)
        blocks = self.holding.blocks()
        drawn = self._nearest if need is None and cross_border and block in blocks else None
        among = None if drawn is None else drawn[firm]
        met = need is not None
        return _in_order(
            pair
            for other in blocks
            for pair in self.pairing.from_seeker(
                block, firm, rows, other, self.holding.alive(other), among=among, met=met, cross_border=cross_border
            )
        )

    def of_candidate(self, key: str, *, cross_border: bool = True) -> list[Found]:
        """The seekers that a held profile suits. Raises KeyError for an unknown one."""
        block, firm = self.holding.find(key)
        return _in_order(
            pair
            for other in self.holding.blocks()
            for pair in self.pairing.to_candidate(
                block, firm, other, self.holding.alive(other), cross_border=cross_border
            )
        )

    def peers(self, like: str | Profile, k: int) -> list[Found]:
        """The k that do what this one does, on either side of the border; scored by its text and sector alone."""
        profile = like if isinstance(like, Profile) else self.holding.profile(like)
        peer = self.holding.block_of(replace(profile, needs=()))
        bridge, sectors, floor = self.pairing.bridge, self.pairing.sectors, self.pairing.floor
        found: list[Found] = []
        for other in self.holding.blocks():
            scores = ask_scores(peer, np.array([0]), other, bridge, sectors)[0]
            mask = pair_mask([profile], other.profiles, cross_border=False)[0] & self.holding.alive(other)
            best = best_k(np.where(mask, scores, np.float32(0)), k, floor)
            found += [Found(float(scores[c]), peer, 0, 0, other, c, 0) for c in best.tolist()]
        return _in_order(found)[:k]

    def everybody(
        self, block: Block, k: int, *, cross_border: bool = True, backend: Backend = THREADS
    ) -> Iterator[Scored]:
        """The scores of all companies of a block, for lists of k.

        Below ``POOLED_FROM`` companies those of every pair; from there on, for each, of those that short vectors find
        nearest (see ``folding.pools``), by the workers of ``backend``.
        """
        if len(block) < POOLED_FROM:
            everyone = np.arange(len(block))
            for seeker, scores in self.pairing.everybody(block, cross_border=cross_border):
                yield seeker, everyone, scores
            return
        nearest = self._pools(block, k, backend, cross_border=cross_border)
        yield from self.pairing.pooled(block, nearest, cross_border=cross_border)

    def draw_pools(self, k: int, backend: Backend = THREADS) -> None:
        """Until the next change, look only at whom short vectors find nearest; not below ``POOLED_FROM`` profiles."""
        block = self.holding.consolidated()
        if len(block) >= POOLED_FROM:
            self._nearest = self._pools(block, k, backend, cross_border=True)

    def _pools(self, block: Block, k: int, backend: Backend, *, cross_border: bool) -> dict[int, Firms]:
        folding = Folding(self.pairing.bridge, self.pairing.sectors).fit(block)
        return dict(pools(block, folding, NEAREST * k, cross_border=cross_border, backend=backend))


def _own_rows(block: Block, firm: int, need: str | None) -> Firms:
    rows = block.asks_of(firm, private=True)
    if need is None:
        return rows
    chosen = [r for r in rows if (n := block.asks[r].need) is not None and n.key == need]
    if not chosen:
        raise KeyError(need)
    return np.array(chosen[:1])


def _in_order(pairs: Iterable[Found]) -> list[Found]:
    return sorted(pairs, key=lambda pair: pair.order)
