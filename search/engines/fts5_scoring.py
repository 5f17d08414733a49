"""What documents are worth to a query by its words, as the embedded engine works it out."""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from search.concepts import Alternative, AnalysedQuery, Concept
from search.engines.base import TIER_SCORE, WHOLE_SCORE, SearchQuery, Tier
from search.engines.fts5_columns import Docs
from search.engines.fts5_query import column_expression, match_expression

# Where no more documents hold all concepts, their names and offers are read: a word that half the directory holds is
# not looked up to its end for the few that hold the others too.
FEW = 500
Scores = NDArray[np.int64]


@dataclass(frozen=True)
class Scored:
    """Documents that fit a text, by number in ascending order, and the sum of the best tier of each concept."""

    docs: Docs
    scores: Scores


def score(connection: sqlite3.Connection, query: SearchQuery, table: str) -> Scored:
    """Every document that fits the words of a query, and what it is worth."""
    look = _Look(connection, table)
    return _any(look, query.text) if query.match == "any" else _all(look, query.text)


def _all(look: "_Look", text: AnalysedQuery) -> Scored:
    docs = look.fitting(match_expression(text.concepts, "all"))
    if len(docs) <= FEW:
        return Scored(docs, look.read(docs, text))
    scores = np.zeros(len(docs), np.int64)
    for concept in text.concepts:
        scores += look.best(concept, docs, np.full(len(docs), TIER_SCORE[Tier.TEXT]))
    return _whole(look, text, Scored(docs, scores))


def _any(look: "_Look", text: AnalysedQuery) -> Scored:
    """The same where any of the concepts will do; the whole query in a name finds nothing by itself."""
    found = [look.fitting(match_expression([concept], "all")) for concept in text.concepts]
    docs: Docs = reduce(np.union1d, found)
    scores = np.zeros(len(docs), np.int64)
    for concept, fitting in zip(text.concepts, found, strict=True):
        least = np.zeros(len(docs), np.int64)
        least[_places(docs, fitting)] = TIER_SCORE[Tier.TEXT]
        scores += look.best(concept, docs, least)
    return _whole(look, text, Scored(docs, scores))


def _whole(look: "_Look", text: AnalysedQuery, scored: Scored) -> Scored:
    if text.whole and text.whole.terms:
        named = look.fitting(column_expression(Tier.NAME, [text.whole]))
        scored.scores[_places(scored.docs, named)] += WHOLE_SCORE
    return scored


class _Look:
    """Looks into the FTS5 index of one table."""

    def __init__(self, connection: sqlite3.Connection, table: str) -> None:
        self._connection, self._table = connection, table

    def fitting(self, expression: str) -> Docs:
        """The documents that an expression finds, in ascending order."""
        t = self._table
        rows = self._connection.execute(
            f"SELECT rowid FROM {t}_text WHERE {t}_text MATCH ? ORDER BY rowid", (expression,)
        ).fetchall()
        return np.fromiter((doc for (doc,) in rows), np.int64, len(rows))

    def best(self, concept: Concept, docs: Docs, least: Scores) -> Scores:
        """The score of the best tier in which documents hold a concept, from ``least`` on."""
        for tier in (Tier.OFFER, Tier.NAME):
            found = self.fitting(column_expression(tier, concept.alternatives))
            least[_places(docs, found)] = TIER_SCORE[tier]
        return least

    def read(self, docs: Docs, text: AnalysedQuery) -> Scores:
        """What documents that hold all concepts are worth, by reading their names and offers."""
        rows = self._connection.execute(
            f"SELECT rowid, name, offer FROM {self._table}_text WHERE rowid IN (SELECT value FROM json_each(?))",
            (json.dumps(docs.tolist()),),
        )
        texts = {doc: (f" {name} ", f" {offer} ") for doc, name, offer in rows}
        sought = [_phrases(concept.alternatives) for concept in text.concepts]
        whole = _phrases([text.whole]) if text.whole and text.whole.terms else []
        return np.array([_worth(*texts[doc], sought, whole) for doc in docs.tolist()], np.int64)


def _phrases(alternatives: Iterable[Alternative]) -> list[list[str]]:
    """What must stand in a text of tokens between blanks, for each alternative."""
    return [
        [f" {' '.join(term.tokens)}" + ("" if term.prefix else " ") for term in alternative.terms]
        for alternative in alternatives
    ]


def _worth(name: str, offer: str, sought: Iterable[list[list[str]]], whole: list[list[str]]) -> int:
    worth = WHOLE_SCORE if _stands(whole, name) else 0
    for phrases in sought:
        tier = Tier.NAME if _stands(phrases, name) else Tier.OFFER if _stands(phrases, offer) else Tier.TEXT
        worth += TIER_SCORE[tier]
    return worth


def _stands(alternatives: list[list[str]], text: str) -> bool:
    """Whether one of the alternatives is whole in a text."""
    return any(all(phrase in text for phrase in phrases) for phrases in alternatives)


def _places(docs: Docs, some: Docs) -> NDArray[np.intp]:
    """Where some documents stand among others, those that do; both in ascending order."""
    if not len(docs):
        return np.zeros(0, np.intp)
    places = np.minimum(np.searchsorted(docs, some), len(docs) - 1)
    return places[docs[places] == some]


def scores_of(scored: Scored | None, docs: Sequence[int] | Docs) -> Scores:
    """What documents are worth; 0 for those that do not fit."""
    asked = np.asarray(docs, np.int64)
    found = np.zeros(len(asked), np.int64)
    if scored is not None and len(scored.docs):
        places = np.minimum(np.searchsorted(scored.docs, asked), len(scored.docs) - 1)
        fits = scored.docs[places] == asked
        found[fits] = scored.scores[places[fits]]
    return found
