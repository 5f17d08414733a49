"""The profiles a recommender holds: a large block that stays, and a small one of what changed since."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from .bridge import TextBridge
from .features import Block
from .profiles import Profile
from .weights import PRESENT, Weights


class Holding:
    """Profiles by key. Raises ValueError for a key given twice."""

    def __init__(self, profiles: Sequence[Profile], bridge: TextBridge, weights: Weights = PRESENT) -> None:
        if len({p.key for p in profiles}) != len(profiles):
            raise ValueError("profiles: every key must be given once")
        self._bridge, self._weights = bridge, weights
        self._gone: set[str] = set()
        self._hold(profiles)

    def _hold(self, profiles: Sequence[Profile]) -> None:
        # Ties go to the lower rows, so rows must not depend on the order in which profiles came or were changed.
        profiles = sorted(profiles, key=lambda profile: profile.key)
        self._blocks = [Block(profiles, self._bridge, self._weights), Block([], self._bridge, self._weights)]
        self._gone.clear()

    def blocks(self) -> list[Block]:
        """The blocks that hold anything, gone profiles included; see :meth:`alive`."""
        return [block for block in self._blocks if len(block)]

    def alive(self, block: Block) -> NDArray[np.bool_]:
        """Which firms of a block count, bool (firms)."""
        alive = np.ones(len(block), dtype=bool)
        if block is self._blocks[0]:
            alive[[block.index[key] for key in self._gone if key in block.index]] = False
        return alive

    def block_of(self, profile: Profile) -> Block:
        """A block of one profile, taken apart now; it is not held."""
        return Block([profile], self._bridge, self._weights)

    def find(self, key: str) -> tuple[Block, int]:
        """Block and row of a profile. Raises KeyError."""
        if key in self._blocks[1].index:
            return self._blocks[1], self._blocks[1].index[key]
        if key in self._gone or key not in self._blocks[0].index:
            raise KeyError(key)
        return self._blocks[0], self._blocks[0].index[key]

    def profile(self, key: str) -> Profile:
        """The profile of that key. Raises KeyError."""
        block, firm = self.find(key)
        return block.profiles[firm]

    def holds(self, profile: Profile, need: str | None) -> bool:
        """Whether a list for ``profile`` (for one of its needs, if given) can be had from what is held under its key.

        That spares taking its texts apart once more: a company asks for itself and for each of its public needs.
        """
        try:
            held = self.profile(profile.key)
        except KeyError:
            return False
        if need is None:
            return profile == held
        asked = [one for one in profile.needs if one.key == need]
        return bool(asked) and asked[0] in held.needs and replace(profile, needs=held.needs) == held

    def profiles(self) -> list[Profile]:
        """All profiles that count."""
        return [block.profiles[firm] for block, firm in self._alive_rows()]

    def update(self, profile: Profile) -> None:
        """Add or replace one profile; where it cannot be read, the one before stays."""
        changed = {p.key: p for p in self._blocks[1].profiles} | {profile.key: profile}
        self._blocks[1] = Block(list(changed.values()), self._bridge, self._weights)
        if profile.key in self._blocks[0].index:
            self._gone.add(profile.key)

    def remove(self, key: str) -> None:
        """Forget one profile. Raises KeyError if it is not held."""
        self.find(key)
        if key in self._blocks[1].index:
            rest = [p for p in self._blocks[1].profiles if p.key != key]
            self._blocks[1] = Block(rest, self._bridge, self._weights)
        self._gone.add(key)

    def consolidated(self) -> Block:
        """All profiles that count in one block, which is held from now on."""
        if self._gone or len(self._blocks[1]):
            self._hold(self.profiles())
        return self._blocks[0]

    def _alive_rows(self) -> Iterator[tuple[Block, int]]:
        for block in self._blocks:
            yield from ((block, int(firm)) for firm in np.flatnonzero(self.alive(block)))
