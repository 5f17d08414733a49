"""What the processes of the fault tests do: change firms, work, rebuild, search. Each firm has a word of its own."""

import time
from datetime import timedelta

from django.contrib.auth.models import AnonymousUser
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from directory.models import Company
from directory.versions import mark_changed
from matchmaking.core import outbox
from matchmaking.core.fault_points import reached
from matchmaking.core.models import OutboxEntry
from search import queries
from search.engines.base import EngineUnavailableError
from search.forms import Question
from search.index import search_engine, single_engines
from search.rebuilding import RebuildRunningError, only_rebuild, rebuild
from search.reconciling import compare
from search.suggesting import suggested

BUSY = 3


def word(number):
    """The word by which a firm is found."""
    return f"zq{number:05d}x"


def make(numbers):
    """Firms that the worker has still to take."""
    rows = [
        Company(pk=n, slug=word(n), country="CN", legal_name_en=f"{word(n)} first", visibility="live", live=True)
        for n in numbers
    ]
    with transaction.atomic():
        Company.objects.bulk_create(rows)
        for row in rows:
            mark_changed(row.pk)
        # Matches have tests of their own.
        OutboxEntry.objects.filter(topic="match").delete()


def change(number, act, text=""):
    """One write of the site: ``rename``, ``withdraw``, ``publish`` or ``delete``; returns the version."""
    with transaction.atomic():
        transaction.on_commit(lambda: reached("W2"))
        rows = Company.objects.filter(pk=number)
        if not rows.exists():
            return 0
        if act == "delete":
            for row in rows:
                row.delete()
            version = 0
        else:
            values = {
                "rename": {"legal_name_en": f"{word(number)} {text}"},
                "withdraw": {"visibility": "withdrawn"},
                "publish": {"visibility": "live", "live": True},
            }[act]
            rows.update(**values)
            version = mark_changed(number)
        OutboxEntry.objects.filter(topic="match").delete()
        reached("W1")
    return version


def rename_together(numbers, text):
    """Many firms in one transaction; returns the version of each that is still there."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            # So few pages that the file takes what is not committed yet: a kill leaves it there.
            cursor.execute("PRAGMA cache_size = 4")
    versions = {}
    with transaction.atomic():
        transaction.on_commit(lambda: reached("W2"))
        for number in (
            Company.objects.select_for_update().filter(pk__in=numbers).order_by("pk").values_list("pk", flat=True)
        ):
            Company.objects.filter(pk=number).update(legal_name_en=f"{word(number)} {text}")
            versions[number] = mark_changed(number)
            reached("D2")
        OutboxEntry.objects.filter(topic="match").delete()
        reached("W1")
    return {number: versions.get(number, 0) for number in numbers}


def turn_clock(seconds):
    """Have the clock of this process be off."""
    real = timezone.now
    timezone.now = lambda: real() + timedelta(seconds=seconds)


def work_once(skew=0):
    """One batch, as the worker takes it."""
    turn_clock(skew)
    outbox.drain(f"once:{time.monotonic_ns()}", topics=["doc"])


def work_until_empty(seconds=8.0):
    """Work until no mark is left that is not dead; returns how many are."""
    until = time.monotonic() + seconds
    left = OutboxEntry.objects.filter(topic="doc", dead_at=None)
    while left.exists() and time.monotonic() < until:
        if not outbox.drain(f"last:{time.monotonic_ns()}", topics=["doc"]):
            time.sleep(0.05)
    return left.count()


def work_for_ever(name, skew=0):
    """A worker: like the product's own, it waits for a database that is away."""
    turn_clock(skew)
    turn = 0
    while True:
        turn += 1
        try:
            if not outbox.drain(f"{name}:{turn}", topics=["doc"]):
                time.sleep(0.02)
        except OperationalError:
            connection.close()
            time.sleep(0.2)


def rebuild_once():
    """A rebuild of every index; exits with 3 where another one runs."""
    try:
        with only_rebuild():
            for engine in single_engines():
                rebuild(engine)
    except RebuildRunningError:
        raise SystemExit(BUSY) from None
    except EngineUnavailableError:
        raise SystemExit(1) from None


def shown(number):
    """Whether the product shows a firm to somebody who looks for its word."""
    found = queries.answer(Question("company", word(number)), AnonymousUser()).found
    offered = any(word(number) in one.text for one in suggested(word(number)))
    return offered or any(one.row.pk == number for one in found)


def answers(number):
    """Whether a search succeeds and finds a firm that is there all the time."""
    try:
        return shown(number)
    except EngineUnavailableError:
        return False


def faults():
    """What is wrong once everything has settled, by name; all 0 where the design holds."""
    totals = {"lost": 0, "stale": 0, "resurrected": 0}
    for engine in single_engines():
        engine.refresh()
        found = compare(engine)
        totals["lost"] += len(found.missing)
        totals["stale"] += len(found.stale)
        totals["resurrected"] += len(found.orphan) + len(found.leaked)
    visible = Company.objects.visible().count()
    totals["miscounted"] = abs(search_engine().count("company") - visible)
    totals["stuck"] = OutboxEntry.objects.filter(topic="doc", dead_at=None).count()
    totals["dead"] = OutboxEntry.objects.filter(topic="doc").exclude(dead_at=None).count()
    return totals
