# ruff: noqa: T201
"""How long a committed change takes until a search finds it, at a steady rate of writes, without and with a rebuild.

    python -m benchmarks.search_lag [--firms 2000] [--rate 20] [--seconds 30] [--engine fts5|elasticsearch]

The worker and the rebuild are processes of their own, as in a deployment; this process writes and searches. Each write
gives a firm a name with a word of its own, and the word is looked for until it is found.
"""

import argparse
import os
import subprocess
import sys
import threading
import time
from typing import Any

from benchmarks.goals import Goals
from benchmarks.made_rows import fill, own_site

LOOK_SECONDS = 0.02
PATIENCE_SECONDS = 60.0


class Watch:
    """Looks for the words of recent writes and notes how long each took; counts searches that failed."""

    def __init__(self) -> None:
        self.waiting: dict[str, tuple[int, float]] = {}
        self.lags: list[float] = []
        self.failed = self.searches = 0
        self.over = False
        self._lock = threading.Lock()

    def expect(self, word: str, number: int) -> None:
        """A write with this word was committed now."""
        with self._lock:
            self.waiting[word] = (number, time.monotonic())

    def look(self) -> None:
        """Search until told that no more writes come and all were found.

        Oldest first, and no further than the third that is not found: those behind will hardly be, and looking for all
        of them over and over would take the processors from who is to write them.
        """
        while not self.over or self.waiting:
            with self._lock:
                due = list(self.waiting.items())
            missed = 0
            for word, (number, since) in due:
                started = time.monotonic()
                if self._finds(word, number) or started - since > PATIENCE_SECONDS:
                    self.lags.append(started - since)
                    with self._lock:
                        del self.waiting[word]
                else:
                    missed += 1
                if missed == 3:
                    break
            time.sleep(LOOK_SECONDS)

    def _finds(self, word: str, number: int) -> bool:
        from search.analysis import analyse
        from search.engines.base import EngineUnavailableError, SearchQuery
        from search.index import search_engine

        self.searches += 1
        try:
            hits = search_engine().search(SearchQuery("company", analyse(word))).hits
        except EngineUnavailableError:
            self.failed += 1
            return False
        return str(number) in {hit.id for hit in hits}


def write_for(seconds: float, rate: float, numbers: list[int], watch: Watch, name: str) -> float:
    """Rename one firm after another at a steady rate; returns the writes per second that were reached."""
    from django.db import transaction

    from directory.models import Company
    from directory.versions import mark_changed

    started, done = time.monotonic(), 0
    while time.monotonic() - started < seconds:
        number, word = numbers[done % len(numbers)], f"{name}{done:06d}"
        with transaction.atomic():
            Company.objects.filter(pk=number).update(legal_name_en=f"{word} works")
            mark_changed(number)
        watch.expect(word, number)
        done += 1
        time.sleep(max(0.0, started + done / rate - time.monotonic()))
    return done / (time.monotonic() - started)


def run(options: argparse.Namespace, goals: Goals, *, rebuilding: bool) -> None:
    """One stretch of writes, with the watch beside it."""
    from directory.models import Company

    what = "during a full rebuild" if rebuilding else "at rest"
    numbers = list(Company.objects.visible().values_list("pk", flat=True))
    watch = Watch()
    looking = threading.Thread(target=watch.look)
    looking.start()
    rebuild = start("search_rebuild", "--force", "--json") if rebuilding else None
    rate, rounds = 0.0, 0
    while not rounds or (rebuild and rebuild.poll() is None):
        rate = write_for(options.seconds, options.rate, numbers, watch, f"zq{'r' if rebuilding else 's'}{rounds}n")
        rounds += 1
    watch.over = True
    looking.join()
    lags = sorted(watch.lags)
    goals.note(f"{what}: writes per second, writes", f"{rate:.1f}, {len(lags)}")
    goals.note(f"{what}: commit → found, median", f"{lags[len(lags) // 2]:.2f} s")
    goals.at_most(f"{what}: commit → found, 95 of 100", lags[int(0.95 * (len(lags) - 1))], 5 if rebuilding else 2, "s")
    goals.at_most(f"{what}: failed among {watch.searches:,} searches", watch.failed, 0, "")


def start(*command: str) -> "subprocess.Popen[bytes]":
    """A process of the product, on the same site."""
    return subprocess.Popen([sys.executable, "manage.py", *command], stdout=subprocess.DEVNULL)


def prepare(options: argparse.Namespace) -> None:
    """A filled index and an empty queue."""
    from django.core.management import call_command

    fill(options.firms)
    call_command("search_rebuild", "--force", "--json", stdout=open(os.devnull, "w"))  # noqa: SIM115


def main() -> None:
    """Print every figure beside its goal."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--firms", type=int, default=2000)
    parser.add_argument("--rate", type=float, default=20.0)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--engine", choices=("fts5", "elasticsearch"), default="fts5")
    options = parser.parse_args()
    goals = Goals()
    with own_site(os.environ.get("ELASTICSEARCH_URL", "") if options.engine == "elasticsearch" else ""):
        prepare(options)
        from matchmaking.core.models import OutboxEntry

        print(f"{options.engine}, {options.firms:,} firms, {options.rate:g} writes a second")
        worker: Any = start("worker")
        try:
            # The worker takes some seconds to load; what waits for it would not be lag.
            write_for(8, options.rate / 4, [1], Watch(), "zqw")
            while OutboxEntry.objects.filter(topic="doc").exists():
                time.sleep(0.2)
            run(options, goals, rebuilding=False)
            run(options, goals, rebuilding=True)
        finally:
            worker.terminate()
            worker.wait()
    goals.close()


if __name__ == "__main__":
    main()
