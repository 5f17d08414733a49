"""Leases on outbox entries: who works on what, until when, and what a worker that comes late may still touch."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from matchmaking.core.fault_points import reached
from matchmaking.core.models import OutboxEntry

# How long a worker may be silent before others take its entries; the fault tests shorten it.
LEASE = timedelta(seconds=getattr(settings, "OUTBOX_LEASE_SECONDS", 60))


def due_now() -> Now | datetime:
    """The present by the clock that leases are judged by: that of the database where several machines share it."""
    return Now() if connection.vendor == "postgresql" else timezone.now()


def clock() -> datetime:
    """The same, read: two workers whose clocks differ must not take each other's entries."""
    if connection.vendor != "postgresql":
        return timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: datetime = cursor.fetchone()[0]
    return moment


def claim(owner: str, topics: Sequence[str], *, limit: int = 100) -> list[OutboxEntry]:
    """Lease up to ``limit`` due entries that nobody has, oldest first.

    Two workers never get the same entry: PostgreSQL skips locked rows, SQLite locks the file before it reads.
    """
    with transaction.atomic():
        entries = _lease(owner, _due(topics).filter(lease_until=None), limit, taken_over=False)
    reached("K1")
    return entries


def take_over(owner: str, topics: Sequence[str], *, limit: int = 100) -> list[OutboxEntry]:
    """Lease entries whose worker has been silent for too long, and count that against them.

    The more workers an entry has outlasted, the fewer it is taken together with, down to none: where it was the entry
    that ended them, it takes few others along, and is given up alone in the end.
    """
    with transaction.atomic():
        silent = _due(topics).filter(lease_until__lt=clock()).order_by("attempts", "pk")
        first = silent.values_list("attempts", flat=True).first()
        if first is None:
            return []
        share = max(1, limit >> first)
        return _lease(owner, silent.filter(attempts=first), share, taken_over=True)


def _due(topics: Sequence[str]) -> QuerySet[OutboxEntry]:
    due = OutboxEntry.objects.filter(topic__in=list(topics), available_at__lte=clock(), dead_at=None).order_by("pk")
    if connection.features.has_select_for_update_skip_locked:
        due = due.select_for_update(skip_locked=True)
    return due


def _lease(owner: str, due: QuerySet[OutboxEntry], limit: int, *, taken_over: bool) -> list[OutboxEntry]:
    entries, until = list(due[:limit]), clock() + LEASE
    OutboxEntry.objects.filter(pk__in=[entry.pk for entry in entries]).update(
        lease_owner=owner, lease_until=until, attempts=F("attempts") + int(taken_over)
    )
    for entry in entries:
        entry.lease_owner, entry.lease_until, entry.attempts = owner, until, entry.attempts + int(taken_over)
    return entries


def held(entries: Sequence[OutboxEntry]) -> QuerySet[OutboxEntry]:
    """Those of the entries that nobody else has taken since they were leased: what a late worker may still touch."""
    owners = {entry.lease_owner for entry in entries}
    return OutboxEntry.objects.filter(pk__in=[entry.pk for entry in entries], lease_owner__in=owners)


def acknowledge(entries: Sequence[OutboxEntry]) -> None:
    """Take entries off the queue whose work is done; those that somebody else has taken meanwhile stay."""
    with transaction.atomic():
        held(entries).delete()
        reached("K5")


def defer(entries: Sequence[OutboxEntry], delay: timedelta) -> None:
    """Give claimed entries back unharmed, due after ``delay``: for a handler that cannot start yet."""
    held(entries).update(available_at=clock() + delay, lease_owner="", lease_until=None)


def hold(entries: Sequence[OutboxEntry], span: timedelta) -> None:
    """Lengthen the lease of claimed entries: for a handler that is about to take longer than :data:`LEASE`."""
    held(entries).update(lease_until=clock() + span)


def wake(topic: str) -> int:
    """Make the deferred entries of a topic due now; return how many. Entries that failed keep their back-off."""
    deferred = OutboxEntry.objects.filter(topic=topic, dead_at=None, last_error="", available_at__gt=clock())
    # Asked before it is written: workers call this often, and on SQLite a write waits for every other one.
    return deferred.update(available_at=due_now()) if deferred.exists() else 0
