"""Answering a question: the index proposes, the database decides what may be shown, and the page is filled up."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from django.db.models import Model

from directory.models import Company, Need
from matchmaking.core.bilingual import reader_suffix
from matchmaking.matches.models import Match
from matchmaking.matches.selectors import servable
from search.analysis import AnalysedQuery, analyse
from search.asking import ask, by_meaning, headed
from search.engines.base import Hit, Kind, SearchQuery
from search.engines.engine import SearchEngine
from search.expansion import expansion, suggested_terms
from search.forms import PAGE_SIZE, Question, in_reach
from search.index import search_engine
from search.meaning import reader
from search.permissions import MatchSearchPolicy

# How many pages of the index are read to fill one page with what may still be shown.
MOST_PAGES = 4
MOST_WAYS_OUT = 8
MOST_SUGGESTED = 8
Loader = Callable[[Sequence[str]], Mapping[str, Model]]


@dataclass(frozen=True, slots=True)
class Found:
    """One hit with its row as it is now; ``near``: it lacks words of the query, but means nearly the same."""

    hit: Hit
    row: Any
    near: bool = False


@dataclass(frozen=True)
class Answer:
    """One page of an answer. ``total`` counts what the index holds, less what turned out to be no longer shown."""

    question: Question
    analysed: AnalysedQuery
    found: list[Found]
    total: int
    facets: Mapping[str, Mapping[str, int]]
    reduced: bool


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
    read_by = reader() if question.expand and by_meaning(question.kind, question.sort) else None
    asked = ask(question.text, expansion() if question.expand else None, read_by)
    analysed = asked.text
    if policy and not policy.owners:
        return Answer(question, analysed, [], 0, {}, False)
    engine = search_engine()
    query = headed(engine, _query(question, analysed, policy), asked.read)
    first = engine.search(query)
    load = _loader(question.kind, policy)
    found, dropped = _filled(engine, query, first.hits, load)
    if question.page > 1 and not first.hits:
        raise LookupError(question.page)
    return Answer(question, analysed, found, max(first.total - dropped, len(found)), first.facets, first.reduced)


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


def _loader(kind: Kind, policy: MatchSearchPolicy | None) -> Loader:
    """How the rows of a kind are read, as far as the reader may see them at this moment."""
    if policy is not None:
        return lambda ids: _by_id(policy.viewable(servable(_matches(ids))))
    return _companies if kind == "company" else _needs


def _companies(ids: Sequence[str]) -> dict[str, Company]:
    rows = Company.objects.visible().filter(pk__in=ids).select_related("place")
    rows = rows.prefetch_related(
        "offers__service_type", "languages", "sectors", "credentials__scheme", "credentials__checks", "claim_checks"
    )
    return _by_id(rows)


def _needs(ids: Sequence[str]) -> dict[str, Need]:
    rows = Need.objects.shown().filter(pk__in=ids).select_related("company")
    return _by_id(rows.prefetch_related("service_types", "product_categories", "markets"))


def _matches(ids: Sequence[str]) -> list[Match]:
    rows = Match.objects.filter(pk__in=ids)
    return list(rows.select_related("seeker", "candidate__place", "need", "product", "match_list"))


def _by_id(rows: Any) -> dict[str, Any]:
    return {str(row.pk): row for row in rows}


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


def suggestions(typed: str) -> list[str]:
    """Names of visible companies and labels of terms that begin with what was typed, in either language."""
    proposed = search_engine().suggest("company", typed, MOST_SUGGESTED)
    ids = [one.id for one in proposed]
    visible = {str(pk) for pk in Company.objects.visible().filter(pk__in=ids).values_list("pk", flat=True)}
    names = [one.text for one in proposed if one.id in visible]
    return list(dict.fromkeys([*suggested_terms(typed), *names]))[:MOST_SUGGESTED]
