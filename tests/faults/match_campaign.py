"""A campaign on matches: firms change and withdraw while workers recompute and trainers replace the model, all killed.

While it runs, no list shows a firm that was certainly withdrawn. Afterwards every list is of the newest state of its
company and of the model in use, and each score is what that model says of the pair.
"""

import random
import signal
import time
from collections import Counter
from pathlib import Path

from django.conf import settings

from matchmaking.engine.lexicon import Lexicon
from tests.faults.match_verdict import settle, wrong
from tests.faults.matching import (
    WORDS,
    change,
    change_for_ever,
    directory,
    read,
    renew_for_ever,
    work_for_ever,
    work_once,
)
from tests.faults.processes import call, held, release, start
from tests.faults.schedules import wait_for_lease

WORKER_LABELS = ("K1", "K3", "K5", "K8")
TRAINER_LABELS = ("K9", "K10")


def made():
    """A directory with its lists; returns the numbers of its firms."""
    Lexicon.from_dictionary = staticmethod(lambda path=None: Lexicon.from_renderings(WORDS))
    settings.RECOMMENDER_DIR = Path(settings.FAULT_DIR) / "recommender"
    return call(directory)


def held_up():
    """A worker is held between a firm's own lists and those of others, while the firm changes again and others work.

    Chance rarely shows what it may spoil: the next change of the firm would heal it. Here there is none.
    """
    changed = made()[1]
    call(change, changed, "Patent filing and engineering supervision.")
    late = start(work_once, faults="K8:hold")
    assert held("K8", late)
    call(change, changed, "Patent filing.")
    wait_for_lease()
    call(settle)
    release("K8")
    late.wait()
    wait_for_lease()
    return {"stuck": call(settle), **call(wrong)}


def run(points, seed):
    """Induce so many faults and report what came out of them."""
    firms, chance = made(), random.Random(seed)
    play = Play(firms, chance)
    play.go_on(points)
    seen = play.close()
    wait_for_lease()
    drained = time.monotonic()
    left = call(settle)
    return {
        "fault_points": sum(play.induced.values()),
        "by_kind": dict(sorted(play.induced.items())),
        "lists": seen.pop("lists"),
        "settled_after": round(time.monotonic() - drained, 1),
        "stuck": left,
        **call(wrong),
        **seen,
    }


class Play:
    """The processes, each started again with another fault when it has ended."""

    def __init__(self, firms, chance):
        self.firms, self.chance, self.induced, self.round = firms, chance, Counter(), 0
        self.children, self.plans, self.held = {}, {}, []
        self.reader = start(read, firms, chance.random())

    def go_on(self, points):
        """Until so many faults have struck."""
        until = time.monotonic() + 30 + points * 4
        while sum(self.induced.values()) < points and time.monotonic() < until:
            for name in ("a", "b", "trainer", "writer"):
                child = self.children.get(name)
                if child is None or child.poll() is not None:
                    if child is not None and child.poll() == -signal.SIGKILL:
                        self.induced[self.plans[name]] += 1
                    self._start(name)
            self._strike()
            time.sleep(0.02)

    def _start(self, name):
        self.round += 1
        labels = {"trainer": TRAINER_LABELS, "writer": ("W1", "W2")}.get(name, WORKER_LABELS)
        label, passage = self.chance.choice(labels), self.chance.randint(1, 4)
        plan = f"{label}:kill@{passage}"
        self.plans[name] = f"{label} killed"
        if name in ("a", "b") and self.chance.random() < 0.3:
            plan = f"K8:pause:{settings.OUTBOX_LEASE_SECONDS * 2},{plan}"
        work = {
            "trainer": (renew_for_ever,),
            "writer": (change_for_ever, self.firms, self.chance.random()),
        }.get(name, (work_for_ever, f"{name}{self.round}"))
        self.children[name] = start(*work, faults=plan)

    def _strike(self):
        """Now and then one is ended or held wherever it is."""
        now = time.monotonic()
        for child, until in list(self.held):
            if now > until:
                child.signal(signal.SIGCONT)
                self.held.remove((child, until))
        if self.chance.random() > 0.02:
            return
        name = self.chance.choice(("a", "b", "trainer"))
        child = self.children[name]
        if child.poll() is not None or any(child is one for one, _ in self.held):
            return
        if self.chance.random() < 0.5:
            child.signal(signal.SIGSTOP)
            self.held.append((child, now + settings.OUTBOX_LEASE_SECONDS * 2))
            self.induced["stopped anywhere"] += 1
        else:
            self.plans[name] = "killed anywhere"
            child.signal(signal.SIGKILL)

    def close(self):
        """End everybody; returns what the reader saw."""
        for child, _ in self.held:
            child.signal(signal.SIGCONT)
        for child in self.children.values():
            child.signal(signal.SIGKILL)
            child.wait()
        (Path(settings.FAULT_DIR) / "stop").touch()
        return self.reader.result()
