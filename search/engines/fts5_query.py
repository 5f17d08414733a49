"""Writes the SQL of a query for the embedded engine. Every value is a parameter; every token is quoted."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from search.concepts import Alternative, Concept, Term
from search.engines.base import Tier

MOST_KEYS = 4000


@dataclass
class Statement:
    """A statement and its parameters, put together piece by piece."""

    sql: str = ""
    parameters: list[str | int] = field(default_factory=list)

    def add(self, sql: str, *parameters: str | int) -> None:
        """Append a piece."""
        self.sql += sql
        self.parameters += parameters


def match_expression(concepts: Iterable[Concept], mode: str) -> str:
    """The FTS5 expression for all (or any) of the concepts, in any column."""
    return (" AND " if mode == "all" else " OR ").join(f"({_any(concept.alternatives)})" for concept in concepts)


def column_expression(tier: Tier, alternatives: Sequence[Alternative]) -> str:
    """The FTS5 expression for one of the alternatives, whole in one column."""
    return f"{{{tier.value}}} : ({_any(alternatives)})"


def _any(alternatives: Iterable[Alternative]) -> str:
    return " OR ".join("(" + " AND ".join(map(_term, alternative.terms)) + ")" for alternative in alternatives)


def _term(term: Term) -> str:
    phrase = '"' + " ".join(term.tokens).replace('"', '""') + '"'
    return f"{phrase} *" if term.prefix else phrase


def ordered(table: str) -> str:
    """The documents as ``d``, without their long rows."""
    return f"{table} d INDEXED BY {table}_order"


def of_docs(table: str, columns: str) -> str:
    """Columns of documents without their long rows, for a list of numbers in JSON as the one parameter."""
    return f"SELECT {columns} FROM json_each(?) e CROSS JOIN {ordered(table)} ON d.doc = e.value"


def holding_statement(table: str, docs: str, group: str, values: Sequence[str]) -> Statement:
    """Those of the documents, a list of numbers in JSON, that have one of these values."""
    marks = ", ".join("?" * len(values))
    return Statement(
        f"SELECT e.value FROM json_each(?) e WHERE EXISTS (SELECT 1 FROM {table}_keyword k "
        f"WHERE k.doc = e.value AND k.grp = ? AND k.value IN ({marks}))",
        [docs, group, *values],
    )


def suggest_statement(table: str, prefix: str, candidates: int) -> Statement:
    """The first documents in order among those with a key that begins so: id, source.

    Of so many that no reader means one of them, those first in order of letters are looked at.
    """
    keys = f"SELECT doc FROM {table}_suggest WHERE key >= ? AND key < ? LIMIT {MOST_KEYS}"
    first = (
        f"SELECT d.doc FROM {ordered(table)} WHERE d.visible AND d.doc IN ({keys}) "
        "ORDER BY d.paused, d.weight DESC, d.name_zh, d.id LIMIT ?"
    )
    return Statement(
        f"SELECT d.id, d.source FROM ({first}) p CROSS JOIN {table} d ON d.doc = p.doc",
        [prefix, prefix + "\U0010ffff", candidates],
    )
