"""Writes the SQL of a query for the embedded engine. Every value is a parameter; every token is quoted."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from search.concepts import Alternative, Concept, Term
from search.engines.base import SearchQuery, Tier

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


def hits_statement(query: SearchQuery, table: str) -> Statement:
    """Fill the table ``hits``.

    Every document that fits text and filters, its score, and the facet groups it misses.
    """
    source = Statement()
    if query.text.concepts:
        source.add(f"s.score AS score FROM temp.scored s CROSS JOIN {ordered(table)} ON d.doc = s.doc")
    else:
        source.add(f"0 AS score FROM {ordered(table)}")
    return _hits(query, table, source)


def ordered(table: str) -> str:
    """The documents as ``d``, without their long rows."""
    return f"{table} d INDEXED BY {table}_order"


def head_statement(query: SearchQuery, table: str) -> Statement:
    """Add to the table ``hits`` what stands in the table ``head`` and was not found by its text."""
    return _hits(query, table, Statement(f"0 AS score FROM temp.head e CROSS JOIN {ordered(table)} ON d.doc = e.doc"))


def _hits(query: SearchQuery, table: str, source: Statement) -> Statement:
    groups = list(query.selected.items())
    statement = Statement("INSERT OR IGNORE INTO temp.hits (doc, misses, missed, score) SELECT doc, ")
    flags = [f"m{number}" for number in range(len(groups))]
    statement.add(" + ".join(flags) or "0")
    statement.add(", CASE")
    for flag, (group, _) in zip(flags, groups, strict=True):
        statement.add(f" WHEN {flag} THEN ?", group)
    statement.add(" WHEN 0 THEN NULL END, score FROM (SELECT d.doc AS doc, ")
    for flag, (group, values) in zip(flags, groups, strict=True):
        statement.add("NOT ")
        _holds(statement, table, group, values)
        statement.add(f" AS {flag}, ")
    statement.add(source.sql, *source.parameters)
    _allowed(statement, query, table)
    statement.add(")")
    return statement


def _allowed(statement: Statement, query: SearchQuery, table: str) -> None:
    statement.add(" WHERE d.visible")
    for group, values in query.required.items():
        statement.add(" AND ")
        _holds(statement, table, group, values)


def allowed_statement(query: SearchQuery, table: str) -> Statement:
    """The documents that pass owners and filters."""
    statement = Statement(f"SELECT d.doc FROM {ordered(table)}")
    _allowed(statement, query, table)
    return statement


def ranked_statement(query: SearchQuery, table: str, size: int) -> Statement:
    """The first documents by words, whatever facets are chosen: id, score, paused."""
    statement = Statement("SELECT d.id, s.score AS score, d.paused FROM temp.scored s ")
    statement.add(f"CROSS JOIN {ordered(table)} ON d.doc = s.doc")
    _allowed(statement, query, table)
    order = ", ".join(f"{key} {'DESC' if descending else 'ASC'}" for key, descending in query.order())
    statement.add(f" ORDER BY {order} LIMIT ?", size)
    return statement


def _holds(statement: Statement, table: str, group: str, values: Sequence[str]) -> None:
    marks = ", ".join("?" * len(values))
    statement.add(
        f"EXISTS (SELECT 1 FROM {table}_keyword k WHERE k.doc = d.doc AND k.grp = ? AND k.value IN ({marks}))",
        group,
        *values,
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


def page_statement(query: SearchQuery, table: str) -> Statement:
    """One page of the documents in ``hits`` that miss no facet group, in order."""
    order = ", ".join(
        f"{'h' if key == 'score' else 'd'}.{key} {'DESC' if descending else 'ASC'}" for key, descending in query.order()
    )
    first = ("LEFT JOIN temp.head e ON e.doc = h.doc ", "e.doc IS NULL, e.place, ") if query.head else ("", "")
    page = (
        f"SELECT d.doc, h.score FROM temp.hits h CROSS JOIN {ordered(table)} ON d.doc = h.doc {first[0]}"
        f"WHERE h.misses = 0 ORDER BY {first[1]}{order} LIMIT ? OFFSET ?"
    )
    return Statement(
        f"SELECT d.id, d.version, p.score, d.source FROM ({page}) p CROSS JOIN {table} d ON d.doc = p.doc",
        [query.size, query.start],
    )


def facets_statement(table: str) -> Statement:
    """Counts by group and value of a generation of an earlier release: see ``Columns``.

    All groups are counted, those that are not shown too: reading a document's keywords in one go is faster.
    """
    return Statement(
        f"SELECT k.grp, k.value, count(*) FROM temp.hits h CROSS JOIN {table}_keyword k ON k.doc = h.doc "
        "WHERE h.misses = 0 OR (h.misses = 1 AND h.missed = k.grp) GROUP BY k.grp, k.value"
    )
