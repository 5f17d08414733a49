"""What saved searches take from the outbox: news of what is shown (``alert``), and digests that are due."""

from collections.abc import Iterable, Sequence

from django.db import transaction

from matchmaking.core import outbox
from matchmaking.core.models import OutboxEntry
from search.engines.base import KINDS, Key
from search.models import SavedSearch
from search.saved.digest import TOPIC, send_digest
from search.saved.matching import note_published

ALERT = "alert"


def announce(keys: Iterable[Key]) -> None:
    """Mark companies and needs whose documents were just written, where anybody keeps a search of their kind."""
    going = SavedSearch.objects.filter(stopped_at=None).order_by()
    wanted = set(going.values_list("kind", flat=True).distinct())
    with transaction.atomic():
        for kind, id in keys:
            if kind in wanted:
                outbox.mark(ALERT, kind, int(id))


def note_marked(entries: Sequence[OutboxEntry]) -> None:
    """Handle topic ``alert``."""
    for kind in KINDS:
        ids = {entry.entity_id for entry in entries if entry.entity == kind}
        if ids:
            note_published(kind, ids)


def send_due(entries: Sequence[OutboxEntry]) -> None:
    """Handle topic ``digest``: the entity is the rhythm, its number the person."""
    for entry in entries:
        send_digest(entry.entity, entry.entity_id)


def connect() -> None:
    """Subscribe; called once when the app is ready."""
    outbox.register_handler(ALERT, note_marked, slow=True)
    outbox.register_handler(TOPIC, send_due, singly=True)
