"""The outbox: dirty marks written with the change, claimed under a lease, retried, and never lost.

Rooms above register a handler per topic; the kernel knows none of them by name.
"""

import logging
import random
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from matchmaking.core.fault_points import reached
from matchmaking.core.leases import acknowledge, claim, clock, defer, due_now, held, hold, take_over, wake
from matchmaking.core.models import OutboxEntry

logger = logging.getLogger(__name__)

__all__ = ["Permanent", "defer", "drain", "drain_all", "hold", "mark", "register_handler", "wake"]
Handler = Callable[[Sequence[OutboxEntry]], None]
MAX_ATTEMPTS = 12
# A slow topic is taken in small bites, and only while no quick topic has anything due: after an import of a thousand
# firms, search knows them in seconds although their matches take minutes.
SLOW_BITE = 10
_handlers: dict[str, list[Handler]] = {}
_slow: set[str] = set()
_singly: set[str] = set()


class Permanent(Exception):
    """Raised by a handler for work that no retry can save; the entry goes to the dead letters at once."""


def register_handler(topic: str, handler: Handler, *, slow: bool = False, singly: bool = False) -> None:
    """Subscribe ``handler`` to a topic; it gets a batch of entries and must be idempotent.

    ``slow`` says that one entry takes a large part of a second or more, so that other topics go first. ``singly`` says
    that it cannot be quite idempotent (a mail goes out): entries come one by one, so that a kill repeats one at most.
    """
    if slow:
        _slow.add(topic)
    if singly:
        _singly.add(topic)
    if handler not in _handlers.setdefault(topic, []):
        _handlers[topic].append(handler)


def quick_topics() -> list[str]:
    """Topics with handlers of which no entry takes long."""
    return [topic for topic in _handlers if topic not in _slow]


def slow_topics() -> list[str]:
    """The others."""
    return [topic for topic in _handlers if topic in _slow]


def mark(topic: str, entity: str, entity_id: int, *, version: int = 0, due: datetime | None = None) -> None:
    """Write a dirty mark in the caller's transaction; nobody takes it before ``due``.

    Raises ``TransactionManagementError`` outside a transaction: a mark must live or die with its change.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("A dirty mark belongs to the transaction of its change.")
    OutboxEntry.objects.create(
        topic=topic, entity=entity, entity_id=entity_id, version=version, available_at=due or due_now()
    )


def drain(owner: str = "inline", *, limit: int = 100, topics: Sequence[str] | None = None) -> int:
    """Work off one batch, quick topics first, and return how many entries it held; 0 means nothing was due."""
    wanted = list(topics if topics is not None else _handlers)
    quick, slow = [topic for topic in wanted if topic not in _slow], [topic for topic in wanted if topic in _slow]
    return _turn(owner, quick, limit) or _turn(owner, slow, min(limit, SLOW_BITE))


def _turn(owner: str, topics: list[str], limit: int) -> int:
    """A batch of what nobody has, then one of what workers that fell silent had."""
    fresh = claim(owner, topics, limit=limit)
    _work_by_topic(fresh)
    orphans = take_over(owner, topics, limit=limit)
    for entry in orphans:
        if entry.attempts >= MAX_ATTEMPTS:
            _postpone(entry, Permanent("its workers ended before it was done"))
    _work_by_topic([entry for entry in orphans if entry.attempts < MAX_ATTEMPTS])
    return len(fresh) + len(orphans)


def _work_by_topic(entries: list[OutboxEntry]) -> None:
    by_topic: dict[str, list[OutboxEntry]] = {}
    for entry in entries:
        by_topic.setdefault(entry.topic, []).append(entry)
    for topic, batch in by_topic.items():
        for part in [[entry] for entry in batch] if topic in _singly else [batch]:
            _work(topic, part)


def drain_all(owner: str = "inline", *, topics: Sequence[str] | None = None) -> int:
    """Work until nothing is due; return how many entries were taken."""
    total = 0
    while taken := drain(owner, topics=topics):
        total += taken
    return total


def _work(topic: str, batch: list[OutboxEntry]) -> None:
    """Hand a batch to every handler; when it fails, try its entries one by one to isolate the bad one."""
    try:
        for handler in _handlers[topic]:
            handler(batch)
    except Exception as error:
        if len(batch) > 1 and not isinstance(error, ConnectionError):
            for entry in batch:
                _work(topic, [entry])
            return
        for entry in batch:
            _postpone(entry, error)
        return
    reached("K3")
    acknowledge(batch)


def _postpone(entry: OutboxEntry, error: Exception) -> None:
    """Give the entry back with exponential back-off and jitter, or bury it; leave it where another worker has it."""
    attempts, now = entry.attempts + 1, clock()
    # The class, and of a permanent failure what its handler says: any other message may quote a member's text.
    reason = f"{type(error).__name__}: {error}" if isinstance(error, Permanent) else type(error).__name__
    changes: dict[str, Any] = {"attempts": attempts, "lease_owner": "", "lease_until": None, "last_error": reason[:300]}
    if isinstance(error, Permanent) or attempts >= MAX_ATTEMPTS:
        reached("K6")
        changes["dead_at"] = now
        logger.error("outbox entry %s is dead after %s attempts: %s", entry, attempts, reason)
    else:
        delay = min(2**attempts, 300) * random.uniform(0.5, 1.0)
        changes["available_at"] = now + timedelta(seconds=delay)
        logger.warning("outbox entry %s postponed: %s", entry, reason)
    held([entry]).update(**changes)
