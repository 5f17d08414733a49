"""Dead letters: entries of the outbox that were given up, why, and how they get another life."""

from collections.abc import Sequence

from django.db.models import QuerySet

from matchmaking.core.leases import due_now
from matchmaking.core.models import OutboxEntry


def dead_letters() -> QuerySet[OutboxEntry]:
    """Entries that were given up, the oldest first; ``last_error`` says why."""
    return OutboxEntry.objects.filter(dead_at__isnull=False).order_by("dead_at", "pk")


def requeue(numbers: Sequence[int] | None = None) -> int:
    """Give dead letters (all, or those of these numbers) a new life; returns how many."""
    dead = dead_letters() if numbers is None else dead_letters().filter(pk__in=list(numbers))
    return dead.order_by().update(dead_at=None, attempts=0, available_at=due_now(), lease_owner="", lease_until=None)
