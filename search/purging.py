"""Forgetting tombstones that no writer can be behind of any more."""

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import Min
from django.utils import timezone

from matchmaking.core.models import OutboxEntry
from search.engines.base import KINDS, EngineUnavailableError, Kind
from search.engines.engine import SearchEngine
from search.index import search_engine, single_engines
from search.models import Tombstone
from search.retiring import drop_retired

KEPT = timedelta(hours=24)
BATCH = 500


def keep_house() -> None:
    """The regular job: drop generations whose hour is over, and purge. An engine that is away gets it next time."""
    for engine in single_engines():
        try:
            drop_retired(engine)
        except EngineUnavailableError:
            continue
    purge_tombstones(search_engine())


def purge_tombstones(engine: SearchEngine) -> int:
    """Forget tombstones known for more than a day; note the new ones. Returns how many were forgotten.

    None is forgotten while a mark from before it waits: its worker may have read the state before.
    """
    forgotten = 0
    for kind in KINDS:
        there = {one.id for one in engine.iterate(kind) if not one.visible}
        known = dict(Tombstone.objects.filter(kind=kind).values_list("document", "since"))
        _forget_rows(kind, known.keys() - there)
        new = [Tombstone(kind=kind, document=id, since=timezone.now()) for id in sorted(there - known.keys())]
        Tombstone.objects.bulk_create(new, ignore_conflicts=True, batch_size=BATCH)
        oldest = OutboxEntry.objects.filter(topic="doc").aggregate(at=Min("created_at"))["at"]
        before = min(timezone.now() - KEPT, oldest or timezone.now())
        old = sorted(id for id in there & known.keys() if known[id] < before)
        for start in range(0, len(old), BATCH):
            engine.purge(kind, old[start : start + BATCH])
        _forget_rows(kind, old)
        forgotten += len(old)
    return forgotten


def _forget_rows(kind: Kind, ids: Iterable[str]) -> None:
    documents = sorted(ids)
    for start in range(0, len(documents), BATCH):
        Tombstone.objects.filter(kind=kind, document__in=documents[start : start + BATCH]).delete()
