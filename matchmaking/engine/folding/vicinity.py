"""Who is near a profile among all others, and near whom it is: two products with all short vectors.

Made by the night from what is public, saved as mapped arrays, and kept right while profiles change: changed ones stand
beside the mapped rows, which nobody writes to.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..features import Block
from ..profiles import Profile
from ..reciprocity import arithmetic, forward_share
from ..weights import PRESENT, Weights
from ..word_tables import Texts
from .fold import Folding
from .quick import QuickTexts
from .shorts import Shorts
from .svd import Floats

Near = list[tuple[str, float]]
_NOBODY = np.float32(-np.inf)


@dataclass(frozen=True)
class Around:
    """Best first, with scores: whom a profile may want, and whose pools it belongs in by what it shows."""

    near: Near
    reached: Near


class Vicinity:
    """Short vectors of a directory. ``floors``: key → the least score that still enters the pool of a profile.

    The vectors are of public asks only. Raises ValueError for arrays that do not fit together.
    """

    def __init__(self, folding: Folding, texts: QuickTexts, arrays: Mapping[str, NDArray[Any]]) -> None:
        self.folding, self.texts = folding, texts
        self._gives, self._needs, self._firms = arrays["gives"], arrays["needs"], arrays["ask_firm"]
        self._floors = np.array(arrays["floors"])
        self._shown = np.array(arrays["shown"])
        self._stated = arrays["stated"]
        self.keys = list(Texts(arrays["keys_text"], arrays["keys_offsets"]))
        countries = Texts(arrays["countries_text"], arrays["countries_offsets"])
        columns = countries, self._gives, self._floors, self._shown, self._stated
        if any(len(column) != len(self.keys) for column in columns):
            raise ValueError("the vectors are not those of the keys")
        self._spans = _spans(list(countries))
        self._index = {key: row for row, key in enumerate(self.keys)}
        self._starts = np.searchsorted(self._firms, np.arange(len(self.keys)))
        self._changed: dict[str, Shorts] = {}
        self._new_floors: dict[str, float] = {}

    def put(self, profile: Profile, weights: Weights = PRESENT) -> None:
        """Add or replace what one profile shows; hand over no private needs."""
        self._changed[profile.key] = self.folded(profile, weights)
        if profile.key in self._index:
            row = self._index[profile.key]
            self._shown[row] = False
            self._new_floors.setdefault(profile.key, float(self._floors[row]))

    def drop(self, key: str) -> None:
        """Forget one profile, if it is known."""
        self._changed.pop(key, None)
        if key in self._index:
            self._shown[self._index[key]] = False

    def floor(self, key: str, score: float) -> None:
        """A pool has changed: only better scores enter it from now on."""
        self._new_floors[key] = score
        if key in self._index:
            self._floors[self._index[key]] = score

    def around(self, profile: Profile, places: int, weights: Weights = PRESENT) -> Around:
        """The ``places`` nearest of a profile, and all whose pools it enters, as others may see it."""
        return self.around_short(self.folded(profile, weights), places)

    def near(self, profile: Profile, places: int, weights: Weights = PRESENT) -> Near:
        """The ``places`` nearest of a profile, which may hold private needs: nothing of them is kept."""
        return self.around_short(self.folded(profile, weights), places).near

    def folded(self, profile: Profile, weights: Weights = PRESENT) -> Shorts:
        """The short vectors of one profile."""
        return Shorts.of(Block([profile], self.texts, weights), self.folding)

    def around_short(self, one: Shorts, places: int) -> Around:
        """``around`` for a profile that is folded already."""
        key, gates = one.keys[0], one.gates[0]
        near, reach = self._scores(one)
        rows = np.flatnonzero(reach > self._floors) if gates.shown else np.zeros(0, np.intp)
        found = [(self.keys[row], float(near[row])) for row in _best(near, places).tolist()]
        reached = [(self.keys[row], float(reach[row])) for row in rows.tolist() if self.keys[row] != key]
        for other in self._changed.values():
            if other.keys[0] == key or other.gates[0].country == gates.country:
                continue
            theirs, ours = other.needs[other.public] @ one.gives[0], one.needs @ other.gives[0]
            says = _states(other, other.public)
            if other.gates[0].shown:
                score = _mixed(ours[one.own].max(), theirs.max(), _states(one, one.own), says)
                found.append((other.keys[0], float(score)))
            back = float(_mixed(theirs.max(), ours[one.public].max(), says, _states(one, one.public)))
            if gates.shown and back > self._new_floors.get(other.keys[0], 0.0):
                reached.append((other.keys[0], back))
        best = sorted(((k, s) for k, s in found if k != key), key=_order)[:places]
        return Around(best, sorted(reached, key=_order))

    def _scores(self, one: Shorts) -> tuple[Floats, Floats]:
        """What all others are to a firm, and it to them, float32 (firms) both; nothing to those of its own country."""
        near, reach = np.full((2, len(self.keys)), _NOBODY, np.float32)
        start, stop = self._spans.get(one.gates[0].country, (0, 0))
        for firms in (slice(start), slice(stop, None)):
            starts = self._starts[firms]
            if not len(starts):
                continue
            end = None if firms.stop is None else self._starts[start]
            given, shown = self._gives[firms] @ one.needs.T, self._needs[starts[0] : end] @ one.gives[0]
            asked, stated = np.maximum.reduceat(shown, starts - starts[0]), self._stated[firms]
            near[firms] = _mixed(given[:, one.own].max(axis=1), asked, _states(one, one.own), stated)
            reach[firms] = _mixed(asked, given[:, one.public].max(axis=1), stated, _states(one, one.public))
        near[~self._shown], reach[~self._shown] = _NOBODY, _NOBODY
        return near, reach


def _spans(countries: Sequence[str]) -> dict[str, tuple[int, int]]:
    """Where the firms of each country stand. Raises ValueError where those of one do not stand together."""
    spans: dict[str, tuple[int, int]] = {}
    for country, rows in groupby(range(len(countries)), countries.__getitem__):
        if country in spans:
            raise ValueError(f"the firms of {country} do not stand together")
        first, *others = rows
        spans[country] = first, first + len(others) + 1
    return spans


def vicinity_arrays(shorts: Shorts, floors: Floats) -> dict[str, NDArray[Any]]:
    """What a ``Vicinity`` is made of, of shorts in which no ask is private; ``floors`` float32 (firms).

    Sorted by country, so that those who are no partners need not be multiplied.
    """
    order = np.argsort(np.array([one.country for one in shorts.gates], dtype=str), kind="stable")
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    asks = np.flatnonzero(shorts.public)
    asks = asks[np.argsort(place[shorts.ask_firm[asks]], kind="stable")]
    stated = np.bincount(shorts.ask_firm[asks], shorts.stated[asks], minlength=len(shorts)) > 0
    gates = [shorts.gates[row] for row in order.tolist()]
    keys, countries = Texts.of([shorts.keys[row] for row in order.tolist()]), Texts.of([one.country for one in gates])
    return {
        "gives": shorts.gives[order],
        "needs": shorts.needs[asks],
        "ask_firm": place[shorts.ask_firm[asks]],
        "floors": floors[order],
        "shown": np.array([one.shown for one in gates], bool),
        "stated": stated[order],
        **{f"keys_{name}": array for name, array in keys.arrays().items()},
        **{f"countries_{name}": array for name, array in countries.arrays().items()},
    }


def _mixed(forward: Any, reverse: Any, seeker: Any, candidate: Any) -> Any:
    """Scores of pairs; ``seeker`` and ``candidate`` say whether each side states a wish."""
    return arithmetic(forward, reverse, forward_share(seeker, candidate))


def _states(one: Shorts, asks: NDArray[np.bool_]) -> bool:
    """Whether a firm says itself what it asks for: it states all of its asks, or none."""
    return bool(one.stated[asks].any())


def _best(scores: Floats, places: int) -> NDArray[np.intp]:
    """Rows of the highest scores, in no order."""
    rows = np.flatnonzero(scores > _NOBODY)
    if len(rows) > places:
        rows = rows[np.argpartition(-scores[rows], places)[:places]]
    return rows


def _order(one: tuple[str, float]) -> tuple[float, str]:
    return -one[1], one[0]
