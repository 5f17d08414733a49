"""Answering a question: the index proposes, the database decides what may be shown, and the page is filled up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from matchmaking.core.bilingual import reader_suffix
from search.analysis import analyse
from search.asking import ask, by_meaning, headed
from search.concepts import AnalysedQuery
from search.engines.base import Hit, SearchQuery
from search.engines.engine import SearchEngine
from search.expansion import expansion
from search.forms import PAGE_SIZE, Question, in_reach
from search.fusion import MOST_ADDED
from search.index import search_engine
from search.meaning import reader
from search.permissions import MatchSearchPolicy, match_policy
from search.rows import Loader, Row, loader, shown_ids
from search.spelling import other_spelling

# How many pages of the index are read to fill one page with what may still be shown.
MOST_PAGES = 4
# So few results by words are little: another spelling may be meant.
LITTLE = 2


@dataclass(frozen=True, slots=True)
class Found:
    """One hit with its row as it is now, a card where it is a company.

    ``near``: it lacks words of the query, but means nearly the same.
    """

    hit: Hit
    row: Row
    near: bool = False


@dataclass(frozen=True)
class Answer:
    """One page of an answer. ``total`` counts what the index holds, less what turned out to be no longer shown.

    ``spelling``: how the text is probably meant; ``respelt``: that is what was searched for.
    """

    question: Question
    analysed: AnalysedQuery
    found: list[Found]
    total: int
    facets: Mapping[str, Mapping[str, int]]
    reduced: bool
    spelling: str = ""
    respelt: bool = False

    @property
    def asked(self) -> Question:
        """The question as it was searched for."""
        return self.question.respelling(self.spelling) if self.respelt else self.question


def answer(question: Question, user: Any) -> Answer:
    """Search for a reader. Raises ``EngineUnavailableError`` if no engine answers, ``LookupError`` beyond the end."""
    if not in_reach(question.page):
        raise LookupError(question.page)
    policy = match_policy(question.kind, user)
    given = _answered(question, question.text, policy)
    if _may_respell(given, policy):
        given = _respelt(given, policy)
    if question.page > 1 and given.total <= (question.page - 1) * PAGE_SIZE:
        raise LookupError(question.page)
    return given


def _answered(question: Question, text: str, policy: MatchSearchPolicy | None) -> Answer:
    """The answer to a question with another text."""
    if policy and not policy.owners:
        return Answer(question, analyse(text), [], 0, {}, False)
    query = _headed(question, text, policy)
    engine = search_engine()
    first = engine.search(query)
    found, dropped = _filled(engine, query, first.hits, loader(question.kind, policy))
    return Answer(question, query.text, found, max(first.total - dropped, len(found)), first.facets, first.reduced)


def _headed(question: Question, text: str, policy: MatchSearchPolicy | None) -> SearchQuery:
    """What an engine is asked: words with their other wordings, and what comes first by meaning."""
    read_by = reader() if question.expand and by_meaning(question.kind, question.sort) else None
    asked = ask(text, expansion() if question.expand else None, read_by)
    return headed(search_engine(), _query(question, asked.text, policy), asked.read)


def total_of(question: Question, policy: MatchSearchPolicy | None) -> int:
    """How many results a question has in the index."""
    return search_engine().search(replace(_headed(question, question.text, policy), page=1, size=1)).total


def _may_respell(given: Answer, policy: MatchSearchPolicy | None) -> bool:
    """Whether another spelling is worth looking for: little was found, and the reader did not ask for his own words."""
    question = given.question
    wanted = question.respell and question.expand and bool(given.analysed.concepts)
    little = given.total <= MOST_ADDED and sum(1 for one in given.found if not one.near) <= LITTLE
    return wanted and little and (policy is None or bool(policy.owners))


def _respelt(given: Answer, policy: MatchSearchPolicy | None) -> Answer:
    """The answer to the likeliest other spelling where words find nothing as typed; else with a word on it."""
    question = given.question
    # Where no facet narrows it, the one page shows everything that the words find.
    counted = not question.facets and question.page == 1
    by_words = sum(1 for one in given.found if not one.near)
    as_typed = by_words if counted else _worded(question, question.text, policy)
    if as_typed > LITTLE:
        return given
    other = other_spelling(search_engine(), question.kind, question.text, expansion())
    if other is None or (found := _worded(question, other.text, policy)) <= as_typed:
        return given
    if other.sure and not as_typed:
        return replace(_answered(question, other.text, policy), spelling=other.text, respelt=True)
    return replace(given, spelling=other.text) if found > LITTLE * as_typed else given


def _worded(question: Question, text: str, policy: MatchSearchPolicy | None) -> int:
    """How many results a text has by its words, whatever facets are chosen; as shown now, and up to a page."""
    analysed = analyse(text, expansion() if question.expand else None)
    ranked = search_engine().ranked(_query(question, analysed, policy), PAGE_SIZE)
    return len(shown_ids(question.kind, policy, [one.id for one in ranked])) if ranked else 0


def _query(question: Question, analysed: AnalysedQuery, policy: MatchSearchPolicy | None) -> SearchQuery:
    language: Literal["zh", "en"] = "en" if reader_suffix() == "en" else "zh"
    return SearchQuery(
        question.kind, analysed, question.facets, owners=policy.owners if policy else (), sort=question.sort,
        language=language, page=question.page, size=PAGE_SIZE,
    )  # fmt: skip


def _filled(engine: SearchEngine, query: SearchQuery, hits: Sequence[Hit], load: Loader) -> tuple[list[Found], int]:
    """The hits that may be shown now, filled up from the pages behind; and how many of this page may not."""
    rows = load([hit.id for hit in hits])
    found = [_found(query, hit, rows[hit.id]) for hit in hits if hit.id in rows]
    dropped = len(hits) - len(found)
    page = query.page
    while len(found) < len(hits) and page < query.page + MOST_PAGES and in_reach(page + 1):
        page += 1
        more = engine.search(replace(query, page=page)).hits
        if not more:
            break
        rows = load([hit.id for hit in more])
        found += [_found(query, hit, rows[hit.id]) for hit in more if hit.id in rows]
    return found[: len(hits)], dropped


def _found(query: SearchQuery, hit: Hit, row: Row) -> Found:
    return Found(hit, row, near=bool(query.head) and not hit.score)
