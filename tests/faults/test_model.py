"""Every order of steps of a small model of the design that chance finds; and every defect found in it, by name.

``YUXIN_SCHEDULES`` says how many orders: some hundreds by default, 10,000 in ``make test-faults``.
"""

import os
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from matchmaking.core import leases, outbox
from matchmaking.core.models import OutboxEntry
from tests.faults.model import DEFECTS, LEASE, Design, Queue, Row

SCHEDULES = int(os.environ.get("YUXIN_SCHEDULES", "300"))
# More than chance has needed for any of the defects.
MOST_TO_CATCH = 4000
FIRMS = (1, 2)
WORKERS = ("a", "b")


class Violation(AssertionError):
    """The design broke a promise."""


class Steps(RuleBasedStateMachine):
    """What can happen next, in any order. ``design`` and ``queue`` are set by subclasses."""

    design, queue = Design, Queue

    def __init__(self):
        super().__init__()
        self.world = self.design(self.queue())
        self.turn, self.hidden = 0, set()
        for firm in FIRMS:
            self._write(firm, "publish")
            self.world.commit(self.world.changes[0], dies=False)
        self._drain()

    @rule(firm=st.sampled_from(FIRMS), act=st.sampled_from(("rename", "withdraw", "publish", "delete")))
    def begin(self, firm, act):
        """A transaction locks its firm: no two are open on one."""
        if all(change.firm != firm for change in self.world.changes):
            self._write(firm, act)

    def _write(self, firm, act):
        row = self.world.rows.get(firm)
        version = (row.version if row else firm * 1000 + self.turn) + 1
        visible = {"publish": True, "withdraw": False}.get(act, bool(row and row.visible))
        # A deleted firm does not come back under its number.
        if row is None and firm in self.hidden and act != "delete":
            return
        self.world.begin(firm, None if act == "delete" else Row(version, visible))

    @precondition(lambda self: self.world.changes)
    @rule(place=st.integers(0, 1), dies=st.booleans())
    def commit(self, place, dies):
        change = self.world.changes[place % len(self.world.changes)]
        self.world.commit(change, dies)
        if change.row is None:
            self.hidden.add(change.firm)

    @precondition(lambda self: self.world.changes)
    @rule()
    def die_before_commit(self):
        self.world.changes.pop()

    @rule(name=st.sampled_from(WORKERS))
    def work(self, name):
        """The next step of a worker: claim, read, write, acknowledge."""
        task = self.world.tasks.get(name)
        if task is None:
            self.turn += 1
            self.world.claim(name, self.turn)
        elif task.read is None:
            self.world.read(task)
        elif not task.written:
            if not self.world.write(task):
                task.read = None
        else:
            self.world.acknowledge(task)
            del self.world.tasks[name]

    @rule(name=st.sampled_from(WORKERS))
    def work_through(self, name):
        """A worker that nothing holds up."""
        self.work(name)
        task = self.world.tasks.get(name)
        while task and self.world.tasks.get(name) is task:
            self.work(name)

    @rule(name=st.sampled_from(WORKERS), kind=st.sampled_from(("dies", "fails")))
    def trouble(self, name, kind):
        task = self.world.tasks.pop(name, None)
        if task and kind == "fails":
            self.world.queue.postpone(task.marks)

    @rule(ticks=st.sampled_from((1, LEASE + 1, 2 * LEASE)))
    def wait(self, ticks):
        self.world.queue.now += ticks

    @rule()
    def rebuild(self):
        """The next step of a rebuild; one that dies is begun anew by the next ``create``."""
        world = self.world
        if getattr(world, "next", None):
            world.finish_swap()
            world.next = None
        elif world.building is None:
            world.create()
        elif missing := [firm for firm in FIRMS if firm not in world.filled]:
            world.fill(missing[0])
        elif world.complete():
            world.swap()
        else:
            world.filled = set()

    @rule()
    def rebuild_dies(self):
        if self.world.building and not getattr(self.world, "next", None):
            self.world.create()

    @invariant()
    def search_answers(self):
        if self.world.live is None:
            raise Violation("failed search")

    @invariant()
    def withdrawn_is_not_shown(self):
        for firm in FIRMS:
            row = self.world.rows.get(firm)
            if (row is None or not row.visible) and self.world.shown(firm):
                raise Violation(f"shown after withdrawal: {firm}")

    def teardown(self):
        """Whoever was held goes on, late as it is; then everything settles and must be equal."""
        world = self.world
        for change in list(world.changes):
            world.commit(change, dies=False)
        world.queue.now += 2 * LEASE
        self._drain()
        for name, task in list(world.tasks.items()):
            while world.tasks.get(name) is task:
                self.work(name)
        self._drain()
        if world.queue.waiting():
            raise Violation("stuck")
        if world.live and (wrong := world.differences(world.live)):
            raise Violation(", ".join(sorted(wrong)))

    def _drain(self):
        """Another worker, until nothing is due."""
        for _ in range(20):
            self.world.queue.now += LEASE + 1
            self.turn += 1
            self.world.claim("last", self.turn)
            task = self.world.tasks.pop("last", None)
            if task is None:
                return
            self.world.read(task)
            while not self.world.write(task):
                self.world.read(task)
            self.world.acknowledge(task)


def play(design, schedules, queue=Queue, seed=None):
    """Play so many orders of up to thirty steps; raises the first violation."""
    machine = type("Machine", (Steps,), {"design": design, "queue": queue})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=schedules, stateful_step_count=30, deadline=None, database=None, derandomize=seed is None,
            phases=[Phase.generate], suppress_health_check=list(HealthCheck), report_multiple_bugs=False,
        ),
    )  # fmt: skip


def test_the_design_keeps_its_promises_in_every_order():
    play(Design, SCHEDULES)


@pytest.mark.parametrize("defect", sorted(DEFECTS.keys() - {"late writes into a new generation"}))
def test_the_model_catches_each_defect(defect):
    with pytest.raises(Violation):
        play(DEFECTS[defect], MOST_TO_CATCH)


@pytest.mark.parametrize("design", [Design, DEFECTS["late writes into a new generation"]])
def test_a_worker_held_up_across_a_rebuild(design):
    """Too long a way for chance: read, deleted, all taken over by another worker, rebuilt; then the late write."""
    steps = type("Machine", (Steps,), {"design": design})()
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
        steps.teardown()
    else:
        with pytest.raises(Violation, match="resurrected 1"):
            steps.teardown()


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
