"""The vocabulary of the embedded engine: words as they are written, for mending slips.

An FTS5 table of its own keeps them, one row for each document, and lists them with their numbers of documents in order
of letters; so what is withdrawn takes its words along.
"""

import json
import sqlite3
from collections.abc import Sequence

from search.engines.spelling import nearest, slips_allowed, starts


def put_words(connection: sqlite3.Connection, table: str, words: Sequence[tuple[int, str]]) -> None:
    """Write the words of documents, by number, in place of those they had."""
    docs, rows = [doc for doc, _ in words], [row for row in words if row[1]]
    forgotten = f"DELETE FROM {table}_word WHERE rowid IN (SELECT value FROM json_each(?))"
    connection.execute(forgotten, (json.dumps(docs),))
    written = f"INSERT INTO {table}_word (rowid, words) SELECT value ->> 0, value ->> 1 FROM json_each(?)"
    connection.execute(written, (json.dumps(rows, ensure_ascii=False),))


def near_words(connection: sqlite3.Connection, table: str, word: str) -> dict[str, int]:
    """See ``SearchEngine.near_words``, of one word."""
    allowed = slips_allowed(word)
    if not allowed:
        return {}
    counts: dict[str, int] = {}
    for start in starts(word):
        rows = connection.execute(
            f"SELECT term, doc FROM {table}_vocabulary WHERE term >= ? AND term < ? AND length(term) BETWEEN ? AND ?",
            (start, start[:-1] + chr(ord(start[-1]) + 1), len(word) - allowed, len(word) + allowed),
        )
        counts.update(rows.fetchall())
    return nearest(word, counts)
