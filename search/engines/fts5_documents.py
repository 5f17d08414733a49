"""Documents as rows of the embedded engine's file."""

import json
import sqlite3
from dataclasses import astuple

from search.documents import SCHEMAS
from search.engines.base import OWNER_GROUP, SearchDocument, Tier
from search.engines.fts5_store import all_tables
from search.engines.fts5_vectors import put_vector
from search.engines.fts5_words import put_words
from search.naming import suggest_keys

UPSERT = """
INSERT INTO {t} (id, version, visible, content_hash, source,
    paused, weight, answer_days, verified_at, updated_at, name_zh, name_en) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET version = excluded.version, visible = excluded.visible,
    content_hash = excluded.content_hash, source = excluded.source, paused = excluded.paused,
    weight = excluded.weight, answer_days = excluded.answer_days, verified_at = excluded.verified_at,
    updated_at = excluded.updated_at, name_zh = excluded.name_zh, name_en = excluded.name_en
WHERE excluded.version >= {t}.version
RETURNING doc
"""


class Prepared:
    """A document with everything worked out that needs no lock."""

    def __init__(self, document: SearchDocument) -> None:
        self.document = document
        tokens = SCHEMAS[document.kind].tokens(document)
        self.words = SCHEMAS[document.kind].vocabulary(document)
        source = {"fields": dict(document.fields), "suggest": document.suggest}
        self.tokens = tuple(tokens[tier] for tier in (Tier.NAME, Tier.OFFER, Tier.TEXT))
        self.keys = sorted({key for name in document.suggest for key in suggest_keys(name)})
        self.keywords = [(group, value) for group, values in document.keywords.items() for value in values]
        self.keywords += [(OWNER_GROUP, owner) for owner in document.owners]
        self.row = (
            document.id,
            document.version,
            document.visible,
            document.content_hash,
            json.dumps(source, ensure_ascii=False),
            *astuple(document.sort),
        )

    def put(self, connection: sqlite3.Connection) -> str:
        """Write to every generation.

        ``stale`` if all have a newer version, ``retry`` if there is none at all.
        """
        tables = all_tables(connection, self.document.kind)
        written = [self._put(connection, table) for table in tables]
        if not tables:
            return "retry"
        return "written" if any(written) else "stale"

    def _put(self, connection: sqlite3.Connection, table: str) -> bool:
        row = connection.execute(UPSERT.format(t=table), self.row).fetchone()
        if not row:
            return False
        doc = row[0]
        for suffix, key in (("_keyword", "doc"), ("_suggest", "doc"), ("_text", "rowid")):
            connection.execute(f"DELETE FROM {table}{suffix} WHERE {key} = ?", (doc,))
        put_vector(connection, table, doc, self.document)
        put_words(connection, table, doc, self.words)
        if self.document.visible:
            connection.execute(
                f"INSERT INTO {table}_text (rowid, name, offer, text) VALUES (?, ?, ?, ?)",
                (doc, *self.tokens),
            )
            connection.executemany(
                f"INSERT OR IGNORE INTO {table}_keyword VALUES (?, ?, ?)",
                [(doc, *pair) for pair in self.keywords],
            )
            connection.executemany(f"INSERT INTO {table}_suggest VALUES (?, ?)", [(key, doc) for key in self.keys])
        return True
