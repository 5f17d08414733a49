# ruff: noqa: T201
"""One changed profile among 100,000: both sides' lists put right, against the bare product of its vector.

    python -m benchmarks.one_change [--left 60000] [--right 40000] [--changes 200]
"""

import argparse
import time

import numpy as np

from benchmarks.goals import Goals
from benchmarks.made_vectors import made_side
from matchmaking.engine.dense.live import LiveLists, Which
from matchmaking.engine.dense.matching import reciprocal_top_k
from matchmaking.engine.dense.sides import Side, side

K, KEPT = 20, 64


def one_of(profiles: Side, row: int) -> Side:
    """A side of one profile."""
    return side(profiles.needs[row : row + 1], profiles.offers[row : row + 1])


def main() -> None:
    """Print every figure beside its goal."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--left", type=int, default=60_000)
    parser.add_argument("--right", type=int, default=40_000)
    parser.add_argument("--changes", type=int, default=200)
    options = parser.parse_args()
    sides: dict[Which, Side] = {"left": made_side(options.left, 1), "right": made_side(options.right, 2)}
    matched = reciprocal_top_k(sides["left"], sides["right"], KEPT)
    live = LiveLists(sides["left"], sides["right"], matched, K)
    factors = {"left": sides["right"].offering(), "right": sides["left"].seeking()}
    new: dict[Which, Side] = {which: made_side(options.changes, 9) for which in sides}
    chance = np.random.default_rng(3)
    goals = Goals()
    print(f"one changed profile among {options.left + options.right:,}, both sides, {KEPT} places kept")
    for which in sides:
        spent, bare, touched = [], [], []
        for number, row in enumerate(chance.choice(len(sides[which]), options.changes, replace=False).tolist()):
            profile = one_of(new[which], number)
            vector = profile.seeking()[0] if which == "left" else profile.offering()[0]
            started = time.perf_counter()
            factors[which] @ vector
            bare.append(time.perf_counter() - started)
            started = time.perf_counter()
            touched.append(len(live.change(which, row, profile)))
            spent.append(time.perf_counter() - started)
            _put(sides[which], row, profile)
        goals.at_most(f"{which}: 95th percentile of a change", float(np.quantile(spent, 0.95)) * 1e3, 10, "ms")
        goals.note(f"{which}: median of a change", f"{float(np.median(spent)) * 1e3:.2f} ms")
        goals.note(f"{which}: change / bare product", f"{float(np.median(spent) / np.median(bare)):.2f} ×")
        goals.note(f"{which}: lists touched, median and most", f"{int(np.median(touched))}, {max(touched)}")
    full = reciprocal_top_k(sides["left"], sides["right"], K)
    unlike = sum(
        not np.allclose([s for _, s in live.of(which, row)], lists.scores[row], atol=1e-5)
        for which, lists in (("left", full.left), ("right", full.right))
        for row in range(len(lists))
    )
    goals.at_most("lists that differ from a full match after all changes", unlike, 0, "")
    goals.close()


def _put(profiles: Side, row: int, profile: Side) -> None:
    for name in ("needs", "offers"):
        getattr(profiles, name)[row] = getattr(profile, name)[0]


if __name__ == "__main__":
    main()
