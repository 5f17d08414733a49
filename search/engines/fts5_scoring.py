"""What documents are worth to a query by its words, worked out by the embedded engine into the table ``scored``."""

import sqlite3
from collections.abc import Iterable

from search.concepts import AnalysedQuery
from search.engines.base import TIER_SCORE, WHOLE_SCORE, SearchQuery, Tier
from search.engines.fts5_query import Statement, column_expression, match_expression

# Where no more documents hold all concepts, each of these is looked for in them alone: a word that half the directory
# holds is not read to its end for the few that hold the others too.
FEW = 2000
Part = tuple[int, int, str]


def score(connection: sqlite3.Connection, query: SearchQuery, table: str) -> None:
    """Fill the table ``scored``: every document that fits the text, and the sum of the best tier of each concept."""
    connection.execute("DELETE FROM temp.scored")
    if query.match == "any":
        statement = _any(query.text, table)
        connection.execute(statement.sql, statement.parameters)
        return
    concepts = query.text.concepts
    all_of_them = match_expression(concepts, "all")
    found = connection.execute(
        f"INSERT INTO temp.scored SELECT rowid, ? FROM {table}_text WHERE {table}_text MATCH ?",
        (len(concepts) * TIER_SCORE[Tier.TEXT], all_of_them),
    ).rowcount
    if found:
        statement = _beyond(query.text, table, all_of_them if len(concepts) > 1 and found <= FEW else "")
        connection.execute(statement.sql, statement.parameters)


def _beyond(text: AnalysedQuery, table: str, within: str) -> Statement:
    """What is found is worth more where a concept stands in an offer or a name, or the whole query in a name."""
    parts = []
    for concept, worth, expression in _parts(text):
        if worth > TIER_SCORE[Tier.TEXT]:
            added = worth - TIER_SCORE[Tier.TEXT] * (concept >= 0)
            parts.append((concept, added, f"({expression}) AND ({within})" if within else expression))
    statement = Statement("INSERT INTO temp.scored (doc, score) SELECT doc, sum(score) FROM (")
    _best(statement, parts, table)
    statement.add(") WHERE doc IN (SELECT doc FROM temp.scored) GROUP BY doc ")
    statement.add("ON CONFLICT (doc) DO UPDATE SET score = score + excluded.score")
    return statement


def _any(text: AnalysedQuery, table: str) -> Statement:
    """The same where any of the concepts will do; the whole query in a name finds nothing by itself."""
    statement = Statement("INSERT INTO temp.scored (doc, score) SELECT doc, sum(score) FROM (")
    _best(statement, list(_parts(text)), table)
    statement.add(") GROUP BY doc HAVING max(concept) >= 0")
    return statement


def _best(statement: Statement, parts: list[Part], table: str) -> None:
    """The best of each concept by document: doc, concept, score."""
    statement.add("SELECT doc, concept, max(score) AS score FROM (")
    for position, (concept, worth, expression) in enumerate(parts):
        statement.add(" UNION ALL " if position else "")
        fits = (
            f"SELECT rowid AS doc, {concept} AS concept, {worth} AS score FROM {table}_text WHERE {table}_text MATCH ?"
        )
        statement.add(fits, expression)
    statement.add(") GROUP BY doc, concept")


def _parts(text: AnalysedQuery) -> Iterable[Part]:
    """(concept number, score, expression) for each concept and tier, then -2 for the whole query in a name."""
    for number, concept in enumerate(text.concepts):
        yield number, TIER_SCORE[Tier.TEXT], match_expression([concept], "all")
        for tier in (Tier.OFFER, Tier.NAME):
            yield number, TIER_SCORE[tier], column_expression(tier, concept.alternatives)
    if text.whole and text.whole.terms:
        yield -2, WHOLE_SCORE, column_expression(Tier.NAME, [text.whole])
