"""The file of the embedded engine: connections to it and the generations in it."""

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from search.documents import SCHEMAS
from search.engines.base import GENERATION_NAME, KINDS, NO_SPACE, EngineUnavailableError, Generation, Kind, Space, State
from search.engines.fts5_tables import REGISTRY, add_later, create_tables, drop_tables, table_of


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
            add_later(connection)
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
                create_tables(connection, table_of(kind, row[0]))

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
                drop_tables(connection, table_of(kind, row[0]))
            connection.execute("DELETE FROM generation WHERE name = ?", (name,))

    def generations(self) -> tuple[Generation, ...]:
        """All generations, by name."""
        with self.reading() as connection:
            rows = connection.execute("SELECT name, state, schema_hash FROM generation ORDER BY name").fetchall()
        return tuple(Generation(name, State(state), shape) for name, state, shape in rows)


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
    return table_of(kind, row[0])


def names(connection: sqlite3.Connection) -> list[str]:
    """The names of all generations."""
    return [name for (name,) in connection.execute("SELECT name FROM generation")]


def all_tables(connection: sqlite3.Connection, kind: Kind, only: str | None = None) -> list[str]:
    """The document tables of every generation, to which writes go; or that of ``only`` one, if it exists."""
    rows = connection.execute("SELECT number FROM generation WHERE ? IS NULL OR name = ?", (only, only))
    return [table_of(kind, number) for (number,) in rows]
