"""Documents as rows of the embedded engine's file, written a batch at a time in a handful of statements.

Rows of a table travel together as one JSON text: a document alone has fifty rows, and a statement for each costs more
than the rows do.
"""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import astuple

from search.documents import SCHEMAS
from search.engines.base import OWNER_GROUP, Key, SearchDocument, Tier
from search.engines.fts5_columns import put_facets
from search.engines.fts5_store import all_tables
from search.engines.fts5_vectors import put_vectors
from search.engines.fts5_words import put_words
from search.naming import suggest_keys

KNOWN = "SELECT id, doc, version FROM {t} WHERE id IN (SELECT value FROM json_each(?))"
COLUMNS = (
    "doc, id, version, visible, content_hash, source, "
    "paused, weight, answer_days, verified_at, updated_at, name_zh, name_en"
)
_ROW = ", ".join(f"value ->> {place}" for place in range(13))
ROWS = f"INSERT OR REPLACE INTO {{t}} ({COLUMNS}) SELECT {_ROW} FROM json_each(?)"
TEXTS = (
    "INSERT INTO {t}_text (rowid, name, offer, text) "
    "SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each(?)"
)
KEYWORDS = "INSERT OR IGNORE INTO {t}_keyword SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?)"
KEYS = "INSERT OR IGNORE INTO {t}_suggest SELECT value ->> 0, value ->> 1 FROM json_each(?)"
FORGET = (
    "DELETE FROM {t}_keyword WHERE doc IN (SELECT value FROM json_each(?))",
    "DELETE FROM {t}_suggest WHERE doc IN (SELECT value FROM json_each(?))",
    "DELETE FROM {t}_text WHERE rowid IN (SELECT value FROM json_each(?))",
)


class Prepared:
    """A document with everything worked out that needs no lock."""

    def __init__(self, document: SearchDocument) -> None:
        self.document = document
        tokens = SCHEMAS[document.kind].tokens(document)
        self.words = " ".join(SCHEMAS[document.kind].vocabulary(document))
        source = {"fields": dict(document.fields), "suggest": document.suggest}
        self.tokens = tuple(tokens[tier] for tier in (Tier.NAME, Tier.OFFER, Tier.TEXT))
        self.keys = sorted({key for name in document.suggest for key in suggest_keys(name)})
        self.keywords = [(group, value) for group, values in document.keywords.items() for value in values]
        self.facets = [pair for pair in self.keywords if pair[0] in SCHEMAS[document.kind].facets]
        self.keywords += [(OWNER_GROUP, owner) for owner in document.owners]
        self.row = (
            document.id,
            document.version,
            int(document.visible),
            document.content_hash,
            json.dumps(source, ensure_ascii=False),
            *astuple(document.sort),
        )


def put_all(connection: sqlite3.Connection, batch: Sequence[Prepared], only: str | None) -> list[tuple[Key, str]]:
    """Write to every generation, or to ``only`` one; returns what became of each document.

    ``stale`` if all have a newer version, ``retry`` if there is none to write to.
    """
    return [outcome for part in _distinct(batch) for outcome in _put_part(connection, part, only)]


def _distinct(batch: Sequence[Prepared]) -> Iterator[list[Prepared]]:
    """The batch in parts, in order, none of which holds a document twice: the second has to meet the first."""
    part: dict[Key, Prepared] = {}
    for one in batch:
        if one.document.key in part:
            yield list(part.values())
            part = {}
        part[one.document.key] = one
    yield list(part.values())


def _put_part(connection: sqlite3.Connection, part: list[Prepared], only: str | None) -> list[tuple[Key, str]]:
    outcomes: dict[Key, str] = {}
    for kind in dict.fromkeys(one.document.kind for one in part):
        of_kind: list[Prepared] = [one for one in part if one.document.kind == kind]
        tables = all_tables(connection, kind, only)
        written = {id for table in tables for id in _put(connection, table, of_kind)}
        for one in of_kind:
            state = "written" if one.document.id in written else "stale"
            outcomes[one.document.key] = state if tables else "retry"
    return [(one.document.key, outcomes[one.document.key]) for one in part]


def _put(connection: sqlite3.Connection, table: str, batch: list[Prepared]) -> set[str]:
    """Write to one generation what it has no newer version of; returns those ids."""
    ids = json.dumps([one.document.id for one in batch])
    known = {id: (doc, version) for id, doc, version in connection.execute(KNOWN.format(t=table), (ids,))}
    taken = [one for one in batch if _is_news(one.document.version, known.get(one.document.id))]
    if not taken:
        return set()
    last = connection.execute(f"SELECT coalesce(max(doc), 0) FROM {table}").fetchone()[0]
    docs = []
    for one in taken:
        last += one.document.id not in known
        docs.append(known.get(one.document.id, (last, 0))[0])
    old = json.dumps([known[one.document.id][0] for one in taken if one.document.id in known])
    for statement in FORGET if known else ():
        connection.execute(statement.format(t=table), (old,))
    numbered = list(zip(docs, taken, strict=True))
    _insert(connection, ROWS, table, [(doc, *one.row) for doc, one in numbered])
    shown = [(doc, one) for doc, one in numbered if one.document.visible]
    _insert(connection, TEXTS, table, [(doc, *one.tokens) for doc, one in shown])
    _insert(connection, KEYWORDS, table, [(doc, *pair) for doc, one in shown for pair in one.keywords])
    _insert(connection, KEYS, table, [(key, doc) for doc, one in shown for key in one.keys])
    put_facets(connection, table, [(doc, one.facets) for doc, one in numbered])
    put_words(connection, table, [(doc, one.words) for doc, one in numbered])
    put_vectors(connection, table, [(doc, one.document) for doc, one in numbered], {doc for doc, _ in known.values()})
    return {one.document.id for one in taken}


def _is_news(version: int, known: tuple[int, int] | None) -> bool:
    """Whether a version may be written over what is known, as (number, version)."""
    return known is None or version >= known[1]


def _insert(connection: sqlite3.Connection, statement: str, table: str, rows: Sequence[tuple[object, ...]]) -> None:
    if rows:
        connection.execute(statement.format(t=table), (json.dumps(rows, ensure_ascii=False),))
