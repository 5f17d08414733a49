"""The embedded engine: SQLite FTS5 in a file of its own, beside any database, with nothing to install."""

import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from matchmaking.core.fault_points import reached
from search.documents import checked
from search.engines.base import (
    NO_SPACE,
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
from search.engines.fts5_columns import Columns
from search.engines.fts5_documents import Prepared, put_all
from search.engines.fts5_hits import Finder
from search.engines.fts5_query import of_docs, suggest_statement
from search.engines.fts5_scoring import Scored, score, scores_of
from search.engines.fts5_store import Store, all_tables, live_table, names
from search.engines.fts5_vectors import Vectors
from search.engines.fts5_words import near_words
from search.engines.highlight import Marker
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
        for batch in checked(documents, BATCH, refused):
            accepted = [Prepared(document) for document in batch]
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
            scored = self._score(connection, query, table)
            with self._columns.current(connection, table) as held:
                finder = Finder(connection, table, query, held)
                hits = finder.hits(scored)
                page = finder.page(hits)
            rows = _rows(connection, table, page.tolist())
        marker, scores = Marker(query.text), scores_of(scored, page).tolist()
        found = (
            _hit(marker, rows[doc], score) for doc, score in zip(page.tolist(), scores, strict=True) if doc in rows
        )
        return SearchResult(tuple(found), hits.total, ordered_facets(hits.counts, query), self.name)

    def _score(self, connection: sqlite3.Connection, query: SearchQuery, table: str) -> Scored | None:
        """What fits the words; known already if this thread has just asked: a head and its answer want the same."""
        if not query.text.concepts:
            return None
        [version] = connection.execute("PRAGMA data_version").fetchone()
        of = (connection, self._store.writes, version, table, query.text, query.match)
        if getattr(self._scored, "of", None) != of:
            self._scored.of = None
            self._scored.scored = score(connection, query, table)
            self._scored.of = of
        known: Scored = self._scored.scored
        return known

    def ranked(self, query: SearchQuery, size: int) -> tuple[Ranked, ...]:
        """See ``SearchEngine.ranked``."""
        with self._store.reading() as connection:
            table = live_table(connection, query.kind)
            scored = self._score(connection, query, table)
            if scored is None:
                return ()
            with self._columns.current(connection, table) as held:
                finder = Finder(connection, table, query, held)
                docs = finder.allowed(scored.docs)
                first = docs[finder.first(docs, scores_of(scored, docs), size)]
                paused = held.ordered_by["paused"][first].tolist()
            ids = dict(connection.execute(of_docs(table, "d.doc, d.id"), (json.dumps(first.tolist()),)).fetchall())
        rows = zip(first.tolist(), scores_of(scored, first).tolist(), paused, strict=True)
        return tuple(Ranked(ids[doc], float(worth), bool(rests)) for doc, worth, rests in rows if doc in ids)

    def nearest(self, query: SearchQuery, meaning: Meaning, size: int) -> tuple[Ranked, ...]:
        """See ``SearchEngine.nearest``: exact, over all vectors."""
        with self._store.reading() as connection:
            table = live_table(connection, query.kind)
            allowed = None
            if query.required:
                with self._columns.current(connection, table) as held:
                    allowed = Finder(connection, table, query, held).allowed(held.visible())
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
            statement = suggest_statement(table, prefix, CANDIDATES)
            rows = connection.execute(statement.sql, statement.parameters).fetchall()
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


def _rows(connection: sqlite3.Connection, table: str, docs: list[int]) -> dict[int, tuple[str, int, str]]:
    """(id, version, source) of documents by number; without those that are hidden in this state of the file."""
    rows = connection.execute(
        f"SELECT doc, id, version, source FROM {table} WHERE visible AND doc IN (SELECT value FROM json_each(?))",
        (json.dumps(docs),),
    )
    return {doc: (id, version, source) for doc, id, version, source in rows}


def _hit(marker: Marker, row: tuple[str, int, str], score: int) -> Hit:
    id, version, source = row
    return Hit(id, version, score, marker.marks(json.loads(source)["fields"]))
