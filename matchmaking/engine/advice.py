"""Which empty field of a profile would help most: the one that changes the lists of similar firms most.

For a firm that leaves a field open, firms that are like it and have the field filled are its *peers*. Each peer is
asked twice, as it is and with the field emptied; the share of its first ten counterparts that differ is what the field
does for it. The mean over the peers is what filling the field may do for the firm.
"""

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from .profiles import Profile, Text
from .recommender import MatchRecommender

# Fields that a firm can leave open, with the profile that has them emptied.
EMPTIED: Mapping[str, Callable[[Profile], Profile]] = {
    "need": lambda profile: replace(profile, needs=()),
    "offer": lambda profile: replace(profile, offers=()),
    "sector": lambda profile: replace(profile, sectors=frozenset()),
    "text": lambda profile: replace(profile, summary=Text()),
    "language": lambda profile: replace(profile, languages=frozenset()),
}
FIRST = 10
PEERS = 6
FEWEST_PEERS = 3
# So many of the most similar firms are looked at for peers, and a large directory is represented by so many firms: what
# a field does for a list is seen in a sample as well, at a bounded price.
LOOKED_AT = 30
SAMPLE = 1000


@dataclass(frozen=True, slots=True)
class Advice:
    """An open field, the share (0 to 1) of the first ten that it changes for ``peers`` similar firms on average."""

    field: str
    change: float
    peers: int


def open_fields(profile: Profile) -> list[str]:
    """The fields that a profile leaves empty."""
    return [name for name, emptied in EMPTIED.items() if emptied(profile) == profile]


class Advisor:
    """Advice from the firms that a recommender holds now; what was measured for a peer is kept for the next firm."""

    def __init__(self, engine: MatchRecommender, profiles: Sequence[Profile]) -> None:
        step = -(-len(profiles) // SAMPLE) or 1
        public = (replace(profile, needs=profile.public_needs()) for profile in profiles[::step])
        self._profiles = {profile.key: profile for profile in public}
        self._engine = copy.copy(engine).populate(self._profiles.values())
        self._lists: dict[tuple[str, str], list[str]] = {}

    def advise(self, profile: Profile) -> list[Advice]:
        """Advice for every open field that enough peers have filled, the most helpful first; ties by name.

        Reads of the firm only what others may know of it: its private needs count as filled and are not looked into.
        """
        wanting = open_fields(profile)
        if not wanting:
            return []
        like = [self._profiles[one.candidate] for one in self._engine.similar(profile, k=LOOKED_AT)]
        found = []
        for name in wanting:
            peers = [peer for peer in like if peer.visible and EMPTIED[name](peer) != peer][:PEERS]
            if len(peers) >= FEWEST_PEERS:
                changes = [self._change(peer, name) for peer in peers]
                found.append(Advice(name, sum(changes) / len(changes), len(peers)))
        return sorted((one for one in found if one.change > 0), key=lambda one: (-one.change, one.field))

    def _change(self, peer: Profile, name: str) -> float:
        """Share of a peer's first counterparts that it would not have, or have lost, without the field."""
        filled, emptied = self._first(peer, ""), self._first(peer, name)
        return 1 - len(set(filled) & set(emptied)) / max(len(filled), len(emptied), 1)

    def _first(self, peer: Profile, name: str) -> list[str]:
        if (peer.key, name) not in self._lists:
            asked = EMPTIED[name](peer) if name else peer
            self._lists[peer.key, name] = self._engine.first(asked, FIRST)
        return self._lists[peer.key, name]
