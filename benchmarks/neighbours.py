"""Neighbours from Elasticsearch, put in exact order, against all scores of the same profiles and the exact match.

    python -m benchmarks.neighbours [--left 60000] [--right 40000] [--pool 60] [--explored 200 1000] [--merged]

Needs the server of ELASTICSEARCH_URL. One index holds both sides, as one directory; a gate on the country keeps each
from its own. Half of the profiles that ask are of either side. The goal holds for the largest ``explored``; the others
show what recall costs. A fresh index has many graphs, which is easier to search than one (``--merged``).
"""

import argparse
import os
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

import numpy as np

from benchmarks.goals import Goals, seconds
from benchmarks.made_vectors import made_side
from matchmaking.engine.dense.gates import Conditions
from matchmaking.engine.dense.lists import Lists
from matchmaking.engine.dense.matching import reciprocal_top_k
from matchmaking.engine.dense.reranking import rerank
from matchmaking.engine.dense.sides import Side, Vectors, side
from search.nearness import Shown
from search.neighbours import NeighbourIndex

K, RECALL = 20, 0.98
Made = TypeVar("Made")


@dataclass(frozen=True)
class Directory:
    """Profiles of two countries, the left ones first; ``offering`` is a file mapped into memory."""

    left: Side
    right: Side
    offering: Vectors

    def countries(self, row: int) -> frozenset[str]:
        """The code of the profile's own country."""
        return frozenset({"country:cn" if row < len(self.left) else "country:sg"})

    def shown(self) -> Iterator[Shown]:
        """All profiles as the index holds them."""
        for row, vector in enumerate(self.offering):
            yield Shown(row, 1, vector, holds=self.countries(row))

    def asking(self, rows: np.ndarray) -> tuple[Side, Conditions]:
        """Some profiles as a side, and that they refuse their own country."""
        needs, offers = (np.vstack([getattr(part, name) for part in self.parts]) for name in ("needs", "offers"))
        own = [self.countries(row) for row in rows]
        return side(needs[rows], offers[rows]), Conditions([frozenset()] * len(rows), own, own)

    @property
    def parts(self) -> tuple[Side, Side]:
        """Both sides."""
        return self.left, self.right

    def true(self, rows: np.ndarray, asking: Side) -> list[set[int]]:
        """The k best of the other country for each row, the left ones first, by all scores."""
        seeking, border, best = asking.seeking(), len(self.left), []
        for own, there in ((rows < border, slice(border, None)), (rows >= border, slice(border))):
            scores = seeking[own] @ self.offering[there].T
            best += [set(row) for row in (np.argpartition(-scores, K)[:, :K] + (there.start or 0)).tolist()]
        return best


def made_directory(left: int, right: int, folder: Path) -> Directory:
    """A made-up directory with its file of vectors."""
    sides = made_side(left, 1), made_side(right, 2)
    np.save(folder / "offering.npy", np.vstack([part.offering() for part in sides]))
    return Directory(*sides, np.load(folder / "offering.npy", mmap_mode="r"))


def recall(lists: Lists, true: list[set[int]]) -> float:
    """Share of the true k best that the lists have."""
    found = sum(len(best & {other for other, _ in lists.of(row)}) for row, best in enumerate(true))
    return found / (K * len(true))


def fill(index: NeighbourIndex, directory: Directory, goals: Goals, *, merged: bool) -> None:
    """Build the index and say what that took."""
    index.create("bench")
    goals.note("sending and indexing", f"{seconds(lambda: index.fill(directory.shown(), 'bench')):.0f} s")
    goals.note("making it searchable", f"{seconds(lambda: index.switch('bench')):.0f} s")
    if merged:
        goals.note("merging into one graph", f"{seconds(index.merge):.0f} s")
    footprint = index.footprint()
    goals.note(
        f"on disk, {footprint.profiles} profiles, {footprint.segments} segments", f"{footprint.size / 2**20:.0f} MiB"
    )


def chosen(directory: Directory, asking: int) -> np.ndarray:
    """Rows of profiles that ask, half of them of either side, the left ones first."""
    chance = np.random.default_rng(3)
    mine, theirs = (chance.choice(len(part), asking // 2, replace=False) for part in directory.parts)
    return np.concatenate([mine, theirs + len(directory.left)])


def measure(index: NeighbourIndex, directory: Directory, asked: argparse.Namespace, goals: Goals) -> None:
    """Ask for some profiles of both sides, more and more thoroughly, and compare with all scores."""
    rows = chosen(directory, asked.asking)
    asking, gates = directory.asking(rows)
    thousand = 1000 / len(rows)
    true, taken = timed(lambda: directory.true(rows, asking))
    goals.note("all scores from the mapped file, per 1,000 profiles", f"{taken * thousand:.2f} s")
    for explored in sorted(asked.explored):
        ask = partial(index.candidates, pool=asked.pool, explored=explored)
        warm, own = directory.asking(rows[::20])
        ask(warm.seeking(), gates=own)
        nearest, taken = timed(partial(ask, asking.seeking(), gates=gates))
        goals.note(f"explored {explored}: asking, per 1,000 profiles", f"{taken * thousand:.2f} s")
        lists, taken = timed(partial(rerank, asking, directory.offering, nearest.numbers, K))
        goals.note(f"explored {explored}: exact order, per 1,000 profiles", f"{taken * thousand:.2f} s")
        what, found = f"explored {explored}: recall@{K} of {len(rows)} profiles", recall(lists, true)
        if explored == max(asked.explored):
            goals.at_least(what, found, RECALL)
        else:
            goals.note(what, f"{found:.4f}")


def timed(work: Callable[[], Made]) -> tuple[Made, float]:
    """What a call makes, and its wall time."""
    started = time.perf_counter()
    return work(), time.perf_counter() - started


def main() -> None:
    """Measure, print, leave with 1 if recall fell short."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name, default in (("left", 60_000), ("right", 40_000), ("asking", 1000), ("pool", 60)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--explored", type=int, nargs="+", default=[200, 1000])
    parser.add_argument("--merged", action="store_true", help="put all graphs into one first: the hardest to search")
    asked = parser.parse_args()
    url = os.environ.get("ELASTICSEARCH_URL", "")
    if not url:
        sys.exit("no server to measure: start one (.ci/services start) and set ELASTICSEARCH_URL (.ci/services env)")
    goals, index = Goals(), NeighbourIndex(url, prefix=f"bench-{uuid.uuid4().hex[:8]}")
    with tempfile.TemporaryDirectory() as folder:
        directory = made_directory(asked.left, asked.right, Path(folder))
        try:
            fill(index, directory, goals, merged=asked.merged)
            measure(index, directory, asked, goals)
        finally:
            index.destroy()
            index.close()
        taken = seconds(lambda: reciprocal_top_k(directory.left, directory.right, K))
        goals.note(
            "the exact match of all in memory, per 1,000 profiles", f"{taken * 1000 / (asked.left + asked.right):.3f} s"
        )
    goals.close()


if __name__ == "__main__":
    main()
