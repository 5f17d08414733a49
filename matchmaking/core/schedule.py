"""Work that is due by the clock. It travels through the outbox, and so has a lease, retries and dead letters."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, transaction

from matchmaking.core import outbox
from matchmaking.core.models import JobSlot, OutboxEntry

TOPIC = "job"
LOOK_SECONDS = 30.0
KEPT_SLOTS = 3


@dataclass(frozen=True, slots=True)
class Job:
    """A regular job: it may be run twice or late, never in two ways."""

    every: timedelta
    run: Callable[[], None]


_jobs: dict[str, Job] = {}
_looked: list[float] = []


def register_job(name: str, every: timedelta, run: Callable[[], None]) -> None:
    """Have ``run`` called once in each stretch of ``every``, by whichever worker is first."""
    _jobs[name] = Job(every, run)


def mark_due() -> int:
    """Leave a mark for each job whose present stretch has none yet; returns how many. Looks twice a minute at most."""
    if _looked and time.monotonic() - _looked[-1] < LOOK_SECONDS:
        return 0
    _looked[:] = [time.monotonic()]
    now = time.time()
    return sum(_mark(name, int(now // job.every.total_seconds())) for name, job in _jobs.items())


def _mark(name: str, slot: int) -> int:
    if JobSlot.objects.filter(job=name, slot=slot).exists():
        return 0
    try:
        with transaction.atomic():
            JobSlot.objects.create(job=name, slot=slot)
            JobSlot.objects.filter(job=name, slot__lte=slot - KEPT_SLOTS).delete()
            outbox.mark(TOPIC, name, slot)
    except IntegrityError:
        # Another worker was quicker.
        return 0
    return 1


def run_jobs(entries: Sequence[OutboxEntry]) -> None:
    """Handle outbox topic ``job``: a job that has waited several times is run once."""
    for name in dict.fromkeys(entry.entity for entry in entries):
        # A mark of a job that this release no longer knows is done.
        if name in _jobs:
            _jobs[name].run()
