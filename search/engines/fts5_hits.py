"""Which documents an answer of the embedded engine holds, and in which order: worked out in memory, from numbers."""

import json
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from search.documents import SCHEMAS
from search.engines.base import SearchQuery
from search.engines.fts5_columns import ORDERED_BY, Docs, Held
from search.engines.fts5_query import holding_statement, of_docs
from search.engines.fts5_scoring import Scored, Scores, scores_of

Counts = list[tuple[str, str, int]]
Places = NDArray[np.intp]
Key = Callable[[str, Docs, Scores], NDArray[np.generic]]


@dataclass(frozen=True)
class Hits:
    """The documents of an answer: those of the head in their order, the others in none, and their scores.

    ``counts``: (group, value, documents that have it).
    """

    head: Docs
    others: Docs
    scores: Scores
    counts: Counts

    @property
    def total(self) -> int:
        """How many there are."""
        return len(self.head) + len(self.others)


class Finder:
    """One question about one state of a table, whose values are ``held`` in memory."""

    def __init__(self, connection: sqlite3.Connection, table: str, query: SearchQuery, held: Held) -> None:
        self._connection, self._table, self._query, self._held = connection, table, query, held

    def allowed(self, docs: Docs) -> Docs:
        """Of these documents, those that may be found and pass owners and filters."""
        docs = docs[self._held.ordered_by["visible"][docs] > 0]
        for group, values in self._query.required.items():
            docs = docs[self._having(docs, group, values)]
        return docs

    def hits(self, scored: Scored | None) -> Hits:
        """Everything that fits words, filters and chosen facets; ``scored`` is None where no words were asked."""
        head = self.allowed(self._numbers(self._query.head))
        docs = self.allowed(self._held.visible() if scored is None else scored.docs)
        docs = np.concatenate([docs, head[~np.isin(head, docs)]])
        has = {group: self._having(docs, group, values) for group, values in self._query.selected.items()}
        missed = sum((~held for held in has.values()), np.zeros(len(docs), np.int64))
        full = docs[missed == 0]
        beside = {group: docs[(missed == 1) & ~held] for group, held in has.items()}
        others = full[~np.isin(full, head)]
        return Hits(head[np.isin(head, full)], others, scores_of(scored, others), self._counts(full, beside))

    def page(self, hits: Hits) -> Docs:
        """The documents of the page that is asked for, in order."""
        start, stop = self._query.start, self._query.start + self._query.size
        first = hits.head[start:stop]
        start, stop = (max(0, place - len(hits.head)) for place in (start, stop))
        return np.concatenate([first, hits.others[self.first(hits.others, hits.scores, stop)[start:]]])

    def first(self, docs: Docs, scores: Scores, size: int) -> Places:
        """Where the first ``size`` of documents stand, in order.

        Key after key only those are looked at that are still equal to the last one taken.
        """
        equal, taken, room = np.arange(len(docs)), [], size
        for name, descending in self._query.order():
            if len(equal) <= room or room <= 0:
                break
            keys = self._keys(name, docs[equal], scores[equal], descending=descending)
            last = np.partition(keys, room - 1)[room - 1]
            taken.append(equal[keys < last])
            room -= len(taken[-1])
            equal = equal[keys == last]
        chosen = np.concatenate([*taken, equal]) if room > 0 else equal[:0]
        keys_of = [
            self._keys(name, docs[chosen], scores[chosen], descending=descending).tolist()
            for name, descending in self._query.order()
        ]
        order = sorted(range(len(chosen)), key=list(zip(*keys_of, strict=True)).__getitem__)
        return np.asarray(chosen[order[:size]], np.intp)

    def _keys(self, name: str, docs: Docs, scores: Scores, *, descending: bool) -> NDArray[np.generic]:
        """What documents are put in order by, the smallest first; texts only ever ascend."""
        if name == "score":
            numbers = scores
        elif name in ORDERED_BY:
            numbers = self._held.ordered_by[name][docs].astype(np.int64)
        else:
            statement = of_docs(self._table, f"d.doc, d.{name}")
            texts = dict(self._connection.execute(statement, (json.dumps(docs.tolist()),)))
            return np.array([texts.get(doc, "") for doc in docs.tolist()], object)
        return -numbers if descending else numbers

    def _numbers(self, ids: Sequence[str]) -> Docs:
        """The numbers of documents, in order, each once; those that are there."""
        if not ids:
            return np.zeros(0, np.int64)
        rows = self._connection.execute(
            f"SELECT id, doc FROM {self._table} WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(ids),)
        )
        found = dict(rows.fetchall())
        return np.array([found[id] for id in dict.fromkeys(ids) if id in found], np.int64)

    def _having(self, docs: Docs, group: str, values: Sequence[str]) -> NDArray[np.bool_]:
        """Which documents have one of these values: facets are known in memory, other groups in the file."""
        if group in SCHEMAS[self._query.kind].facets:
            return self._held.having(docs, group, values)
        statement = holding_statement(self._table, json.dumps(docs.tolist()), group, values)
        rows = self._connection.execute(statement.sql, statement.parameters).fetchall()
        return np.isin(docs, np.fromiter((doc for (doc,) in rows), np.int64, len(rows)))

    def _counts(self, full: Docs, beside: dict[str, Docs]) -> Counts:
        """How many have each value: of those that miss nothing, or nothing but that value's group."""
        found = self._held.counted(full)
        near = {group: self._held.counted(docs) for group, docs in beside.items() if len(docs)}
        counted: Counts = []
        for code in np.flatnonzero(sum(near.values(), found)).tolist():
            group, value = self._held.pairs[code]
            if count := int(found[code]) + (int(near[group][code]) if group in near else 0):
                counted.append((group, value, count))
        return counted
