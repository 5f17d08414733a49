"""Facet values of the embedded engine: kept in its file as numbers, counted in memory.

Counting by SQL reads a row for each value of each hit: the first page of a directory of 50,000 companies takes more
than a second. Values are written in the same transaction as their documents, and a process reads before each use what
was written since, as it does with vectors.
"""

import json
import sqlite3
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from search.engines.fts5_tables import exists, still_there

Pair = tuple[str, str]
CODES = "INSERT OR IGNORE INTO {t}_code (grp, value) SELECT value ->> 0, value ->> 1 FROM json_each(?)"
ROWS = "INSERT OR REPLACE INTO {t}_facet SELECT value ->> 0, ?, value ->> 1 FROM json_each(?)"
NUMBERS = (
    "SELECT code, grp, value FROM {t}_code WHERE (grp, value) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?))"
)
# Room for values that belong to nobody any more, beyond as many again as there are.
LEAST_WASTE = 100_000


def has_columns(connection: sqlite3.Connection, table: str) -> bool:
    """Whether a generation has its facet values by number; one of an earlier release does not."""
    return exists(connection, f"{table}_facet")


def put_facets(connection: sqlite3.Connection, table: str, documents: Sequence[tuple[int, Sequence[Pair]]]) -> None:
    """Write the facet values of documents, by number, in place of those they had."""
    if not has_columns(connection, table):
        return
    pairs = json.dumps(list(dict.fromkeys(pair for _, held in documents for pair in held)), ensure_ascii=False)
    connection.execute(CODES.format(t=table), (pairs,))
    numbers = {(grp, value): code for code, grp, value in connection.execute(NUMBERS.format(t=table), (pairs,))}
    stamp = connection.execute(f"SELECT coalesce(max(stamp), 0) + 1 FROM {table}_facet").fetchone()[0]
    rows = [(doc, ",".join(str(numbers[pair]) for pair in dict.fromkeys(held))) for doc, held in documents]
    connection.execute(ROWS.format(t=table), (stamp, json.dumps(rows)))


@dataclass
class _Held:
    """Values of one table. ``starts``, ``lengths``: where in ``codes`` those of a document lie, by its number."""

    stamp: int = 0
    codes: NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, np.int32))
    used: int = 0
    starts: NDArray[np.int64] = field(default_factory=lambda: np.zeros(1, np.int64))
    lengths: NDArray[np.int64] = field(default_factory=lambda: np.zeros(1, np.int64))
    pairs: list[Pair] = field(default_factory=lambda: [("", "")])

    def take(self, docs: Sequence[int], texts: Sequence[str]) -> None:
        """Put or replace the values of documents, each a text of numbers with commas between."""
        lengths = np.array([text.count(",") + 1 if text else 0 for text in texts], np.int64)
        new = np.fromstring(",".join(filter(None, texts)), np.int32, sep=",") if lengths.any() else self.codes[:0]
        if self.used + len(new) > len(self.codes):
            room = np.zeros(max(1024, (self.used + len(new)) * 3 // 2), np.int32)
            room[: self.used] = self.codes[: self.used]
            self.codes = room
        self.codes[self.used : self.used + len(new)] = new
        if (most := max(docs)) >= len(self.starts):
            more = max(1024, most * 3 // 2) - len(self.starts)
            self.starts, self.lengths = np.pad(self.starts, (0, more)), np.pad(self.lengths, (0, more))
        self.starts[docs] = self.used + np.cumsum(lengths) - lengths
        self.lengths[docs] = lengths
        self.used += len(new)
        if self.used > 2 * self.lengths.sum() + LEAST_WASTE:
            every = np.arange(len(self.lengths))
            self.codes = self.of(every)
            self.starts, self.used = np.cumsum(self.lengths) - self.lengths, len(self.codes)

    def of(self, docs: NDArray[np.int64]) -> NDArray[np.int32]:
        """The values of documents, one after the other."""
        lengths = self.lengths[docs]
        shifts = self.starts[docs] - (np.cumsum(lengths) - lengths)
        return self.codes[np.repeat(shifts, lengths) + np.arange(lengths.sum())]

    def counted(self, docs: NDArray[np.int64]) -> NDArray[np.int64]:
        """How many of the documents have each value."""
        return np.bincount(self.of(docs), minlength=len(self.pairs))


class Columns:
    """What one process holds of the facet values of the live generations; safe for many threads."""

    def __init__(self) -> None:
        self._held: dict[str, _Held] = {}
        self._lock = threading.Lock()

    def counts(
        self, connection: sqlite3.Connection, table: str, hits: Sequence[tuple[int, str | None]]
    ) -> list[tuple[str, str, int]]:
        """(group, value, count) from hits as (number, the one group they miss or None)."""
        full = np.array([doc for doc, missed in hits if missed is None], np.int64)
        near: dict[str, list[int]] = {}
        for doc, missed in hits:
            if missed is not None:
                near.setdefault(missed, []).append(doc)
        with self._lock:
            if table not in self._held:
                self._held = {**still_there(connection, self._held, "_facet"), table: _Held()}
            held = self._held[table]
            _catch_up(connection, table, held)
            found = held.counted(full)
            beside = {group: held.counted(np.array(docs, np.int64)) for group, docs in near.items()}
            pairs = held.pairs[:]
        counted = []
        for code in np.flatnonzero(sum(beside.values(), found)).tolist():
            group, value = pairs[code]
            if count := int(found[code]) + (int(beside[group][code]) if group in beside else 0):
                counted.append((group, value, count))
        return counted


def _catch_up(connection: sqlite3.Connection, table: str, held: _Held) -> None:
    for code, group, value in connection.execute(
        f"SELECT code, grp, value FROM {table}_code WHERE code >= ? ORDER BY code", (len(held.pairs),)
    ):
        held.pairs += [("", "")] * (code - len(held.pairs))
        held.pairs.append((group, value))
    rows = connection.execute(
        f"SELECT doc, stamp, codes FROM {table}_facet WHERE stamp > ? ORDER BY stamp", (held.stamp,)
    ).fetchall()
    if rows:
        held.take([doc for doc, _, _ in rows], [codes for _, _, codes in rows])
        held.stamp = rows[-1][1]
