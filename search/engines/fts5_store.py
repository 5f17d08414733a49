"""The file of the embedded engine: connections, tables, generations.

Each generation has these tables per kind: the documents, their keywords, their suggestion keys, their vectors, their
facet values by number, the FTS5 index, and one of words as they are written, which lists the vocabulary.
"""

import os
import re
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from search.documents import SCHEMAS
from search.engines.base import GENERATION_NAME, KINDS, NO_SPACE, EngineUnavailableError, Generation, Kind, Space, State

REGISTRY = """
CREATE TABLE IF NOT EXISTS generation (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL,
    schema_hash TEXT NOT NULL
)"""
# The tokenizer only splits at blanks: words are made in search.analysis, where "&" and "'" may be part of
# one. The long text of a row comes last: what stands behind it is read through all its pages.
TABLES = """
CREATE TABLE {t} (
    doc INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    version INTEGER NOT NULL,
    visible INTEGER NOT NULL,
    content_hash TEXT NOT NULL,
    paused INTEGER NOT NULL,
    weight INTEGER NOT NULL,
    answer_days INTEGER NOT NULL,
    verified_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    name_zh TEXT NOT NULL,
    name_en TEXT NOT NULL,
    source TEXT NOT NULL
);
CREATE TABLE {t}_keyword (
    doc INTEGER NOT NULL, grp TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (doc, grp, value)
) WITHOUT ROWID;
CREATE TABLE {t}_suggest (key TEXT NOT NULL, doc INTEGER NOT NULL, PRIMARY KEY (key, doc)) WITHOUT ROWID;
CREATE INDEX {t}_suggest_doc ON {t}_suggest (doc);
CREATE VIRTUAL TABLE {t}_text USING fts5 (name, offer, text, tokenize = "ascii tokenchars '&'''");
"""
# A vector that is gone stays as an empty row: those who hold the vectors in memory learn of it by its stamp.
VECTORS = """
CREATE TABLE {t}_vector (
    doc INTEGER PRIMARY KEY, stamp INTEGER NOT NULL, space TEXT NOT NULL, vector BLOB NOT NULL, words BLOB NOT NULL
);
CREATE INDEX {t}_vector_stamp ON {t}_vector (stamp)"""
WORDS = """
CREATE VIRTUAL TABLE {t}_word USING fts5 (words, tokenize = "ascii", detail = none, columnsize = 0);
CREATE VIRTUAL TABLE {t}_vocabulary USING fts5vocab ({t}_word, row)"""
# What results are put in order by, apart from the long rows that hold it.
ORDER = """
CREATE INDEX {t}_order ON {t} (
    doc, visible, paused, weight, updated_at, answer_days, verified_at, name_zh, name_en, id
)"""
# Facet values of each document by their numbers, for counting in memory. Generations without are counted in SQL.
FACETS = """
CREATE TABLE {t}_code (code INTEGER PRIMARY KEY, grp TEXT NOT NULL, value TEXT NOT NULL, UNIQUE (grp, value));
CREATE TABLE {t}_facet (doc INTEGER PRIMARY KEY, stamp INTEGER NOT NULL, codes TEXT NOT NULL);
CREATE INDEX {t}_facet_stamp ON {t}_facet (stamp)"""
# What came with a later release, by the ending of its first table or index.
LATER = {"_vector": VECTORS, "_word": WORDS, "_order": ORDER}
BESIDE = ("_keyword", "_suggest", "_text", "_vector", "_vocabulary", "_word", "_facet", "_code")
HEAD = "CREATE TEMP TABLE IF NOT EXISTS head (doc INTEGER PRIMARY KEY, place INTEGER NOT NULL)"
SCORED = "CREATE TEMP TABLE IF NOT EXISTS scored (doc INTEGER PRIMARY KEY, score INTEGER NOT NULL)"
HITS = """
CREATE TEMP TABLE IF NOT EXISTS hits (
    doc INTEGER PRIMARY KEY, misses INTEGER NOT NULL, missed TEXT, score INTEGER NOT NULL
)
"""


def schema_hash(space: Space = NO_SPACE) -> str:
    """One fingerprint for the shapes of all kinds and the space of their vectors."""
    return "-".join(SCHEMAS[kind].fingerprint[:8] for kind in KINDS) + space.mark


class Store:
    """Connections to one file, one per thread and process, and the generations in it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()
        self._open: set[sqlite3.Connection] = set()
        # How often this process began to write: what it has worked out of the file before may no longer hold.
        self.writes = 0

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection that sees one state of the file throughout; ``EngineUnavailableError`` for any failure."""
        with self._transaction("BEGIN") as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A connection that holds the write lock from the start, so that it never has to give up half-way."""
        with self._transaction("BEGIN IMMEDIATE") as connection:
            self.writes += 1
            yield connection

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[sqlite3.Connection]:
        try:
            connection = self._connection()
            connection.execute(begin)
            try:
                yield connection
            except BaseException:
                connection.rollback()
                raise
            connection.commit()
        except (sqlite3.Error, OSError) as error:
            raise EngineUnavailableError(f"embedded index {self.path.name}: {error}") from error

    def _connection(self) -> sqlite3.Connection:
        # A forked worker must not use a connection of its parent.
        if getattr(self._local, "process", None) != os.getpid():
            self.path.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(self.path, timeout=20, isolation_level=None, check_same_thread=False)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA temp_store = MEMORY")
            connection.execute("PRAGMA cache_size = -16000")
            connection.execute(REGISTRY)
            connection.execute(HITS)
            connection.execute(HEAD)
            connection.execute(SCORED)
            _add_later(connection)
            self._local.connection, self._local.process = connection, os.getpid()
            self._open.add(connection)
        current: sqlite3.Connection = self._local.connection
        return current

    def close(self) -> None:
        """Close the connections of all threads."""
        for connection in self._open:
            connection.close()
        self._open.clear()
        self._local = threading.local()

    def create(self, name: str, space: Space = NO_SPACE) -> None:
        """Make the tables of a generation, unless it exists."""
        if not GENERATION_NAME.fullmatch(name):
            raise ValueError(f"a generation is named by a-z, 0-9 and _, not {name!r}")
        with self.writing() as connection:
            row = connection.execute(
                "INSERT INTO generation (name, state, schema_hash) VALUES (?, ?, ?) "
                "ON CONFLICT DO NOTHING RETURNING number",
                (name, State.BUILDING, schema_hash(space)),
            ).fetchone()
            for kind in KINDS if row else ():
                for statement in _statements(";\n".join((TABLES, FACETS, *LATER.values())), _table(kind, row[0])):
                    connection.execute(statement)

    def switch(self, name: str) -> None:
        """Make a generation the live one and retire the one before, in one transaction."""
        with self.writing() as connection:
            if not connection.execute("SELECT 1 FROM generation WHERE name = ?", (name,)).fetchone():
                raise LookupError(name)
            connection.execute(
                "UPDATE generation SET state = CASE WHEN name = ? THEN ? ELSE ? END WHERE name = ? OR state = ?",
                (name, State.LIVE, State.RETIRED, name, State.LIVE),
            )

    def drop(self, name: str) -> None:
        """Delete a generation that is not live."""
        with self.writing() as connection:
            row = connection.execute("SELECT number, state FROM generation WHERE name = ?", (name,)).fetchone()
            if row and row[1] == State.LIVE:
                raise ValueError(f"generation {name} is live")
            for kind in KINDS if row else ():
                for suffix in ("", *BESIDE):
                    connection.execute(f"DROP TABLE IF EXISTS {_table(kind, row[0])}{suffix}")
            connection.execute("DELETE FROM generation WHERE name = ?", (name,))

    def generations(self) -> tuple[Generation, ...]:
        """All generations, by name."""
        with self.reading() as connection:
            rows = connection.execute("SELECT name, state, schema_hash FROM generation ORDER BY name").fetchall()
        return tuple(Generation(name, State(state), shape) for name, state, shape in rows)


def _add_later(connection: sqlite3.Connection) -> None:
    """Give generations of an earlier release the tables of later ones, so that they go on taking writes."""
    present = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    numbers = [number for (number,) in connection.execute("SELECT number FROM generation")]
    tables = [table for number in numbers for table in (_table(kind, number) for kind in KINDS) if table in present]
    lacking = [
        statement
        for table in tables
        for suffix, statements in LATER.items()
        if f"{table}{suffix}" not in present
        for statement in _statements(statements, table)
    ]
    if not lacking:
        return
    connection.execute("BEGIN IMMEDIATE")
    for statement in lacking:
        connection.execute(re.sub("^CREATE (TABLE|VIRTUAL TABLE|INDEX)", r"CREATE \1 IF NOT EXISTS", statement))
    connection.commit()


def _statements(several: str, table: str) -> list[str]:
    return [statement.strip() for statement in several.format(t=table).split(";\n") if statement.strip()]


def _table(kind: Kind, number: int) -> str:
    return f"{kind}_{number}"


def live_table(connection: sqlite3.Connection, kind: Kind, generation: str | None = None) -> str:
    """The document table of the live generation, or of the one named.

    ``EngineUnavailableError`` if there is none.
    """
    condition, value = ("name = ?", generation) if generation else ("state = ?", State.LIVE)
    row = connection.execute(f"SELECT number FROM generation WHERE {condition}", (value,)).fetchone()
    if not row:
        raise EngineUnavailableError(
            f"the embedded index has no {'generation ' + generation if generation else 'live generation'}"
        )
    return _table(kind, row[0])


def names(connection: sqlite3.Connection) -> list[str]:
    """The names of all generations."""
    return [name for (name,) in connection.execute("SELECT name FROM generation")]


def all_tables(connection: sqlite3.Connection, kind: Kind, only: str | None = None) -> list[str]:
    """The document tables of every generation, to which writes go; or that of ``only`` one, if it exists."""
    rows = connection.execute("SELECT number FROM generation WHERE ? IS NULL OR name = ?", (only, only))
    return [_table(kind, number) for (number,) in rows]
