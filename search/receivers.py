"""What search listens to: the outbox topic ``doc``, and needs and matches that are deleted."""

import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete

from directory.models import Need
from matchmaking.core import outbox
from matchmaking.core.models import OutboxEntry
from matchmaking.core.schedule import register_job
from matchmaking.matches.models import Match
from search.building.matches import suspect
from search.building.terms import GONE
from search.engines.base import tombstone
from search.index import search_engine
from search.indexing import Dirty, bring_into_step
from search.purging import keep_house
from search.saved.receivers import announce

logger = logging.getLogger(__name__)

# A search server that is away is no fault of the entries: they wait as long as it takes, and never die of it.
PAUSE = timedelta(seconds=10)


def index_changed(entries: Sequence[OutboxEntry]) -> None:
    """Bring the documents of the marked entities into step; marks wait while an index cannot be written.

    The embedded index is written all the same, so that it can answer meanwhile. Raises ``Permanent`` for a document
    that can never be indexed, alone or, in a batch, once its entry is tried by itself.
    """
    rows = [entry.entity_id for entry in entries if entry.entity == "match_row"]
    dirty = Dirty(
        companies={entry.entity_id for entry in entries if entry.entity == "company"},
        needs={entry.entity_id for entry in entries if entry.entity == "need"},
        seekers={entry.entity_id for entry in entries if entry.entity == "match"},
    )
    present = dict(Match.objects.filter(pk__in=rows).values_list("pk", "seeker_id"))
    suspect(present.items())
    dirty.seekers |= set(present.values())
    result = bring_into_step(dirty)
    gone = [tombstone("match", str(pk), GONE) for pk in rows if pk not in present]
    buried = search_engine().write(gone)
    announce(result.written)
    if result.refused:
        kinds = sorted({kind for kind, _ in result.refused})
        raise outbox.Permanent(f"{len(result.refused)} documents refused: {', '.join(kinds)}")
    if result.retry or buried.retry:
        logger.warning("%d documents wait for the search server", len(result.retry) + len(buried.retry))
        outbox.defer(entries, PAUSE)
    elif result.written:
        # The server takes documents: those that waited for it need not wait for the end of their pause.
        outbox.wake("doc")


def need_deleted(instance: Need, **kwargs: Any) -> None:
    """The row is gone, and its company no longer leads to it: the index must forget it by its number."""
    with transaction.atomic():
        outbox.mark("doc", "need", instance.pk)


def connect() -> None:
    """Subscribe; called once when the app is ready."""
    outbox.register_handler("doc", index_changed)
    register_job("search_housekeeping", timedelta(minutes=20), keep_house)
    post_delete.connect(need_deleted, sender=Need, dispatch_uid="search_need_deleted")
