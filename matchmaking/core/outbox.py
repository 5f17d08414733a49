"""The outbox: dirty marks written with the change, claimed under a lease, retried, and never lost.

Rooms above register a handler per topic; the kernel knows none of them by name.
"""

import logging
import random
from collections.abc import Callable, Sequence
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from matchmaking.core.models import OutboxEntry

logger = logging.getLogger(__name__)

Handler = Callable[[Sequence[OutboxEntry]], None]
LEASE = timedelta(seconds=60)
MAX_ATTEMPTS = 12
# A slow topic is taken in small bites, and only while no quick topic has anything due: after an import of a thousand
# firms, search knows them in seconds although their matches take minutes.
SLOW_BITE = 10
_handlers: dict[str, list[Handler]] = {}
_slow: set[str] = set()


class Permanent(Exception):
    """Raised by a handler for work that no retry can save; the entry goes to the dead letters at once."""


def register_handler(topic: str, handler: Handler, *, slow: bool = False) -> None:
    """Subscribe ``handler`` to a topic; it gets a batch of entries and must be idempotent.

    ``slow`` says that one entry takes a large part of a second or more, so that other topics go first.
    """
    if slow:
        _slow.add(topic)
    if handler not in _handlers.setdefault(topic, []):
        _handlers[topic].append(handler)


def mark(topic: str, entity: str, entity_id: int, *, version: int = 0) -> None:
    """Write a dirty mark in the caller's transaction.

    Raises ``TransactionManagementError`` outside a transaction: a mark must live or die with its change.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("A dirty mark belongs to the transaction of its change.")
    OutboxEntry.objects.create(
        topic=topic, entity=entity, entity_id=entity_id, version=version, available_at=timezone.now()
    )


def claim(owner: str, *, limit: int = 100, topics: Sequence[str] | None = None) -> list[OutboxEntry]:
    """Lease up to ``limit`` due entries of the topics that have handlers, oldest first."""
    now = timezone.now()
    with transaction.atomic():
        due = OutboxEntry.objects.filter(
            Q(lease_until=None) | Q(lease_until__lt=now),
            topic__in=list(topics if topics is not None else _handlers),
            available_at__lte=now,
            dead_at=None,
        ).order_by("pk")
        if connection.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True)
        entries = list(due[:limit])
        OutboxEntry.objects.filter(pk__in=[entry.pk for entry in entries]).update(
            lease_owner=owner, lease_until=now + LEASE
        )
    return entries


def drain(owner: str = "inline", *, limit: int = 100, topics: Sequence[str] | None = None) -> int:
    """Work off one batch, quick topics first, and return how many entries it held; 0 means nothing was due."""
    wanted = list(topics if topics is not None else _handlers)
    entries = claim(owner, limit=limit, topics=[topic for topic in wanted if topic not in _slow])
    if not entries:
        entries = claim(owner, limit=min(limit, SLOW_BITE), topics=[topic for topic in wanted if topic in _slow])
    by_topic: dict[str, list[OutboxEntry]] = {}
    for entry in entries:
        by_topic.setdefault(entry.topic, []).append(entry)
    for topic, batch in by_topic.items():
        _work(topic, batch, owner)
    return len(entries)


def drain_all(owner: str = "inline", *, topics: Sequence[str] | None = None) -> int:
    """Work until nothing is due; return how many entries were taken."""
    total = 0
    while taken := drain(owner, topics=topics):
        total += taken
    return total


def defer(entries: Sequence[OutboxEntry], delay: timedelta) -> None:
    """Give claimed entries back unharmed, due after ``delay``: for a handler that cannot start yet."""
    OutboxEntry.objects.filter(pk__in=[entry.pk for entry in entries]).update(
        available_at=timezone.now() + delay, lease_owner="", lease_until=None
    )


def hold(entries: Sequence[OutboxEntry], span: timedelta) -> None:
    """Lengthen the lease of claimed entries: for a handler that is about to take longer than :data:`LEASE`."""
    OutboxEntry.objects.filter(pk__in=[entry.pk for entry in entries]).update(lease_until=timezone.now() + span)


def wake(topic: str) -> int:
    """Make the deferred entries of a topic due now; return how many. Entries that failed keep their back-off."""
    return OutboxEntry.objects.filter(
        topic=topic, attempts=0, dead_at=None, available_at__gt=timezone.now()
    ).update(available_at=timezone.now())


def _work(topic: str, batch: list[OutboxEntry], owner: str) -> None:
    """Hand a batch to every handler; when it fails, try its entries one by one to isolate the bad one."""
    try:
        for handler in _handlers[topic]:
            handler(batch)
    except Exception as error:
        if len(batch) > 1 and not isinstance(error, ConnectionError):
            for entry in batch:
                _work(topic, [entry], owner)
            return
        for entry in batch:
            _postpone(entry, error)
        return
    OutboxEntry.objects.filter(pk__in=[entry.pk for entry in batch], lease_owner=owner).delete()


def _postpone(entry: OutboxEntry, error: Exception) -> None:
    """Give the entry back with exponential back-off and jitter, or bury it."""
    entry.attempts += 1
    entry.lease_owner, entry.lease_until = "", None
    # The class alone: a message may quote a member's text.
    entry.last_error = type(error).__name__[:300]
    if isinstance(error, Permanent) or entry.attempts >= MAX_ATTEMPTS:
        entry.dead_at = timezone.now()
        logger.error("outbox entry %s is dead after %s attempts: %s", entry, entry.attempts, entry.last_error)
    else:
        delay = min(2**entry.attempts, 300) * random.uniform(0.5, 1.0)
        entry.available_at = timezone.now() + timedelta(seconds=delay)
        logger.warning("outbox entry %s postponed: %s", entry, entry.last_error)
    entry.save()
