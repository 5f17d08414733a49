"""A campaign of random faults on mostly cold firms: writers, workers, rebuilds and readers, killed and held all the time.

One fault point is one process that was ended or held for longer than a lease. Afterwards everything must be as if
nothing had happened.
"""

import random
import signal
import sqlite3
import time
from collections import Counter
from pathlib import Path

from django.conf import settings
from django.db import connection

from directory.models import Company
from matchmaking.core.models import OutboxEntry
from search.engines.base import EngineUnavailableError, SearchQuery
from search.index import search_engine
from tests.faults import ledger
from tests.faults.firms import (
    BUSY,
    change,
    faults,
    make,
    rebuild_once,
    shown,
    word,
    work_for_ever,
    work_until_empty,
)
from tests.faults.processes import call, start

WORKER_LABELS = ("K1", "K2", "K3", "K4", "K5")
REBUILD_LABELS = ("R1", "R2", "R3", "R4", "R5", "R6")
WRITER_LABELS = ("W1", "W2")
SETTLED_WITHIN = 60.0


def run(points, seed):
    """Induce so many faults and report what came out of them."""
    chance = random.Random(seed)
    firms = max(120, points // 2)
    for first in range(1, firms + 1, 200):
        call(make, range(first, min(first + 200, firms + 1)))
    call(work_until_empty)
    call(rebuild_once)
    started = time.monotonic()
    stage = Stage(firms, chance)
    stage.play(points)
    violations = stage.close()
    drained = time.monotonic()
    left = call(work_until_empty, SETTLED_WITHIN)
    settled = time.monotonic() - drained
    found = call(faults)
    return {
        "fault_points": sum(stage.induced.values()),
        "by_kind": dict(sorted(stage.induced.items())),
        "writes": call(writes),
        "searches": violations.pop("searches"),
        "seconds": round(time.monotonic() - started, 1),
        "settled_after": round(settled, 1),
        **found,
        "stuck": left,
        "not_durable": call(not_durable),
        "damaged": call(damaged),
        **violations,
    }


class Stage:
    """The processes of a campaign, each started again with another fault when it has ended."""

    def __init__(self, firms, chance):
        self.firms, self.chance = firms, chance
        self.induced = Counter()
        self.workers, self.paused = {}, []
        self.planned, self.struck = {}, set()
        self.writer = self.rebuilder = None
        self.round = 0
        self.reader = start(read, firms, chance.random())

    def play(self, points):
        """Go on until so many faults have struck."""
        until = time.monotonic() + 30 + points * 3
        while sum(self.induced.values()) < points and time.monotonic() < until:
            self._keep_going()
            self._strike()
            time.sleep(0.02)

    def _keep_going(self):
        for name in ("a", "b"):
            child = self.workers.get(name)
            if child is None or child.poll() is not None:
                self._count(name, child)
                self._start_worker(name)
        if self.writer is None or self.writer.poll() is not None:
            self._count("writer", self.writer)
            label = self.chance.choice(WRITER_LABELS)
            self.planned["writer"] = f"{label}:kill@{self.chance.randint(5, 60)}"
            self.writer = start(write, self.firms, self.chance.random(), faults=self.planned["writer"])
        if self.rebuilder is None or self.rebuilder.poll() is not None:
            self._count("rebuild", self.rebuilder)
            fault = self._fault(REBUILD_LABELS, 2) if self.chance.random() < 0.8 else ""
            self.planned["rebuild"] = fault
            self.rebuilder = start(rebuild_once, faults=fault)
            if self.chance.random() < 0.1:
                second = start(rebuild_once)
                if second.wait() == BUSY:
                    self.induced["R7 two at once"] += 1

    def _start_worker(self, name):
        self.round += 1
        self.planned[name] = self._fault(WORKER_LABELS, 6)
        self.workers[name] = start(work_for_ever, f"{name}{self.round}", faults=self.planned[name])

    def _fault(self, labels, passages):
        label, passage = self.chance.choice(labels), self.chance.randint(1, passages)
        hold = f"pause:{settings.OUTBOX_LEASE_SECONDS * 2}"
        act = self.chance.choices(("kill", hold), (4, 1))[0]
        # A process that is held at a label goes on afterwards: it dies later, somewhere.
        after = f",{self.chance.choice(labels)}:kill@{passage + 3}" if act == hold else ""
        return f"{label}:{act}@{passage}{after}"

    def _count(self, name, child):
        """A process that ended: by which fault, and whether it was held before."""
        if child is None:
            return
        plan = self.planned[name]
        if ":pause" in plan and child.poll() != 1:
            self.induced[f"{plan.split(':')[0]} held"] += 1
        if child.poll() == -signal.SIGKILL and name not in self.struck:
            self.induced[f"{plan.split(',')[-1].split(':')[0]} killed"] += 1
        self.struck.discard(name)

    def _strike(self):
        """Now and then a worker or the rebuild is ended or stopped wherever it is."""
        now = time.monotonic()
        for child, until in list(self.paused):
            if now > until:
                child.signal(signal.SIGCONT)
                self.paused.remove((child, until))
        if self.chance.random() > 0.03:
            return
        name = self.chance.choice(("a", "b", "rebuild"))
        child = self.rebuilder if name == "rebuild" else self.workers[name]
        if child.poll() is not None or any(child is one for one, _ in self.paused):
            return
        if self.chance.random() < 0.3:
            child.signal(signal.SIGSTOP)
            self.paused.append((child, now + settings.OUTBOX_LEASE_SECONDS * 2))
            self.induced["stopped anywhere"] += 1
        else:
            child.signal(signal.SIGKILL)
            self.struck.add(name)
            self.induced["killed anywhere"] += 1

    def close(self):
        """End all processes; returns what the reader saw."""
        for child, _ in self.paused:
            child.signal(signal.SIGCONT)
        for child in (*self.workers.values(), self.writer, self.rebuilder):
            child.signal(signal.SIGKILL)
            child.wait()
        (Path(settings.FAULT_DIR) / "stop").touch()
        return self.reader.result()


def write(firms, seed):
    """A web process: one write after another, each to a firm that has been left alone for long."""
    chance = random.Random(seed)
    while True:
        number = chance.randint(1, firms)
        act = chance.choices(("rename", "withdraw", "publish", "delete"), (4, 4, 5, 0.2))[0]
        text = f"name{chance.randint(0, 10**9)}" if act == "rename" else ""
        ledger.note("will", number, act, text)
        ledger.note("did", number, act, text, change(number, act, text))
        time.sleep(chance.random() * 0.03)


def read(firms, seed):
    """A reader, all along: what is withdrawn is not shown, versions never fall, no search fails or repeats a firm."""
    chance, known, truth = random.Random(seed), {}, ledger.Reader()
    seen = Counter(searches=0, shown_after_withdrawal=0, versions_fallen=0, failed_searches=0, twice_in_one_answer=0)
    while not (Path(settings.FAULT_DIR) / "stop").exists():
        truth.follow()
        number = chance.choice(sorted(truth.hidden)) if truth.hidden and chance.random() < 0.7 else chance.randint(1, firms)
        hidden = number in truth.hidden
        try:
            found = shown(number)
            answer = search_engine().search(SearchQuery("company", size=50))
        except EngineUnavailableError:
            seen["failed_searches"] += 1
            continue
        truth.follow()
        seen["searches"] += 2
        seen["shown_after_withdrawal"] += int(hidden and number in truth.hidden and found)
        seen["twice_in_one_answer"] += len(answer.hits) - len({hit.id for hit in answer.hits})
        for hit in answer.hits:
            seen["versions_fallen"] += int(hit.version < known.get((answer.engine, hit.id), 0))
            known[answer.engine, hit.id] = hit.version
        time.sleep(0.05)
    return dict(seen)


def writes():
    """How many writes were acknowledged."""
    truth = ledger.Reader()
    truth.follow()
    return truth.acknowledged()


def not_durable():
    """Firms whose row is neither as the acknowledged writes left it nor as one whose answer never came would have."""
    truth = ledger.Reader()
    truth.follow()
    rows = {row.pk: row for row in Company.objects.all()}
    return sum(not _may_be(truth, number, rows.get(number)) for number in truth.acts)


def _may_be(truth, number, row):
    gone = truth.possible(number, {"delete": lambda text: True})
    if row is None:
        return True in gone
    names = truth.possible(number, {"rename": lambda text: f"{word(number)} {text}"})
    states = truth.possible(number, {"withdraw": lambda text: "withdrawn", "publish": lambda text: "live"})
    newest = max((version for _, _, version, sure in truth.acts[number] if sure), default=0)
    return (
        None in gone
        and row.legal_name_en in {name or f"{word(number)} first" for name in names}
        and row.visibility in {state or "live" for state in states}
        and row.search_version >= newest
    )


def damaged():
    """Rows that database or index themselves call damaged, and leases past their end."""
    leased = OutboxEntry.objects.filter(topic="doc").exclude(lease_until=None).count()
    index = sqlite3.connect(settings.SEARCH_FTS5_PATH)
    broken = leased + (index.execute("PRAGMA integrity_check").fetchall() != [("ok",)])
    return broken + (broken_rows() if connection.vendor == "sqlite" else 0)


def broken_rows():
    """What SQLite itself finds wrong in the database."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA integrity_check")
        broken = int(cursor.fetchall() != [("ok",)])
        cursor.execute("PRAGMA foreign_key_check")
        return broken + len(cursor.fetchall())
