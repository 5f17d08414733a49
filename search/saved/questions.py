"""A question as it is kept, and back: what it asks, in words and as an address."""

from dataclasses import replace
from typing import Any, cast

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext

from search.analysis import analyse
from search.engines.base import DEEPEST_HIT, LARGEST_PAGE, Kind, SearchQuery
from search.expansion import expansion
from search.facets import facet_labels
from search.forms import PAGES, BadQuestionError, Question, read_question
from search.hits import listed
from search.index import search_engine
from search.models import SavedSearch

# Matches are news of their own; what may be kept are questions about these.
SAVED_KINDS: tuple[Kind, ...] = ("company", "need")
LONGEST_KEPT = 2000


class TooBroadError(Exception):
    """A question that finds more than can be read, so that nobody could tell what is new."""


def kept_form(question: Question) -> str:
    """The question without page and picked companies. Raises :class:`BadQuestionError` where it is too long to keep."""
    plain = Question(question.kind, question.text.strip(), question.facets, expand=question.expand)
    kept = plain.address().removeprefix("?")
    if len(kept) > LONGEST_KEPT:
        raise BadQuestionError("q")
    return kept


def question_of(saved: SavedSearch) -> Question:
    """The question of a saved search. Raises :class:`BadQuestionError` where today's search page would refuse it."""
    return read_question(cast(Kind, saved.kind), QueryDict(saved.query))


def engine_query(question: Question) -> SearchQuery:
    """What an engine is asked, best first: by words alone, since what is only close in meaning is no news."""
    analysed = analyse(question.text, expansion() if question.expand else None)
    return SearchQuery(question.kind, analysed, question.facets, size=LARGEST_PAGE)


def found_now(question: Question) -> list[int]:
    """Numbers of all that a question finds at present.

    Raises :class:`TooBroadError` for more than ``DEEPEST_HIT`` results, ``EngineUnavailableError`` where no engine
    answers.
    """
    found: list[int] = []
    query = engine_query(question)
    for page in range(1, DEEPEST_HIT // LARGEST_PAGE + 1):
        result = search_engine().search(replace(query, page=page))
        if result.total > DEEPEST_HIT:
            raise TooBroadError
        found += [int(hit.id) for hit in result.hits]
        if len(found) >= result.total or not result.hits:
            break
    return found


def title(saved: SavedSearch) -> str:
    """What it asks in the reader's language: the words, then the chosen values."""
    try:
        question = question_of(saved)
    except BadQuestionError:
        return saved.query[:80]
    labels = facet_labels(question.kind, dict(question.facets))
    values = listed(labels[group, value] for group, chosen in question.facets.items() for value in chosen)
    return " · ".join(part for part in (question.text[:80], values) if part) or gettext("Everything")


def address(saved: SavedSearch) -> str:
    """The search page with this question, newest first."""
    return f"{reverse(PAGES[cast(Kind, saved.kind)])}?{saved.query}&sort=updated"


def described(saved: SavedSearch) -> dict[str, Any]:
    """What pages and mails show of a saved search."""
    return {"row": saved, "title": title(saved), "url": address(saved), "kind": saved.get_kind_display()}
