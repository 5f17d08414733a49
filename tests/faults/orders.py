"""What can happen to the model next, in any order that Hypothesis finds, and what must hold after each step."""

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from tests.faults.model import LEASE, Design, Queue, Row

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
