"""Vectors of the embedded engine: kept in its file, multiplied in memory.

They are written in the same transaction as their documents. A process reads them once and then, before each use, only
what was written since, by a running stamp; so it never answers from vectors older than its view of the file.
"""

import sqlite3
import threading
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from search.engines.base import Meaning, SearchDocument
from search.engines.fts5_tables import still_there

LEAST_ROOM = 1024


def put_vectors(
    connection: sqlite3.Connection, table: str, documents: Sequence[tuple[int, SearchDocument]], known: Collection[int]
) -> None:
    """Write what documents mean, by number, or that ``known`` ones mean nothing any more."""
    stamp = connection.execute(f"SELECT coalesce(max(stamp), 0) FROM {table}_vector").fetchone()[0]
    told = [(doc, one) for doc, one in documents if one.vector]
    rows = [(doc, stamp + place, one.space, one.vector, one.words) for place, (doc, one) in enumerate(told, 1)]
    connection.executemany(f"INSERT OR REPLACE INTO {table}_vector VALUES (?, ?, ?, ?, ?)", rows)
    silent = [doc for doc, one in documents if not one.vector and doc in known]
    emptied = "stamp = ?, space = '', vector = x'', words = x''"
    rows_of_none = [(stamp + len(told) + place, doc) for place, doc in enumerate(silent, 1)]
    connection.executemany(f"UPDATE {table}_vector SET {emptied} WHERE doc = ?", rows_of_none)


@dataclass
class _Held:
    """Vectors of one table and space: ``rows`` float32 (room, dimensions), ``docs`` their numbers, 0 for a free row."""

    stamp: int = -1
    count: int = 0
    rows: NDArray[np.float32] = field(default_factory=lambda: np.zeros((0, 0), np.float32))
    docs: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    places: dict[int, int] = field(default_factory=dict)

    def take(self, doc: int, vector: NDArray[np.float32] | None) -> None:
        """Put, replace or forget one vector."""
        place = self.places.get(doc)
        if vector is None:
            if place is not None:
                self.docs[place] = 0
            return
        if place is None:
            place = self.places[doc] = self.count
            self.count += 1
            if place >= len(self.rows):
                self._grow(len(vector))
        self.docs[place] = doc
        self.rows[place] = vector

    def _grow(self, dimensions: int) -> None:
        room = max(LEAST_ROOM, self.count * 3 // 2)
        rows, docs = np.zeros((room, dimensions), np.float32), np.zeros(room, np.int64)
        if len(self.rows):
            rows[: len(self.rows)], docs[: len(self.docs)] = self.rows, self.docs
        self.rows, self.docs = rows, docs


class Vectors:
    """What one process holds of the vectors of the live generations; safe for many threads."""

    def __init__(self) -> None:
        # By table, then by space.
        self._held: dict[str, dict[str, _Held]] = {}
        self._lock = threading.Lock()

    def nearest(
        self, connection: sqlite3.Connection, table: str, meaning: Meaning, size: int, allowed: NDArray[np.int64] | None
    ) -> dict[int, float]:
        """Products of the ``size`` nearest documents by number; of the ``allowed`` ones, where these are given."""
        with self._lock:
            if table not in self._held:
                self._held = {**still_there(connection, self._held, "_vector"), table: {}}
            held = self._held[table].setdefault(meaning.space, _Held())
            _catch_up(connection, table, meaning.space, held)
            rows, docs = held.rows[: held.count], held.docs[: held.count].copy()
        if not len(docs) or rows.shape[1] != len(meaning.vector):
            return {}
        fits = docs > 0 if allowed is None else np.isin(docs, allowed)
        scores = np.where(fits, rows @ meaning.vector, -np.inf)
        first = np.argpartition(-scores, size)[:size] if size < len(scores) else np.arange(len(scores))
        return {int(docs[i]): float(scores[i]) for i in first if np.isfinite(scores[i])}


def _catch_up(connection: sqlite3.Connection, table: str, space: str, held: _Held) -> None:
    rows = connection.execute(
        f"SELECT doc, stamp, space, vector FROM {table}_vector WHERE stamp > ? ORDER BY stamp", (held.stamp,)
    )
    for doc, stamp, of, vector in rows:
        held.take(doc, np.frombuffer(vector, np.float16).astype(np.float32) if of == space else None)
        held.stamp = stamp
