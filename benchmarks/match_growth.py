# ruff: noqa: T201
"""How time and memory of the exact match grow with the number of profiles, each size in a process of its own.

    python -m benchmarks.match_growth [--most 300000]
"""

import argparse
import json
import math
import subprocess
import sys
import time

from benchmarks.full_match import memory_of
from benchmarks.goals import Goals
from benchmarks.made_vectors import made_side
from matchmaking.engine.dense.matching import reciprocal_top_k

SIZES = (10_000, 30_000, 100_000, 300_000)
K = 20


def one_size(profiles: int) -> dict[str, float]:
    """Seconds and MiB above the inputs of one match, three fifths against two fifths of the profiles."""
    left, right = made_side(profiles * 3 // 5, 1), made_side(profiles * 2 // 5, 2)
    spent: list[float] = []

    def match() -> None:
        started = time.perf_counter()
        reciprocal_top_k(left, right, K)
        spent.append(time.perf_counter() - started)

    memory = memory_of(match)
    return {"seconds": spent[0], "memory": memory}


def main() -> None:
    """Print one line per size, with the exponent of growth since the size before."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--most", type=int, default=300_000)
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(one_size(options.one)))
        return
    goals = Goals()
    before: tuple[int, float] | None = None
    for size in (size for size in SIZES if size <= options.most):
        command = [sys.executable, "-m", "benchmarks.match_growth", "--one", str(size)]
        found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        goals.note(f"{size:,} profiles", f"{found['seconds']:.2f} s")
        goals.note(f"{size:,} profiles, memory above the inputs", f"{found['memory']:.0f} MiB")
        if before is not None:
            exponent = math.log(found["seconds"] / before[1]) / math.log(size / before[0])
            goals.note(f"exponent from {before[0]:,} to {size:,}", f"{exponent:.2f}")
        before = size, found["seconds"]


if __name__ == "__main__":
    main()
