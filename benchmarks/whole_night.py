# ruff: noqa: T201
"""A whole night of a large made-up directory: vectors of all, exact match, sharing out, storing; then lists on demand.

    python -m benchmarks.whole_night [--profiles 100000] [--no-encodings]

Sentence vectors come from a cache that is filled before the clock starts; what an encoder would say is made up from
each text, since encoding a hundred thousand companies for the first time takes hours. Then companies change, one at
a time, and both sides are put right.
"""

import argparse
import hashlib
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from django.db import transaction

from benchmarks.goals import Goals
from benchmarks.made_directory import made_directory
from benchmarks.match_storage import AT_ONCE, tables
from matchmaking.engine.dense.lists import Lists, unpacked
from matchmaking.engine.dense.sharing import shared
from matchmaking.engine.encoding.encoder import Progress, Vectors
from matchmaking.engine.features import Block
from matchmaking.engine.folding.fold import Folding
from matchmaking.engine.folding.pools import nearest
from matchmaking.engine.folding.quick import QuickTexts
from matchmaking.engine.folding.shorts import AT_ONCE as FOLDED_AT_ONCE
from matchmaking.engine.folding.shorts import Shorts, folded
from matchmaking.engine.folding.vicinity import Vicinity, vicinity_arrays
from matchmaking.engine.lexicon import Lexicon
from matchmaking.engine.profiles import Profile
from matchmaking.engine.ranking import exposure_cap
from matchmaking.engine.recommender import MatchRecommender

# As matchmaking.matches.night has them; a benchmark of the engine loads no site.
PLACES, FITTED_ON, LIST_LENGTH = 100, 6000, 20
CORES = 2
ASKED, CHANGED, LEARNED_FROM = 30, 200, 1500


class MadeEncoder:
    """Unit vectors that depend on the text alone, 384 numbers each."""

    name, dimensions, multilingual = "made-up", 384, True

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Seeded by the hash of each text."""
        out = np.zeros((len(texts), self.dimensions), np.float32)
        for row, text in enumerate(texts):
            seed = int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest())
            out[row] = np.random.Generator(np.random.SFC64(seed)).standard_normal(self.dimensions, np.float32)
        return out / np.linalg.norm(out, axis=1, keepdims=True)


class Clock:
    """Wall and processor time of steps, printed as they end; processor time is that of this process alone."""

    def __init__(self, goals: Goals) -> None:
        self.goals, self.total = goals, 0.0
        self._wall, self._cpu = time.perf_counter(), time.process_time()

    def start(self) -> None:
        """Count from now on."""
        self._wall, self._cpu = time.perf_counter(), time.process_time()

    def lap(self, what: str) -> None:
        """One step of the night is done."""
        wall, cpu = time.perf_counter() - self._wall, time.process_time() - self._cpu
        self.total += wall
        self.goals.note(what, f"{wall:.1f} s ({cpu:.1f})")
        self.start()


def night(
    model: MatchRecommender, profiles: list[Profile], folder: Path | None, clock: Clock
) -> tuple[Folding, QuickTexts, Shorts, Lists, Lists]:
    """Everything that ``matches.night`` does but reading and storing."""
    clock.start()
    texts = QuickTexts(model.bridge_, folder=folder)
    sample = profiles[:: max(1, len(profiles) // FITTED_ON)]
    folding = Folding(model.bridge_, model.sectors_, words=texts.words).fit(Block(sample, texts))
    clock.lap(f"dimensions found on {len(sample):,}")
    shorts = folded(profiles, folding, texts, at_once=min(FOLDED_AT_ONCE, len(profiles) // CORES), workers=CORES)
    clock.lap("texts read, vectors of all")
    found = nearest(shorts, PLACES)
    clock.lap(f"exact match, {len(shorts.needs):,} asks, {PLACES} places")
    count = len(shorts)
    caps = [exposure_cap(one.capacity, count, count, LIST_LENGTH) * PLACES // LIST_LENGTH for one in shorts.gates]
    lists = shared(found, np.array(caps), PLACES)
    clock.lap("places shared out")
    over = np.bincount(lists.ids[lists.ids >= 0], minlength=count) > caps
    clock.goals.at_most("candidates in more pools than their cap", float(over.sum()), 0, "")
    clock.start()
    return folding, texts, shorts, found, lists


def explained(model: MatchRecommender, profiles: list[Profile], lists: Lists, firm: int) -> int:
    """A company's list from its pool, as the worker makes it; returns its length."""
    pool = [profiles[other] for other, _ in lists.of(firm)]
    return len(model.populate(pool).recommend(profiles[firm], k=LIST_LENGTH + 5, also_best=True))


def main() -> None:
    """Print every figure beside its goal."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--profiles", type=int, default=100_000)
    parser.add_argument("--no-encodings", action="store_true", help="words alone, as without an encoder")
    options = parser.parse_args()
    lexicon = Lexicon.from_dictionary()
    profiles = made_directory(options.profiles, lexicon)
    encoder = None if options.no_encodings else MadeEncoder()
    model = MatchRecommender(lexicon=lexicon, encoder=encoder).fit(profiles[:LEARNED_FROM])
    model.populate([])
    goals = Goals()
    clock = Clock(goals)
    with TemporaryDirectory() as name:
        folder = Path(name)
        if encoder is not None:
            started = time.perf_counter()
            filling = QuickTexts(model.bridge_, folder=folder)
            for start in range(0, len(profiles), FOLDED_AT_ONCE):
                Block(profiles[start : start + FOLDED_AT_ONCE], filling)
            del filling
            goals.note("(before the night: cache of sentence vectors filled)", f"{time.perf_counter() - started:.1f} s")
        print(f"{len(profiles):,} profiles; wall seconds, in brackets processor seconds of this process")
        folding, texts, shorts, found, lists = night(model, profiles, folder if encoder else None, clock)
        table, _ = tables(folder / "pools.sqlite3")
        with transaction.atomic():
            rows = (table(profile=row, places=places) for row, places in enumerate(lists.packed()))
            table._default_manager.bulk_create(rows, batch_size=AT_ONCE)
        clock.lap("pools stored, one packed row each (SQLite)")
        goals.at_most("the whole night", clock.total, 90, "s")
        row = table._default_manager.get(profile=7)
        goals.at_most("pools that read back otherwise", unpacked(bytes(row.places)) != lists.of(7), 0, "")  # type: ignore[attr-defined]
        chance = np.random.default_rng(1)
        asked, spent = chance.choice(len(profiles), ASKED, replace=False).tolist(), []
        for firm in asked:
            started = time.perf_counter()
            explained(model, profiles, lists, firm)
            spent.append(time.perf_counter() - started)
        goals.at_most("a list explained from its pool, 95th percentile", float(np.quantile(spent, 0.95)), 2, "s")
        changes(
            profiles, Vicinity(folding, texts, vicinity_arrays(shorts, np.maximum(found.complete_down_to, 0))), goals
        )
    goals.close()


def changes(profiles: list[Profile], vicinity: Vicinity, goals: Goals) -> None:
    """Changed companies: folded, and both sides found."""
    chance = np.random.default_rng(2)
    folding, finding, reached = [], [], []
    for firm in chance.choice(len(profiles), CHANGED, replace=False).tolist():
        started = time.perf_counter()
        short = vicinity.folded(profiles[firm])
        folding.append(time.perf_counter() - started)
        started = time.perf_counter()
        around = vicinity.around_short(short, PLACES)
        finding.append(time.perf_counter() - started)
        reached.append(len(around.reached))
    goals.at_most("one change, both sides found, 95th percentile", float(np.quantile(finding, 0.95)) * 1e3, 10, "ms")
    goals.note("one change, its texts folded, median", f"{float(np.median(folding)) * 1e3:.1f} ms")
    goals.note("pools that a changed company enters, median and most", f"{int(np.median(reached))}, {max(reached)}")


if __name__ == "__main__":
    main()
