"""The parts that processes of a campaign play: a web process that writes, and a reader who watches all along."""

import random
import time
from collections import Counter
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection

from search.engines.base import EngineUnavailableError, SearchQuery
from search.index import search_engine
from tests.faults import ledger
from tests.faults.firms import change, rename_together, shown

TOGETHER = 12


def write(firms, seed):
    """A web process: one write after another, each to firms that have been left alone for long."""
    chance = random.Random(seed)
    while True:
        if chance.random() < 0.08:
            _write_many(chance.sample(range(1, firms + 1), TOGETHER), f"name{chance.randint(0, 10**9)}")
        else:
            number = chance.randint(1, firms)
            act = chance.choices(("rename", "withdraw", "publish", "delete"), (4, 4, 5, 0.2))[0]
            text = f"name{chance.randint(0, 10**9)}" if act == "rename" else ""
            ledger.note("will", number, act, text)
            ledger.note("did", number, act, text, change(number, act, text))
        time.sleep(chance.random() * 0.03)


def _write_many(numbers, text):
    for number in numbers:
        ledger.note("will", number, "rename", text)
    for number, version in rename_together(sorted(numbers), text).items():
        ledger.note("did", number, "rename", text, version)


def read(firms, seed):
    """A reader, all along: what is withdrawn is not shown, versions never fall, no search fails or repeats a firm.

    Where the database itself is being started again, nobody can be answered: those moments are counted apart.
    """
    chance, truth, seen = random.Random(seed), ledger.Reader(), Seen()
    while not (Path(settings.FAULT_DIR) / "stop").exists():
        truth.follow()
        number = (
            chance.choice(sorted(truth.hidden)) if truth.hidden and chance.random() < 0.7 else chance.randint(1, firms)
        )
        hidden, started = number in truth.hidden, time.monotonic()
        try:
            found = shown(number)
            answer = search_engine().search(SearchQuery("company", size=50))
        except EngineUnavailableError:
            seen.counts["failed_searches"] += 1
        except (DatabaseError, InterfaceError):
            seen.counts["without_database"] += 1
            connection.close()
        else:
            seen.slowest = max(seen.slowest, (time.monotonic() - started) / 2)
            truth.follow()
            seen.note(answer, shown_after_withdrawal=bool(hidden and number in truth.hidden and found))
        time.sleep(0.05)
    return {**seen.counts, "slowest_search": round(seen.slowest, 2)}


class Seen:
    """What a reader saw. ``slowest``: seconds, the mean of the two searches of one look."""

    def __init__(self):
        self.counts = Counter(
            searches=0, reduced=0, without_database=0, failed_searches=0,
            shown_after_withdrawal=0, versions_fallen=0, twice_in_one_answer=0,
        )  # fmt: skip
        self.slowest, self.known = 0.0, {}

    def note(self, answer, shown_after_withdrawal):
        """One look: a search by name, and one over all firms."""
        self.counts["searches"] += 2
        self.counts["reduced"] += answer.reduced
        self.counts["shown_after_withdrawal"] += shown_after_withdrawal
        self.counts["twice_in_one_answer"] += len(answer.hits) - len({hit.id for hit in answer.hits})
        for hit in answer.hits:
            self.counts["versions_fallen"] += int(hit.version < self.known.get((answer.engine, hit.id), 0))
            self.known[answer.engine, hit.id] = hit.version
