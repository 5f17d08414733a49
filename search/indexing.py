"""Bringing the index into step with the database: what changed is read again and written under its version."""

import logging
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from directory.models import Company, Need
from matchmaking.core.fault_points import reached
from matchmaking.matches.models import Match
from search.building import company_documents, match_documents, need_documents
from search.building.matches import forget_gone
from search.building.terms import Vocabulary
from search.engines.base import Key, SearchDocument, WriteResult
from search.engines.engine import SearchEngine
from search.index import search_engine
from search.meaning import with_meaning

logger = logging.getLogger(__name__)
BATCH = 200


@dataclass
class Dirty:
    """Numbers of companies, needs and match seekers whose documents are to be built again."""

    companies: set[int] = field(default_factory=set)
    needs: set[int] = field(default_factory=set)
    seekers: set[int] = field(default_factory=set)


def documents_of(dirty: Dirty) -> list[SearchDocument]:
    """Build the documents of what is dirty and of what hangs on it.

    The needs of a company follow its version. The matches of a company that nobody may see any more leave the index
    at once, its own and those in which it is a candidate, before the recommender has recomputed a single list.
    """
    vocabulary = Vocabulary.read()
    companies = company_documents(dirty.companies, vocabulary)
    hidden = [int(document.id) for document in companies if not document.visible]
    needs = dirty.needs | set(Need.objects.filter(company_id__in=dirty.companies).values_list("pk", flat=True))
    touched = Match.objects.filter(candidate_id__in=hidden).values_list("seeker_id", flat=True).distinct()
    seekers = dirty.seekers | set(hidden) | (set(touched) if hidden else set())
    matches = match_documents(seekers, vocabulary) if seekers else []
    return [*companies, *need_documents(needs, vocabulary), *matches]


def bring_into_step(dirty: Dirty, engine: SearchEngine | None = None) -> WriteResult:
    """Write what is dirty to every index, or to one; whoever calls tries ``retry`` again later."""
    documents, result = read_and_write(dirty, engine or search_engine())
    unfinished = {*result.retry, *result.refused}
    if engine is None:
        # Only what every index knows is forgotten; a rebuild fills one index at a time.
        forget_gone(document for document in documents if document.key not in unfinished)
    return result


def read_and_write(dirty: Dirty, engine: SearchEngine) -> tuple[list[SearchDocument], WriteResult]:
    """The documents as they were read and what became of them."""
    documents, result, seen = _try(dirty, engine)
    if result.retry and engine.targets() != seen:
        # A rebuild has begun between reading and writing: nothing is wrong, and nobody needs to wait.
        documents, result, seen = _try(dirty, engine)
    tell_refused(result)
    return documents, result


def _try(dirty: Dirty, engine: SearchEngine) -> tuple[list[SearchDocument], WriteResult, frozenset[str]]:
    seen = engine.targets()
    documents = read(dirty)
    return documents, engine.write(documents, seen=seen), seen


def read(dirty: Dirty) -> list[SearchDocument]:
    """The documents of what is dirty as an index should hold them, from the present state."""
    documents = with_meaning(documents_of(dirty))
    reached("K2")
    return documents


def tell_refused(result: WriteResult) -> None:
    """Tell in the log what can never be indexed; it keeps nobody else out of the index."""
    for (kind, id), reason in result.refused.items():
        logger.error("%s %s cannot be indexed: %s", kind, id, reason)


def company_batches() -> Iterable[list[int]]:
    """Numbers of all companies, in batches by number."""
    last = 0
    while batch := list(Company.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        yield batch
        last = batch[-1]


def all_of(company_ids: Collection[int]) -> Dirty:
    """Everything that hangs on these companies."""
    return Dirty(companies=set(company_ids), seekers=set(company_ids))


def entity_of(key: Key) -> tuple[str, int]:
    """The dirty mark that brings one document into step: entity and number."""
    return ("match_row" if key[0] == "match" else key[0]), int(key[1])
