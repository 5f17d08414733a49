"""What can happen to the model next, in any order that Hypothesis finds, and what must hold after each step."""

from itertools import product

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.faults.model import LEASE, Design, Queue, Row

FIRMS = (1, 2)
WORKERS = ("a", "b")
STEPS = 30
# What can happen, and to whom or how.
RULES = {
    "begin": tuple(product(FIRMS, ("rename", "withdraw", "publish", "delete"))),
    "commit": tuple(product((0, 1), (False, True))),
    "die_before_commit": ((),),
    "work": tuple(product(WORKERS)),
    "work_through": tuple(product(WORKERS)),
    "trouble": tuple(product(WORKERS, ("dies", "fails"))),
    "wait": ((1,), (LEASE + 1,), (2 * LEASE,)),
    "rebuild": ((),),
    "rebuild_dies": ((),),
}
NEEDS_A_CHANGE = ("commit", "die_before_commit")


class Violation(AssertionError):
    """The design broke a promise."""


class Steps:
    """What can happen next, in any order. ``design`` and ``queue`` are the rules under test and their outbox."""

    def __init__(self, design=Design, queue=Queue):
        self.world = design(queue())
        self.turn, self.hidden = 0, set()
        for firm in FIRMS:
            self._write(firm, "publish")
            self.world.commit(self.world.changes[0], dies=False)
        self._drain()

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

    def commit(self, place, dies):
        change = self.world.changes[place % len(self.world.changes)]
        self.world.commit(change, dies)
        if change.row is None:
            self.hidden.add(change.firm)

    def die_before_commit(self):
        self.world.changes.pop()

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

    def work_through(self, name):
        """A worker that nothing holds up."""
        self.work(name)
        task = self.world.tasks.get(name)
        while task and self.world.tasks.get(name) is task:
            self.work(name)

    def trouble(self, name, kind):
        task = self.world.tasks.pop(name, None)
        if task and kind == "fails":
            self.world.queue.postpone(task.marks)

    def wait(self, ticks):
        self.world.queue.now += ticks

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

    def rebuild_dies(self):
        if self.world.building and not getattr(self.world, "next", None):
            self.world.create()

    def hold(self):
        """What must be true at any moment: search answers, and what is withdrawn is not shown."""
        if self.world.live is None:
            raise Violation("failed search")
        for firm in FIRMS:
            row = self.world.rows.get(firm)
            if (row is None or not row.visible) and self.world.shown(firm):
                raise Violation(f"shown after withdrawal: {firm}")

    def finish(self):
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


def play(design, schedules, queue=Queue):
    """Play so many orders of thirty steps; raises the first violation, with the shortest order that leads to it.

    One draw makes a whole order: drawn step by step, as a state machine of Hypothesis, each costs five times as much.
    """

    @settings(
        max_examples=schedules, deadline=None, database=None, derandomize=True, phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck), report_multiple_bugs=False, print_blob=False,
    )  # fmt: skip
    @given(st.binary(min_size=LENGTH, max_size=LENGTH))
    def one(chosen):
        _play(Steps(design, queue), chosen)

    one()


# How rarely things happen in this order, for each thing whether it does, and two choices for each step.
LENGTH = 1 + len(RULES) + 2 * STEPS


def _play(steps, chosen):
    seldom, lots, choices = chosen[0], chosen[1 : 1 + len(RULES)], chosen[1 + len(RULES) :]
    # An order in which some things never happen goes further into the others.
    rules = [rule for rule, lot in zip(RULES, lots, strict=True) if lot >= seldom] or list(RULES)
    taken = []
    try:
        for which, how in zip(choices[::2], choices[1::2], strict=True):
            possible = [rule for rule in rules if steps.world.changes or rule not in NEEDS_A_CHANGE]
            if possible:
                rule = possible[which % len(possible)]
                arguments = RULES[rule][how % len(RULES[rule])]
                taken.append((rule, *arguments))
                getattr(steps, rule)(*arguments)
                steps.hold()
        steps.finish()
    except Violation as violation:
        raise Violation(f"{violation} after {taken}") from None
