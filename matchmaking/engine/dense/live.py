"""Lists that stay right while profiles change, one at a time: one product with the other side serves both sides.

A changed profile is compared with all of the other side once. Its own list is the best of these scores; the lists of
others that named it, or whose bound it now exceeds, are put in order again. Lists are kept longer than they are shown,
so that a place lost is seldom a place missing; one that runs short asks for all scores of its own profile again.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from .bounds import ROUNDING
from .lists import Lists
from .matching import Matched
from .means import DenseMean
from .sides import Side, Vectors, check_pair

Which = Literal["left", "right"]
_OTHER: dict[Which, Which] = {"left": "right", "right": "left"}
_NOBODY = np.float32(-np.inf)


@dataclass
class _Half:
    """One side: its factor of the scores, who is there, its lists, and who is shut out of them."""

    factor: Vectors
    present: NDArray[np.bool_]
    lists: Lists
    shut: dict[int, set[int]]


class LiveLists:
    """Lists of both sides, of which the first ``k`` places are exact (up to 1e-5 in a score) after every change.

    ``matched``: the lists of a full match of the same sides with the same mean, floor and shut pairs, of more than k
    places (64 for 20); they are taken over and change. Raises ValueError for lists that do not fit, and for a floor
    under which a broken pair could win.
    """

    def __init__(
        self,
        left: Side,
        right: Side,
        matched: Matched,
        k: int = 20,
        *,
        mean: str = "sum",
        floor: float | None = None,
        shut: Iterable[tuple[int, int]] = (),
    ) -> None:
        check_pair(left, right)
        if (len(matched.left), len(matched.right)) != (len(left), len(right)) or matched.left.k <= k:
            raise ValueError(f"matched: lists of these sides with more than {k} places are needed")
        self.k = k
        self._mean = DenseMean(mean, left.forward_columns)
        self._floor = self._mean.floor(floor, gated=bool(left.wants.shape[1]))
        self._halves: dict[Which, _Half] = {
            "left": _Half(left.seeking(), np.ones(len(left), bool), matched.left, {}),
            "right": _Half(right.offering(), np.ones(len(right), bool), matched.right, {}),
        }
        for one, other in shut:
            self._half("left", one)
            self._shut("left", one, self._checked("right", {other}))

    def of(self, which: Which, row: int) -> list[tuple[int, float]]:
        """The k best counterparts of a profile: (counterpart, score), best first."""
        return self._halves[which].lists.of(row)[: self.k]

    def change(self, which: Which, row: int, profile: Side, shut: Iterable[int] = ()) -> NDArray[np.intp]:
        """A profile is now ``profile``, a side of one, and must not meet ``shut``; returns whose lists were touched.

        A removed one is there again. Raises IndexError for a row that is not there, ValueError for another shape.
        """
        own = self._half(which, row)
        factor = profile.seeking() if which == "left" else profile.offering()
        if factor.shape != (1, own.factor.shape[1]):
            raise ValueError(f"profile: a factor of {factor.shape}, not of (1, {own.factor.shape[1]})")
        closed = self._checked(_OTHER[which], shut)
        own.factor[row], own.present[row] = factor[0], True
        for other in own.shut.pop(row, set()):
            self._halves[_OTHER[which]].shut[other].discard(row)
        self._shut(which, row, closed)
        return self._rescored(which, row)

    def remove(self, which: Which, row: int) -> NDArray[np.intp]:
        """A profile is gone: its list is empty and it is in no other; returns whose lists were touched."""
        own = self._half(which, row)
        own.present[row] = False
        return self._rescored(which, row)

    def _half(self, which: Which, row: int) -> _Half:
        half = self._halves[which]
        if not 0 <= row < len(half.factor):
            raise IndexError(f"{which}: no profile {row} among {len(half.factor)}")
        return half

    def _checked(self, which: Which, rows: Iterable[int]) -> set[int]:
        found = set(rows)
        if any(not 0 <= row < len(self._halves[which].factor) for row in found):
            raise ValueError("shut: names a profile that is not there")
        return found

    def _shut(self, which: Which, row: int, others: set[int]) -> None:
        there = self._halves[_OTHER[which]]
        self._halves[which].shut.setdefault(row, set()).update(others)
        for other in others:
            there.shut.setdefault(other, set()).add(row)

    def _scores(self, which: Which, row: int) -> NDArray[np.float32]:
        """Scores of a profile with all of the other side; -inf where they must not meet or one is gone."""
        own, there = self._halves[which], self._halves[_OTHER[which]]
        if not own.present[row]:
            return np.full(len(there.factor), _NOBODY)
        out = np.empty((1, len(there.factor)), np.float32)
        scores = self._mean.scores(own.factor[row : row + 1], there.factor, out, np.empty_like(out))[0]
        scores[~there.present] = _NOBODY
        scores[list(own.shut.get(row, ()))] = _NOBODY
        scores[scores <= self._floor] = _NOBODY
        return scores

    def _rescored(self, which: Which, row: int) -> NDArray[np.intp]:
        scores = self._scores(which, row)
        self._fill(which, row, scores)
        return self._tell(_OTHER[which], row, scores)

    def _fill(self, which: Which, row: int, scores: NDArray[np.float32]) -> None:
        """A list anew, from all scores of its profile."""
        lists = self._halves[which].lists
        best = np.flatnonzero(scores > _NOBODY)
        if len(best) > lists.k:
            least = np.partition(scores, len(scores) - lists.k)[len(scores) - lists.k]
            best = np.flatnonzero(scores >= least)
        found = scores[best]
        best = best[np.lexsort((best, -found))][: lists.k]
        lists.ids[row], lists.scores[row] = -1, _NOBODY
        lists.ids[row, : len(best)], lists.scores[row, : len(best)] = best, scores[best]
        lists.counts[row] = len(best)
        lists.complete_down_to[row] = scores[best[-1]] if len(best) == lists.k else self._floor

    def _tell(self, which: Which, other: int, scores: NDArray[np.float32]) -> NDArray[np.intp]:
        """Put the changed profile ``other`` in its place in all lists of this side that name it or now should."""
        lists = self._halves[which].lists
        named = np.flatnonzero(lists.ids.ravel() == other) // lists.k
        touched = np.union1d(named, np.flatnonzero(scores > lists.complete_down_to))
        if not len(touched):
            return touched
        entering = np.where(scores[touched] > lists.complete_down_to[touched], scores[touched], _NOBODY)
        ids = np.column_stack([lists.ids[touched], np.full(len(touched), other, np.int32)])
        found = np.column_stack([lists.scores[touched], entering])
        found[:, :-1][ids[:, :-1] == other] = _NOBODY
        ids[found == _NOBODY] = -1
        order = np.lexsort((ids, -found), axis=1)
        ids, found = np.take_along_axis(ids, order, 1), np.take_along_axis(found, order, 1)
        lists.ids[touched], lists.scores[touched] = ids[:, :-1], found[:, :-1]
        lists.counts[touched] = (ids[:, :-1] >= 0).sum(axis=1)
        lists.complete_down_to[touched] = np.maximum(lists.complete_down_to[touched], found[:, -1])
        for row in touched[self._short(lists, touched)].tolist():
            self._fill(which, row, self._scores(which, row))
        return touched

    def _short(self, lists: Lists, rows: NDArray[np.intp]) -> NDArray[np.bool_]:
        """Whether fewer than k places of a list are certain while there may be more to fill it."""
        complete = lists.complete_down_to[rows]
        certain = (lists.scores[rows] > complete[:, None] + ROUNDING).sum(axis=1)
        return np.asarray((certain < self.k) & (complete > self._floor))
