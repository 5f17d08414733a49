"""The design of search in small: database, outbox, index generations and workers as plain data under a simulated clock.

Steps that are one transaction or one request in the product are one step here; everything else can happen in between.
"""

from dataclasses import dataclass, field

LEASE = 10
# Elasticsearch forgets the version of a deleted document after a while.
GC = 15
GONE = 1 << 60


@dataclass
class Mark:
    """One entry of the outbox."""

    number: int
    firm: int
    due: int = 0
    owner: str = ""
    until: int = -1


@dataclass
class Row:
    """A firm as the database has it."""

    version: int
    visible: bool


@dataclass
class Change:
    """A transaction that is still open: what it will leave, and the number its mark has drawn already."""

    firm: int
    row: Row | None
    mark: int


@dataclass
class Task:
    """What a worker has in hand: marks, then what it read for them and which generations it saw before."""

    owner: str
    marks: list[Mark]
    read: dict[int, Row] | None = None
    seen: frozenset[str] = frozenset()
    written: bool = False


class Queue:
    """The outbox as a list."""

    def __init__(self):
        self.marks, self.now = [], 0

    def add(self, number, firm):
        """A mark that has been committed."""
        self.marks.append(Mark(number, firm, due=self.now))

    def claim(self, owner):
        """What nobody has, and one mark whose worker has been silent for too long."""
        due = [mark for mark in self.marks if mark.due <= self.now]
        taken = [mark for mark in due if not mark.owner] + [mark for mark in due if mark.owner and mark.until < self.now][:1]
        for mark in taken:
            mark.owner, mark.until = owner, self.now + LEASE
        return [Mark(mark.number, mark.firm, mark.due, owner, mark.until) for mark in taken]

    def _held(self, marks):
        mine = {(mark.number, mark.owner) for mark in marks}
        return [mark for mark in self.marks if (mark.number, mark.owner) in mine]

    def acknowledge(self, marks):
        """Done, as far as nobody else has taken it."""
        done = self._held(marks)
        self.marks = [mark for mark in self.marks if mark not in done]

    def postpone(self, marks):
        """Failed: try again a little later."""
        for mark in self._held(marks):
            mark.owner, mark.due = "", self.now + 2

    def waiting(self):
        """How many marks there are."""
        return len(self.marks)


@dataclass
class Generation:
    """A copy of the index: firm → row, and what was deleted for good, with its version and when."""

    rows: dict[int, Row] = field(default_factory=dict)
    deleted: dict[int, tuple[int, int]] = field(default_factory=dict)


class Design:
    """The product's rules. Defects replace one of them each."""

    def __init__(self, queue):
        self.queue = queue
        self.rows = {}
        self.generations = {"g0": Generation()}
        self.live, self.building, self.retired = "g0", None, None
        self.tasks, self.changes, self.drawn = {}, [], 0
        self.filled, self.made = set(), 0

    # --- Web ---

    def begin(self, firm, row):
        """Open a transaction; the number of its mark is drawn now, its place in time only at the commit."""
        self.drawn += 1
        self.changes.append(Change(firm, row, self.drawn))

    def commit(self, change, dies):
        """The change and its mark become durable in one step; ``dies``: the process, right after."""
        self._apply(change)
        self.queue.add(change.mark, change.firm)

    def _apply(self, change):
        self.changes.remove(change)
        if change.row is None:
            self.rows.pop(change.firm, None)
        else:
            self.rows[change.firm] = change.row

    def shown(self, firm):
        """Whether a search shows the firm: the index proposes, the database decides."""
        there = self.generations[self.live].rows.get(firm) if self.live else None
        row = self.rows.get(firm)
        return bool(there and there.visible and row and row.visible)

    # --- Worker ---

    def claim(self, name, turn):
        """Take what is due."""
        marks = self.queue.claim(f"{name}{turn}")
        if marks:
            self.tasks[name] = Task(f"{name}{turn}", marks)

    def read(self, task):
        """Note the generations, then read the present state."""
        task.seen = frozenset(self.generations)
        task.read = {mark.firm: self.document(mark.firm) for mark in task.marks}

    def document(self, firm):
        """What belongs into the index now."""
        row = self.rows.get(firm)
        return Row(row.version, row.visible) if row else Row(GONE, False)

    def write(self, task):
        """Write to every generation, unless one has come since; False: to be done again."""
        if not self.fenced(task):
            return False
        for generation in self.generations.values():
            for firm, row in task.read.items():
                self.put(generation, firm, row)
        task.written = True
        return True

    def fenced(self, task):
        """Whether what was read may be written."""
        return set(self.generations) <= task.seen

    def put(self, generation, firm, row):
        """A newer version is never replaced."""
        there = generation.rows.get(firm)
        if there is None or row.version >= there.version:
            generation.rows[firm] = Row(row.version, row.visible)

    def acknowledge(self, task):
        """The marks are done."""
        self.queue.acknowledge(task.marks)

    # --- Rebuild ---

    def create(self):
        """A new generation takes writes from now on; one that was left half-built goes, and the way back too."""
        for name in (self.building, self.retired):
            self.generations.pop(name, None)
        self.made += 1
        self.building, self.retired, self.filled = f"g{self.made}", None, set()
        self.generations[self.building] = Generation()

    def fill(self, firm):
        """Read one firm that the database has, and write it to every generation."""
        self.filled.add(firm)
        if firm in self.rows:
            for generation in self.generations.values():
                self.put(generation, firm, self.document(firm))

    def complete(self):
        """Whether the new generation equals the database."""
        return self.building is not None and not self.differences(self.building)

    def swap(self):
        """Search the new generation from now on, in one step."""
        self.live, self.retired, self.building = self.building, self.live, None

    def differences(self, name):
        """Firms that a generation shows otherwise than the database has them."""
        there = {firm: row for firm, row in self.generations[name].rows.items() if row.visible}
        truth = {firm: row for firm, row in self.rows.items() if row.visible}
        lost = [firm for firm in truth if firm not in there]
        stale = [firm for firm in truth if firm in there and there[firm].version != truth[firm].version]
        return {f"lost {firm}" for firm in lost} | {f"stale {firm}" for firm in stale} | {
            f"resurrected {firm}" for firm in there if firm not in truth
        }  # fmt: skip


class AckBeforeIndex(Design):
    def read(self, task):
        super().read(task)
        self.queue.acknowledge(task.marks)


class NoVersion(Design):
    def put(self, generation, firm, row):
        generation.rows[firm] = Row(row.version, row.visible)


class HardDelete(Design):
    """The server remembers the version of what was deleted, but not for long."""

    def put(self, generation, firm, row):
        version, at = generation.deleted.get(firm, (0, -GC))
        if self.queue.now - at < GC and row.version < version:
            return
        super().put(generation, firm, row)
        if generation.rows[firm].version == row.version and not row.visible:
            del generation.rows[firm]
            generation.deleted[firm] = (row.version, self.queue.now)


class IdCursor(Design):
    cursor = 0

    def claim(self, name, turn):
        super().claim(name, turn)
        task = self.tasks.get(name)
        if task is None or task.owner != f"{name}{turn}":
            return
        task.marks = [mark for mark in task.marks if mark.number > self.cursor]
        self.cursor = max([self.cursor, *(mark.number for mark in task.marks)])
        if not task.marks:
            del self.tasks[name]


class OnCommitWithoutOutbox(Design):
    def commit(self, change, dies):
        self._apply(change)
        if not dies:
            self.queue.add(change.mark, change.firm)


class TwoStepSwap(Design):
    """The second step is left to :meth:`finish_swap`."""

    def swap(self):
        self.live, self.retired, self.next = None, self.live, self.building

    def finish_swap(self):
        self.live, self.building = self.next, None


class IndexIsTheJudge(Design):
    def shown(self, firm):
        there = self.generations[self.live].rows.get(firm) if self.live else None
        return bool(there and there.visible)


class NoFence(Design):
    def fenced(self, task):
        return True


DEFECTS = {
    "ack before index": AckBeforeIndex,
    "no version": NoVersion,
    "hard delete": HardDelete,
    "id cursor": IdCursor,
    "on_commit without outbox": OnCommitWithoutOutbox,
    "two-step alias swap": TwoStepSwap,
    "visibility checked in the index only": IndexIsTheJudge,
    "late writes into a new generation": NoFence,
}
