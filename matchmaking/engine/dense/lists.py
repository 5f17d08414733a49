"""Lists of the best counterparts of many profiles, in memory and as one packed row per profile."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .packing import Packed, ids_of, rows_of, scores_of

_PLACE = np.dtype([("id", "<i4"), ("score", "<f4")])


@dataclass(frozen=True)
class Lists:
    """The k best counterparts of each profile, best first; equal scores rank the lower number first.

    ``ids`` int32 and ``scores`` float32, both (profiles, k); places that nobody takes hold -1 and -inf. ``counts``
    intp (profiles), the places taken. ``complete_down_to`` float32 (profiles): every counterpart with a higher score is
    in the list.
    """

    ids: NDArray[np.int32]
    scores: NDArray[np.float32]
    counts: NDArray[np.intp]
    complete_down_to: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def k(self) -> int:
        """How many places a list has."""
        return self.ids.shape[1]

    def of(self, row: int) -> list[tuple[int, float]]:
        """The list of one profile: (counterpart, score)."""
        count = int(self.counts[row])
        return list(zip(self.ids[row, :count].tolist(), self.scores[row, :count].tolist(), strict=True))

    def packed(self) -> Iterator[bytes]:
        """Each profile's list in 8 bytes a place, little-endian: for one column of one database row."""
        places = np.empty(self.ids.shape, _PLACE)
        places["id"], places["score"] = self.ids, self.scores
        for row, count in zip(places, self.counts.tolist(), strict=True):
            yield row[:count].tobytes()


def empty_lists(profiles: int, k: int, floor: float) -> Lists:
    """Lists that nobody is in."""
    return Lists(
        np.full((profiles, k), -1, np.int32),
        np.full((profiles, k), -np.inf, np.float32),
        np.zeros(profiles, np.intp),
        np.full(profiles, floor, np.float32),
    )


def put(lists: Lists, packed: Packed, order: NDArray[np.intp]) -> None:
    """Write sorted candidates (worst to best within a row) into ``lists``; ``order`` names the profile of each row."""
    rows = rows_of(packed)
    ends = np.searchsorted(rows, np.arange(len(order)), side="right")
    places = ends[rows] - 1 - np.arange(len(packed))
    profiles = order[rows]
    lists.ids[profiles, places] = ids_of(packed)
    lists.scores[profiles, places] = scores_of(packed)
    lists.counts[order] = np.diff(ends, prepend=0)
    full = order[lists.counts[order] == lists.k]
    lists.complete_down_to[full] = lists.scores[full, -1]


def packed_places(places: Sequence[tuple[int, float]]) -> bytes:
    """One list, (counterpart, score), as ``Lists.packed`` writes it."""
    return np.array(places, _PLACE).tobytes()


def unpacked(content: bytes) -> list[tuple[int, float]]:
    """A list as ``Lists.packed`` wrote it. Raises ValueError for bytes that are no whole number of places."""
    places = np.frombuffer(content, _PLACE)
    return list(zip(places["id"].tolist(), places["score"].tolist(), strict=True))
