"""The tables of the embedded engine's file, made for each generation and kind; later ones are added to earlier files.

Each generation has these tables per kind: the documents, their keywords, their suggestion keys, their vectors, their
facet values by number, the FTS5 index, and one of words as they are written, which lists the vocabulary.
"""

import json
import re
import sqlite3
from typing import TypeVar

from search.documents import SCHEMAS
from search.engines.base import KINDS, Kind

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
CREATE VIRTUAL TABLE {t}_text USING fts5 (name, offer, text, tokenize = "ascii tokenchars '&'''")
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
# Facet values of each document by their numbers, for counting in memory.
FACETS = """
CREATE TABLE {t}_code (code INTEGER PRIMARY KEY, grp TEXT NOT NULL, value TEXT NOT NULL, UNIQUE (grp, value));
CREATE TABLE {t}_facet (doc INTEGER PRIMARY KEY, stamp INTEGER NOT NULL, codes TEXT NOT NULL);
CREATE INDEX {t}_facet_stamp ON {t}_facet (stamp)"""
# What came with a later release, by the ending of its first table or index.
LATER = {"_vector": VECTORS, "_word": WORDS, "_order": ORDER, "_facet": FACETS}
# What a generation of an earlier release says of facets, which are the groups in the parameter.
FILLED = {
    "_facet": (
        "INSERT OR IGNORE INTO {t}_code (grp, value) SELECT DISTINCT grp, value FROM {t}_keyword "
        "WHERE grp IN (SELECT value FROM json_each(?1))",
        "INSERT OR IGNORE INTO {t}_facet SELECT d.doc, 1, coalesce((SELECT group_concat(c.code) FROM {t}_keyword k "
        "JOIN {t}_code c ON c.grp = k.grp AND c.value = k.value WHERE k.doc = d.doc "
        "AND k.grp IN (SELECT value FROM json_each(?1))), '') FROM {t} d",
    )
}
BESIDE = ("_keyword", "_suggest", "_text", "_vector", "_vocabulary", "_word", "_facet", "_code")
Held = TypeVar("Held")


def table_of(kind: Kind, number: int) -> str:
    """The document table of a kind in the generation with this number."""
    return f"{kind}_{number}"


def create_tables(connection: sqlite3.Connection, table: str) -> None:
    """Make all tables of one kind in one generation."""
    for statements in (TABLES, *LATER.values()):
        for statement in _statements(statements, table):
            connection.execute(statement)


def drop_tables(connection: sqlite3.Connection, table: str) -> None:
    """Delete all tables of one kind in one generation."""
    for suffix in ("", *BESIDE):
        connection.execute(f"DROP TABLE IF EXISTS {table}{suffix}")


def add_later(connection: sqlite3.Connection) -> None:
    """Give generations of an earlier release the tables of later ones, so that they go on being written and asked."""
    present = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    numbers = [number for (number,) in connection.execute("SELECT number FROM generation")]
    lacking = [
        (kind, table, suffix)
        for kind, table in ((kind, table_of(kind, number)) for number in numbers for kind in KINDS)
        for suffix in LATER
        if table in present and f"{table}{suffix}" not in present
    ]
    if not lacking:
        return
    connection.execute("BEGIN IMMEDIATE")
    for kind, table, suffix in lacking:
        for statement in _statements(LATER[suffix], table):
            connection.execute(re.sub("^CREATE (TABLE|VIRTUAL TABLE|INDEX)", r"CREATE \1 IF NOT EXISTS", statement))
        for statement in FILLED.get(suffix, ()):
            connection.execute(statement.format(t=table), (json.dumps(SCHEMAS[kind].facets),))
    connection.commit()


def _statements(several: str, table: str) -> list[str]:
    return [statement.strip() for statement in several.format(t=table).split(";\n") if statement.strip()]


def exists(connection: sqlite3.Connection, table: str) -> bool:
    """Whether the file has this table."""
    there = connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table,))
    return there.fetchone() is not None


def still_there(connection: sqlite3.Connection, held: dict[str, Held], ending: str) -> dict[str, Held]:
    """What a process holds of tables, by the names they have without ``ending``, less that of tables that are gone."""
    return {table: what for table, what in held.items() if exists(connection, f"{table}{ending}")}
