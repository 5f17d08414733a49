"""What the embedded engine's answers are counted and put in order by: kept in its file, worked on in memory.

In SQL a row is looked up for each value of each hit: the first page of a directory of 50,000 companies took more than
a second. Values are written in the same transaction as their documents, and a process reads before each use what was
written since, as it does with vectors.
"""

import json
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from search.engines.fts5_tables import still_there

Pair = tuple[str, str]
Docs = NDArray[np.int64]
CODES = "INSERT OR IGNORE INTO {t}_code (grp, value) SELECT value ->> 0, value ->> 1 FROM json_each(?)"
ROWS = "INSERT OR REPLACE INTO {t}_facet SELECT value ->> 0, ?, value ->> 1 FROM json_each(?)"
NUMBERS = (
    "SELECT code, grp, value FROM {t}_code WHERE (grp, value) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?))"
)
# What documents are put in order by, in few bytes: there may be millions of matches.
ORDERED_BY: dict[str, type[np.integer]] = {
    "visible": np.int8, "paused": np.int8, "weight": np.int32, "answer_days": np.int32,
    "verified_at": np.int64, "updated_at": np.int64,
}  # fmt: skip
# A document that was purged since it was written here is as good as hidden.
_KEPT = ", ".join(f"coalesce(d.{name}, 0)" for name in ORDERED_BY)
CHANGED = (
    f"SELECT f.doc, f.stamp, f.codes, {_KEPT} FROM {{t}}_facet f "
    "LEFT JOIN {t} d INDEXED BY {t}_order ON d.doc = f.doc WHERE f.stamp > ? ORDER BY f.stamp"
)
# Room for values that belong to nobody any more, beyond as many again as there are.
LEAST_WASTE = 100_000


def put_facets(connection: sqlite3.Connection, table: str, documents: Sequence[tuple[int, Sequence[Pair]]]) -> None:
    """Write the facet values of documents, by number, in place of those they had."""
    pairs = json.dumps(list(dict.fromkeys(pair for _, held in documents for pair in held)), ensure_ascii=False)
    connection.execute(CODES.format(t=table), (pairs,))
    numbers = {(grp, value): code for code, grp, value in connection.execute(NUMBERS.format(t=table), (pairs,))}
    stamp = connection.execute(f"SELECT coalesce(max(stamp), 0) + 1 FROM {table}_facet").fetchone()[0]
    rows = [(doc, ",".join(str(numbers[pair]) for pair in dict.fromkeys(held))) for doc, held in documents]
    connection.execute(ROWS.format(t=table), (stamp, json.dumps(rows)))


@dataclass
class Held:
    """Values of one table. ``starts``, ``lengths``: where in ``codes`` those of a document lie, by its number.

    ``ordered_by``: by name, a number for each document.
    """

    stamp: int = 0
    codes: NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, np.int32))
    used: int = 0
    starts: NDArray[np.int64] = field(default_factory=lambda: np.zeros(1, np.int64))
    lengths: NDArray[np.int64] = field(default_factory=lambda: np.zeros(1, np.int64))
    ordered_by: dict[str, NDArray[np.integer]] = field(
        default_factory=lambda: {name: np.zeros(1, of) for name, of in ORDERED_BY.items()}
    )
    pairs: list[Pair] = field(default_factory=lambda: [("", "")])
    numbers: dict[Pair, int] = field(default_factory=dict)

    def take(self, docs: Sequence[int], texts: Sequence[str], ordered_by: Sequence[Sequence[int]]) -> None:
        """Put or replace the values of documents, each a text of numbers with commas between."""
        lengths = np.array([text.count(",") + 1 if text else 0 for text in texts], np.int64)
        new = np.fromstring(",".join(filter(None, texts)), np.int32, sep=",") if lengths.any() else self.codes[:0]
        if self.used + len(new) > len(self.codes):
            room = np.zeros(max(1024, (self.used + len(new)) * 3 // 2), np.int32)
            room[: self.used] = self.codes[: self.used]
            self.codes = room
        self.codes[self.used : self.used + len(new)] = new
        self._grow(max(docs))
        self.starts[docs] = self.used + np.cumsum(lengths) - lengths
        self.lengths[docs] = lengths
        for name, values in zip(ORDERED_BY, ordered_by, strict=True):
            self.ordered_by[name][docs] = values
        self.used += len(new)
        if self.used > 2 * self.lengths.sum() + LEAST_WASTE:
            every = np.arange(len(self.lengths))
            self.codes = self.of(every)
            self.starts, self.used = np.cumsum(self.lengths) - self.lengths, len(self.codes)

    def _grow(self, most: int) -> None:
        if most < len(self.starts):
            return
        more = max(1024, most * 3 // 2) + 1 - len(self.starts)
        self.starts, self.lengths = np.pad(self.starts, (0, more)), np.pad(self.lengths, (0, more))
        self.ordered_by = {name: np.pad(values, (0, more)) for name, values in self.ordered_by.items()}

    def visible(self) -> Docs:
        """The numbers of all documents that may be found."""
        return np.flatnonzero(self.ordered_by["visible"])

    def of(self, docs: Docs) -> NDArray[np.int32]:
        """The values of documents, one after the other."""
        lengths = self.lengths[docs]
        shifts = self.starts[docs] - (np.cumsum(lengths) - lengths)
        return self.codes[np.repeat(shifts, lengths) + np.arange(lengths.sum())]

    def counted(self, docs: Docs) -> NDArray[np.int64]:
        """How many of the documents have each value."""
        return np.bincount(self.of(docs), minlength=len(self.pairs))

    def having(self, docs: Docs, group: str, values: Sequence[str]) -> NDArray[np.bool_]:
        """Which of the documents have one of these values."""
        wanted = np.zeros(len(self.pairs), bool)
        wanted[[self.numbers[group, value] for value in values if (group, value) in self.numbers]] = True
        found = np.zeros(len(docs), bool)
        found[np.repeat(np.arange(len(docs)), self.lengths[docs])[wanted[self.of(docs)]]] = True
        return found


class Columns:
    """What one process holds of the values of the live generations; safe for many threads."""

    def __init__(self) -> None:
        self._held: dict[str, Held] = {}
        self._lock = threading.Lock()

    @contextmanager
    def current(self, connection: sqlite3.Connection, table: str) -> Iterator[Held]:
        """The values as they are now, for no other thread meanwhile."""
        with self._lock:
            if table not in self._held:
                self._held = {**still_there(connection, self._held, "_facet"), table: Held()}
            held = self._held[table]
            _catch_up(connection, table, held)
            yield held


def _catch_up(connection: sqlite3.Connection, table: str, held: Held) -> None:
    for code, group, value in connection.execute(
        f"SELECT code, grp, value FROM {table}_code WHERE code >= ? ORDER BY code", (len(held.pairs),)
    ):
        held.pairs += [("", "")] * (code - len(held.pairs))
        held.pairs.append((group, value))
        held.numbers[group, value] = code
    rows = connection.execute(CHANGED.format(t=table), (held.stamp,)).fetchall()
    if rows:
        docs, stamps, codes, *ordered_by = zip(*rows, strict=True)
        held.take(list(docs), codes, ordered_by)
        held.stamp = stamps[-1]
