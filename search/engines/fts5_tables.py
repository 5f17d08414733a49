"""Which tables the file of the embedded engine has: those of a dropped generation are gone."""

import sqlite3
from typing import TypeVar

Held = TypeVar("Held")


def exists(connection: sqlite3.Connection, table: str) -> bool:
    """Whether the file has this table."""
    there = connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table,))
    return there.fetchone() is not None


def still_there(connection: sqlite3.Connection, held: dict[str, Held], ending: str) -> dict[str, Held]:
    """What a process holds of tables, by the names they have without ``ending``, less that of tables that are gone."""
    return {table: what for table, what in held.items() if exists(connection, f"{table}{ending}")}
