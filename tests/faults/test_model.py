"""Every order of steps of a small model of the design that chance finds; and every defect found in it, by name.

``YUXIN_SCHEDULES`` says how many orders: some hundreds by default, 10,000 in ``make test-faults``.
"""

import os
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from matchmaking.core import leases, outbox
from matchmaking.core.models import OutboxEntry
from tests.faults.model import DEFECTS, LEASE, Design
from tests.faults.orders import Steps, Violation, play

SCHEDULES = int(os.environ.get("YUXIN_SCHEDULES", "300"))
# More than chance has needed for any of the defects.
MOST_TO_CATCH = 4000


def test_the_design_keeps_its_promises_in_every_order():
    play(Design, SCHEDULES)


@pytest.mark.parametrize("defect", sorted(DEFECTS.keys() - {"late writes into a new generation"}))
def test_the_model_catches_each_defect(defect):
    with pytest.raises(Violation):
        play(DEFECTS[defect], MOST_TO_CATCH)


@pytest.mark.parametrize("design", [Design, DEFECTS["late writes into a new generation"]])
def test_a_worker_held_up_across_a_rebuild(design):
    """Too long a way for chance: read, deleted, all taken over by another worker, rebuilt; then the late write."""
    steps = Steps(design)
    steps.begin(1, "rename")
    steps.commit(0, False)
    steps.work("a")
    steps.work("a")
    steps.wait(LEASE + 1)
    steps.begin(1, "delete")
    steps.commit(0, False)
    steps.work_through("b")
    for _ in range(4):
        steps.rebuild()
    assert steps.world.live == "g1"
    if design is Design:
        steps.finish()
    else:
        with pytest.raises(Violation, match="resurrected 1"):
            steps.finish()


class Outbox:
    """The product's own outbox in place of the list, under the same clock."""

    start = timezone.now()

    def __init__(self):
        OutboxEntry.objects.all().delete()
        self.ticks = Clock.ticks = 0

    @property
    def now(self):
        return self.ticks

    @now.setter
    def now(self, ticks):
        self.ticks = Clock.ticks = ticks

    def add(self, number, firm):
        with transaction.atomic():
            outbox.mark("model", "firm", firm)

    def claim(self, owner):
        entries = [*leases.claim(owner, ["model"]), *leases.take_over(owner, ["model"])]
        for entry in entries:
            entry.firm = entry.entity_id
        return entries

    def acknowledge(self, marks):
        leases.acknowledge(marks)

    def postpone(self, marks):
        for mark in marks:
            leases.defer([mark], timedelta(seconds=2))

    def waiting(self):
        return OutboxEntry.objects.count()


class Clock:
    """Time as the simulation has it; one tick is a tenth of the lease."""

    ticks = 0

    @classmethod
    def now(cls):
        return Outbox.start + cls.ticks * leases.LEASE / LEASE


@pytest.mark.django_db
def test_the_product_s_own_outbox_keeps_them_too(monkeypatch):
    # The clock of a database server cannot be turned: there the process's own stands in for it.
    monkeypatch.setattr(leases, "clock", Clock.now)
    monkeypatch.setattr(leases, "due_now", Clock.now)
    monkeypatch.setattr(outbox, "due_now", Clock.now)
    play(Design, max(20, SCHEDULES // 10), Outbox)
