"""What the search page shows for what was typed: asked of an index that holds the directory and is gone afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum

from django.contrib.auth.models import AnonymousUser

from search.building import company_documents
from search.engines.base import NO_SPACE
from search.evaluation import fill, own_index
from search.forms import PAGE_SIZE, Question, in_reach
from search.index import searching
from search.indexing import company_batches
from search.meaning import space, with_meaning
from search.queries import Found, answer


class Way(StrEnum):
    """How much of search answers: all of it, words and their other wordings, or the words as they were typed."""

    ALL = "all"
    WORDS = "words"
    TYPED = "typed"


@contextmanager
def directory_index(name: str, url: str, way: Way = Way.ALL) -> Iterator[int]:
    """All companies that the directory shows, in an index of an engine that every search inside asks.

    The living index is neither read nor written. Yields how many there are; without their meaning where only words are
    to answer. Raises ``EngineUnavailableError``.
    """
    by_meaning = way is Way.ALL
    with own_index(name, url, space() if by_meaning else NO_SPACE) as engine:
        for batch in company_batches():
            documents = company_documents(batch)
            fill(engine, with_meaning(documents) if by_meaning else documents, None)
        with searching(engine):
            yield engine.count("company")


def shown(typed: str, depth: int, way: Way = Way.ALL) -> list[Found]:
    """The first ``depth`` companies that a reader who is not signed in finds, page by page.

    Raises ``EngineUnavailableError``.
    """
    found: list[Found] = []
    page = 1
    while len(found) < depth and in_reach(page):
        question = Question("company", typed, page=page, expand=way is not Way.TYPED)
        try:
            given = answer(question, AnonymousUser()).found
        except LookupError:
            break
        found += given
        if len(given) < PAGE_SIZE:
            break
        page += 1
    return found[:depth]
