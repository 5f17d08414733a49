"""Which saved searches find what was just published.

The changed documents are put into an index of their own, in memory, and every saved question is asked of it: so a
question finds by mail what holds its words, as on the page, on either engine, and no engine needs a feature for it.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import transaction

from search.building import company_documents, need_documents
from search.engines.base import Hit, Kind, SearchDocument
from search.engines.engine import SearchEngine
from search.engines.fts5 import Fts5Engine
from search.forms import BadQuestionError
from search.models import SavedSearch, SavedSearchHit
from search.saved.digest import plan_digest
from search.saved.questions import engine_query, question_of


def note_published(kind: Kind, ids: Iterable[int]) -> int:
    """Note for every saved search what it newly finds among these companies or needs; returns how many notes.

    Rows that are not shown to the public find their way into nothing: their documents are tombstones.
    """
    build = company_documents if kind == "company" else need_documents
    visible = [document for document in build(set(ids)) if document.visible]
    going = SavedSearch.objects.filter(kind=kind, stopped_at=None, user__is_active=True)
    if not visible or not going.exists():
        return 0
    with _index_of(visible) as index:
        return sum(_note(saved, _asked(index, saved)) for saved in going.iterator())


@contextmanager
def _index_of(documents: list[SearchDocument]) -> Iterator[SearchEngine]:
    index = Fts5Engine(":memory:")
    try:
        index.ensure()
        index.write(documents)
        yield index
    finally:
        index.close()


def _asked(index: SearchEngine, saved: SavedSearch) -> tuple[Hit, ...]:
    """What a saved question finds; nothing where its words or values have become impossible since."""
    try:
        return index.search(engine_query(question_of(saved))).hits
    except BadQuestionError:
        return ()


def _note(saved: SavedSearch, hits: Iterable[Hit]) -> int:
    known = set(saved.known)
    new = [hit for hit in hits if int(hit.id) not in known]
    told = set(saved.hits.filter(object_id__in=[int(hit.id) for hit in new]).values_list("object_id", flat=True))
    rows = [
        SavedSearchHit(saved_search=saved, object_id=int(hit.id), score=hit.score, words=list(hit.matched))
        for hit in new
        if int(hit.id) not in told
    ]
    if rows:
        with transaction.atomic():
            # Another worker may have noted the same change.
            SavedSearchHit.objects.bulk_create(rows, ignore_conflicts=True)
            plan_digest(saved)
    return len(rows)
