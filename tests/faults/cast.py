"""The processes of a campaign, and what strikes them: faults planned at a label, and signals at any moment."""

import signal
import time
from collections import Counter
from pathlib import Path

from django.conf import settings
from django.db import connection

from tests.faults.firms import BUSY, rebuild_once, work_for_ever
from tests.faults.parts import read, write
from tests.faults.processes import start

WORKER_LABELS = ("K1", "K2", "K3", "K4", "K5")
REBUILD_LABELS = ("R1", "R2", "R3", "R4", "R5", "R6")
WRITER_LABELS = ("W1", "W2", "D2")
# A worker whose clock is off by so many seconds, where leases are judged by another clock than its own.
SKEWS = (-300, 300)


class Cast:
    """The processes of a campaign, each started again with another fault when it has ended."""

    def __init__(self, firms, chance, strikes=None):
        self.firms, self.chance, self.strikes = firms, chance, strikes
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
            if self.strikes and (label := self.strikes.tick()):
                self.induced[label] += 1
            time.sleep(0.02)

    def _keep_going(self):
        for name in ("a", "b"):
            if self._ended(name, self.workers.get(name)):
                self._start_worker(name)
        if self._ended("writer", self.writer):
            label = self.chance.choice(WRITER_LABELS)
            self.planned["writer"] = f"{label}:kill@{self.chance.randint(5, 60)}"
            self.writer = start(write, self.firms, self.chance.random(), faults=self.planned["writer"])
        if self._ended("rebuild", self.rebuilder):
            fault = self._fault(REBUILD_LABELS, 2) if self.chance.random() < 0.8 else ""
            self.planned["rebuild"] = fault
            self.rebuilder = start(rebuild_once, faults=fault)
            if self.chance.random() < 0.1:
                second = start(rebuild_once)
                if second.wait() == BUSY:
                    self.induced["R7 two at once"] += 1

    def _ended(self, name, child):
        """Whether somebody has to take over a part; notes by which fault the one before ended."""
        if child is not None and child.poll() is None:
            return False
        self._count(name, child)
        return True

    def _start_worker(self, name):
        self.round += 1
        self.planned[name] = self._fault(WORKER_LABELS, 6)
        skew = 0
        # On SQLite all processes have one clock, that of their machine.
        if connection.vendor == "postgresql" and self.chance.random() < 0.15:
            skew = self.chance.choice(SKEWS)
            self.induced[f"C1 clock {'ahead' if skew > 0 else 'behind'}"] += 1
        self.workers[name] = start(work_for_ever, f"{name}{self.round}", skew, faults=self.planned[name])

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
        name = self.chance.choice(("a", "b", "rebuild", "writer"))
        child = {"rebuild": self.rebuilder, "writer": self.writer}.get(name) or self.workers[name]
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
        """End all processes, let all servers come back; returns what the reader saw."""
        for child, _ in self.paused:
            child.signal(signal.SIGCONT)
        for child in (*self.workers.values(), self.writer, self.rebuilder):
            child.signal(signal.SIGKILL)
            child.wait()
        if self.strikes:
            self.strikes.heal()
        (Path(settings.FAULT_DIR) / "stop").touch()
        return self.reader.result()
