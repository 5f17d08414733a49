"""The embedded engine: SQLite FTS5 in a file of its own, beside any database, with nothing to install."""

import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from matchmaking.core.fault_points import reached
from search.documents import SCHEMAS
from search.engines.base import (
    NO_SPACE,
    DocumentRefusedError,
    EngineUnavailableError,
    Generation,
    Hit,
    Indexed,
    Key,
    Kind,
    Meaning,
    Ranked,
    SearchDocument,
    SearchQuery,
    SearchResult,
    Space,
    State,
    Suggestion,
    WriteResult,
)
from search.engines.engine import SearchEngine
from search.engines.facets import ordered_facets
from search.engines.fts5_columns import Columns, has_columns
from search.engines.fts5_documents import Prepared, put_all
from search.engines.fts5_query import (
    Statement,
    allowed_statement,
    facets_statement,
    head_statement,
    hits_statement,
    page_statement,
    ranked_statement,
    suggest_statement,
)
from search.engines.fts5_scoring import score
from search.engines.fts5_store import Store, all_tables, live_table, names
from search.engines.fts5_vectors import Vectors
from search.engines.fts5_words import near_words
from search.engines.highlight import highlight
from search.engines.suggesting import CANDIDATES, suggestions
from search.naming import suggest_prefix

BATCH = 200


class Fts5Engine(SearchEngine):
    """Full-text search in one SQLite file; safe for many threads and processes."""

    name = "fts5"

    def __init__(self, path: str | Path) -> None:
        self._store = Store(Path(path))
        self._vectors = Vectors()
        self._columns = Columns()
        self._scored = threading.local()

    def ping(self) -> bool:
        """Whether the file can be read and has a live generation."""
        try:
            return any(generation.state is State.LIVE for generation in self.generations())
        except EngineUnavailableError:
            return False

    def create(self, generation: str, space: Space = NO_SPACE) -> None:
        """See ``SearchEngine.create``."""
        self._store.create(generation, space)

    def switch(self, generation: str) -> None:
        """See ``SearchEngine.switch``."""
        self._store.switch(generation)

    def drop(self, generation: str) -> None:
        """See ``SearchEngine.drop``."""
        self._store.drop(generation)

    def generations(self) -> tuple[Generation, ...]:
        """See ``SearchEngine.generations``."""
        return self._store.generations()

    def refresh(self) -> None:
        """Nothing to do: a committed write is visible at once."""

    def close(self) -> None:
        """Close all connections."""
        self._store.close()

    def write(
        self, documents: Iterable[SearchDocument], *, seen: frozenset[str] | None = None, only: str | None = None
    ) -> WriteResult:
        """Write in small transactions, so that readers and other writers never wait long."""
        written: list[Key] = []
        stale: list[Key] = []
        retry: list[Key] = []
        refused: dict[Key, str] = {}
        waiting = iter(documents)
        while batch := list(islice(waiting, BATCH)):
            accepted = []
            for document in batch:
                try:
                    SCHEMAS[document.kind].check(document)
                    accepted.append(Prepared(document))
                except DocumentRefusedError as error:
                    refused[document.key] = str(error)
            try:
                with self._store.writing() as connection:
                    if seen is not None and any(f"{self.name}:{name}" not in seen for name in names(connection)):
                        retry += [each.document.key for each in accepted]
                        continue
                    outcome = put_all(connection, accepted, only)
                    reached("K4")
            except EngineUnavailableError:
                retry += [each.document.key for each in accepted]
                continue
            for key, state in outcome:
                {"written": written, "stale": stale, "retry": retry}[state].append(key)
        return WriteResult(tuple(written), tuple(stale), tuple(retry), refused)

    def search(self, query: SearchQuery) -> SearchResult:
        """See ``SearchEngine.search``: hits, total and counts are of one state of the index."""
        if not query.text.concepts and not query.text.blank:
            return SearchResult((), 0, ordered_facets((), query), self.name)
        with self._store.reading() as connection:
            table = live_table(connection, query.kind)
            connection.execute("DELETE FROM temp.hits")
            self._score(connection, query, table)
            _run(connection, hits_statement(query, table))
            if query.head:
                _put_head(connection, query, table)
                _run(connection, head_statement(query, table))
            total = connection.execute("SELECT count(*) FROM temp.hits WHERE misses = 0").fetchone()[0]
            rows = _run(connection, page_statement(query, table))
            counts = self._counts(connection, table)
        return SearchResult(tuple(_hit(query, row) for row in rows), total, ordered_facets(counts, query), self.name)

    def _score(self, connection: sqlite3.Connection, query: SearchQuery, table: str) -> None:
        """Fill the table ``scored``, unless this thread has just done so: a head and its answer want the same."""
        [version] = connection.execute("PRAGMA data_version").fetchone()
        scored = (connection, self._store.writes, version, table, query.text, query.match)
        if query.text.concepts and getattr(self._scored, "of", None) != scored:
            self._scored.of = None
            score(connection, query, table)
            self._scored.of = scored

    def _counts(self, connection: sqlite3.Connection, table: str) -> Iterable[Sequence[str | int]]:
        """How many of the hits have each facet value: those that miss nothing, or nothing but that value's group."""
        if not has_columns(connection, table):
            return _run(connection, facets_statement(table))
        hits = connection.execute("SELECT doc, missed FROM temp.hits WHERE misses < 2").fetchall()
        return self._columns.counts(connection, table, hits)

    def ranked(self, query: SearchQuery, size: int) -> tuple[Ranked, ...]:
        """See ``SearchEngine.ranked``."""
        if not query.text.concepts:
            return ()
        with self._store.reading() as connection:
            table = live_table(connection, query.kind)
            self._score(connection, query, table)
            rows = _run(connection, ranked_statement(query, table, size))
        return tuple(Ranked(str(id), float(score), bool(paused)) for id, score, paused in rows)

    def nearest(self, query: SearchQuery, meaning: Meaning, size: int) -> tuple[Ranked, ...]:
        """See ``SearchEngine.nearest``: exact, over all vectors."""
        with self._store.reading() as connection:
            table = live_table(connection, query.kind)
            allowed = None
            if query.required:
                allowed = [int(doc) for (doc,) in _run(connection, allowed_statement(query, table))]
            found = self._vectors.nearest(connection, table, meaning, size, allowed)
            rows = connection.execute(
                f"SELECT d.doc, d.id, d.paused, v.words FROM {table} d JOIN {table}_vector v ON v.doc = d.doc "
                f"WHERE d.visible AND d.doc IN ({', '.join('?' * len(found))})",
                list(found),
            ).fetchall()
        near = [Ranked(id, round(found[doc], 5), bool(paused), words) for doc, id, paused, words in rows]
        return tuple(sorted(near, key=lambda one: (-one.score, one.id)))

    def suggest(self, kind: Kind, typed: str, size: int = 8) -> tuple[Suggestion, ...]:
        """See ``SearchEngine.suggest``."""
        prefix = suggest_prefix(typed)
        if not prefix:
            return ()
        with self._store.reading() as connection:
            table = live_table(connection, kind)
            rows = _run(connection, suggest_statement(table, prefix, CANDIDATES))
        return suggestions(((str(id), json.loads(str(source))["suggest"]) for id, source in rows), typed, size)

    def near_words(self, kind: Kind, words: Sequence[str]) -> dict[str, dict[str, int]]:
        """See ``SearchEngine.near_words``."""
        with self._store.reading() as connection:
            table = live_table(connection, kind)
            return {word: near_words(connection, table, word) for word in words}

    def count(self, kind: Kind, generation: str | None = None) -> int:
        """See ``SearchEngine.count``."""
        with self._store.reading() as connection:
            table = live_table(connection, kind, generation)
            return int(connection.execute(f"SELECT count(*) FROM {table} WHERE visible").fetchone()[0])

    def iterate(self, kind: Kind, generation: str | None = None) -> Iterator[Indexed]:
        """See ``SearchEngine.iterate``; read in pieces, so that nothing is held open between them."""
        last = ""
        while True:
            with self._store.reading() as connection:
                table = live_table(connection, kind, generation)
                rows = connection.execute(
                    f"SELECT id, version, visible, content_hash FROM {table} WHERE id > ? ORDER BY id LIMIT 1000",
                    (last,),
                ).fetchall()
            for id, version, visible, content_hash in rows:
                yield Indexed(id, version, bool(visible), content_hash)
            if not rows:
                return
            last = rows[-1][0]

    def purge(self, kind: Kind, ids: Iterable[str]) -> None:
        """See ``SearchEngine.purge``."""
        rows = [(id,) for id in ids]
        with self._store.writing() as connection:
            for table in all_tables(connection, kind):
                connection.executemany(f"DELETE FROM {table} WHERE id = ? AND NOT visible", rows)


def _put_head(connection: sqlite3.Connection, query: SearchQuery, table: str) -> None:
    """Fill the table ``head`` with the documents that come first."""
    connection.execute("DELETE FROM temp.head")
    connection.executemany(
        f"INSERT OR IGNORE INTO temp.head SELECT doc, ? FROM {table} WHERE id = ?", list(enumerate(query.head))
    )


def _run(connection: sqlite3.Connection, statement: Statement) -> list[tuple[str | int, ...]]:
    return connection.execute(statement.sql, statement.parameters).fetchall()


def _hit(query: SearchQuery, row: Sequence[str | int]) -> Hit:
    id, version, score, source = row
    highlights, matched = highlight(query.text, json.loads(str(source))["fields"])
    return Hit(str(id), int(version), int(score), highlights, matched)
