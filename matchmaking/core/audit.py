"""Append-only record of who changed which state, chained by hash so that a removed or altered row shows."""

import hashlib
import json
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from matchmaking.core.models import AuditEvent

CHAIN_LOCK = 0x79757869  # "yuxi": any number that nothing else in this database locks


def record_event(
    action: str,
    target: models.Model,
    *,
    actor: Any = None,
    company_id: int | None = None,
    alliance_id: int | None = None,
    data: dict[str, Any] | None = None,
) -> AuditEvent:
    """Append one event inside the caller's transaction.

    ``data`` holds codes, ids and states only, never personal data or free text of a member.
    Raises ``TransactionManagementError`` outside a transaction, because an event without its change would lie.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("An audit event belongs to the transaction of its change.")
    _queue_up()
    previous = AuditEvent.objects.order_by("-pk").first()
    event = AuditEvent(
        at=timezone.now(),
        actor_id=getattr(actor, "pk", None),
        action=action,
        target_type=target._meta.label_lower,
        target_id=str(target.pk),
        company_id=company_id,
        alliance_id=alliance_id,
        data=data or {},
        previous_hash=previous.hash if previous else "",
    )
    event.hash = event_hash(event)
    event.save(force_insert=True)
    return event


def _queue_up() -> None:
    """Order concurrent writers until they commit, so that each event names its true predecessor.

    A lock on the newest row would not do: who waited for it would still hold that row, no longer the newest.
    On SQLite the transaction itself is the queue: it begins IMMEDIATE.
    """
    connection = transaction.get_connection()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHAIN_LOCK])


def event_hash(event: AuditEvent) -> str:
    """Return the sha256 over the event's content and its predecessor's hash."""
    content = [
        event.at.isoformat(), event.actor_id, event.action, event.target_type, event.target_id,
        event.company_id, event.alliance_id, event.data, event.previous_hash,
    ]
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def first_broken_event() -> AuditEvent | None:
    """Return the first event whose hash or predecessor does not fit, or None when the chain is whole."""
    previous = ""
    for event in AuditEvent.objects.order_by("pk").iterator():
        if event.previous_hash != previous or event.hash != event_hash(event):
            return event
        previous = event.hash
    return None
