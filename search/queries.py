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
from search.permissions import MatchSearchPolicy
from search.rows import Loader, loader, shown_ids
from search.spelling import other_spelling

# How many pages of the index are read to fill one page with what may still be shown.
MOST_PAGES = 4
MOST_WAYS_OUT = 8
# So few results by words are little: another spelling may be meant.
LITTLE = 2


@dataclass(frozen=True, slots=True)
class Found:
    """One hit with its row as it is now; ``near``: it lacks words of the query, but means nearly the same."""

    hit: Hit
    row: Any
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


@dataclass(frozen=True, slots=True)
class WayOut:
    """A condition that, dropped, leaves results: a word (``group`` ``"q"``), or the values chosen in a group."""

    group: str
    word: str
    total: int


def answer(question: Question, user: Any) -> Answer:
    """Search for a reader. Raises ``EngineUnavailableError`` if no engine answers, ``LookupError`` beyond the end."""
    if not in_reach(question.page):
        raise LookupError(question.page)
    policy = MatchSearchPolicy(user) if question.kind == "match" else None
    given = _answered(question, question.text, policy)
    if _may_respell(given, policy):
        given = _respelt(given, policy)
    if question.page > 1 and given.total <= (question.page - 1) * PAGE_SIZE:
        raise LookupError(question.page)
    return given


def _answered(question: Question, text: str, policy: MatchSearchPolicy | None) -> Answer:
    """The answer to a question with another text."""
    read_by = reader() if question.expand and by_meaning(question.kind, question.sort) else None
    asked = ask(text, expansion() if question.expand else None, read_by)
    analysed = asked.text
    if policy and not policy.owners:
        return Answer(question, analysed, [], 0, {}, False)
    engine = search_engine()
    query = headed(engine, _query(question, analysed, policy), asked.read)
    first = engine.search(query)
    found, dropped = _filled(engine, query, first.hits, loader(question.kind, policy))
    return Answer(question, analysed, found, max(first.total - dropped, len(found)), first.facets, first.reduced)


def _may_respell(given: Answer, policy: MatchSearchPolicy | None) -> bool:
    """Whether another spelling is worth looking for: little was found, and the reader did not ask for his own words."""
    question = given.question
    wanted = question.respell and question.expand and bool(given.analysed.concepts)
    return wanted and given.total <= MOST_ADDED and (policy is None or bool(policy.owners))


def _respelt(given: Answer, policy: MatchSearchPolicy | None) -> Answer:
    """The answer to the likeliest other spelling where words find nothing as typed; else with a word on it."""
    question = given.question
    as_typed = _worded(question, question.text, policy)
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


def _found(query: SearchQuery, hit: Hit, row: Any) -> Found:
    return Found(hit, row, near=bool(query.head) and not hit.score)


def ways_out(given: Answer, user: Any) -> list[WayOut]:
    """Of an answer without results: which one condition to drop, and how many results that gives, most first."""
    question, policy = given.question, MatchSearchPolicy(user) if given.question.kind == "match" else None
    engine, found = search_engine(), []
    words = [concept.own for concept in given.analysed.concepts]
    tries: list[tuple[str, str, Question]] = []
    for group in question.facets:
        rest = {name: values for name, values in question.facets.items() if name != group}
        tries.append((group, "", replace(question, facets=rest)))
    for word in words:
        tries.append(("q", word, replace(question, text=" ".join(other for other in words if other != word))))
    for group, word, without in tries[:MOST_WAYS_OUT]:
        if not without.narrowed:
            continue
        analysed = analyse(without.text, expansion() if question.expand else None)
        query = replace(_query(replace(without, page=1), analysed, policy), size=1)
        if total := engine.search(query).total:
            found.append(WayOut(group, word, total))
    return sorted(found, key=lambda way: -way.total)
