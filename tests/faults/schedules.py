"""Schedules that catch a defect without luck: processes are held or killed at the very place where it shows.

Each returns the faults it saw, by name; with the product as it is, all are 0.
"""

import time
from pathlib import Path

from django.conf import settings
from django.db import connection

from tests.faults.firms import answers, change, faults, make, rebuild_once, shown, work_once, work_until_empty
from tests.faults.processes import call, held, release, start


def wait_for_lease():
    """Until what a silent worker holds may be taken over."""
    time.sleep(settings.OUTBOX_LEASE_SECONDS + 0.1)


def settled(**seen):
    """What is wrong in the end, beside what was seen on the way."""
    wait_for_lease()
    call(work_until_empty)
    return call(faults) | seen


def three_firms():
    """An index with three firms."""
    call(make, range(1, 4))
    call(work_until_empty)


def killed_after_reading():
    """A worker dies between reading and writing."""
    three_firms()
    call(change, 1, "rename", "second")
    assert start(work_once, faults="K2:kill").wait() == -9
    return settled()


def held_while_withdrawn():
    """A worker is held between reading and writing; meanwhile the firm is withdrawn and others tell the index."""
    three_firms()
    call(change, 1, "rename", "second")
    late = start(work_once, faults="K2:hold")
    assert held("K2", late)
    call(change, 1, "withdraw")
    wait_for_lease()
    call(work_until_empty)
    release("K2")
    assert late.wait() == 0
    return settled()


def failed_once():
    """A mark is put off after a failure while later ones are done; on PostgreSQL it is also the last to commit."""
    three_firms()
    call(change, 1, "rename", "second")
    late = None
    if connection.vendor == "postgresql":
        late = start(change, 2, "rename", "second", faults="W1:hold")
        assert held("W1", late)
    assert start(work_once, faults="K2:raise").wait() == 0
    call(change, 3, "rename", "second")
    call(work_once)
    if late:
        release("W1")
        assert late.wait() == 0
    return settled()


def killed_after_commit():
    """A web process dies right after its commit."""
    three_firms()
    assert start(change, 1, "rename", "second", faults="W2:kill").wait() == -9
    return settled()


def searched_during_the_switch():
    """Somebody searches at each step of the switch to a new generation."""
    three_firms()
    labels = ("R4", "SWAP", "R5")
    watching = start(watch, labels)
    assert held("watching", watching)
    building = start(rebuild_once, faults=",".join(f"{label}:hold" for label in labels))
    failed = watching.result()
    assert building.wait() == 0
    return settled(failed_searches=failed)


def watch(labels):
    """A web process that has answered before: search when a label is reached, let go; returns how often that failed."""
    folder = Path(settings.FAULT_DIR)
    failed = int(not answers(2))
    (folder / "watching.reached").touch()
    for place, label in enumerate(labels):
        later = labels[place:]
        while not (there := [one for one in later if (folder / f"{one}.reached").exists()]):
            time.sleep(0.005)
        if label in there:
            failed += not answers(2)
            release(label)
    return failed


def searched_right_after_withdrawal():
    """Somebody searches before any worker has told the index."""
    three_firms()
    call(change, 1, "withdraw")
    shows = call(shown, 1)
    return settled(shown_after_withdrawal=int(shows))


# Defect → the schedule that catches it, and the fault by which it shows.
CATCHES = {
    "ack before index": (killed_after_reading, "stale"),
    "no version": (held_while_withdrawn, "resurrected"),
    "hard delete": (held_while_withdrawn, "resurrected"),
    "id cursor": (failed_once, "stale"),
    "on_commit without outbox": (killed_after_commit, "stale"),
    "two-step alias swap": (searched_during_the_switch, "failed_searches"),
    "visibility checked in the index only": (searched_right_after_withdrawal, "shown_after_withdrawal"),
}
