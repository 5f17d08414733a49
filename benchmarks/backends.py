"""The same match by threads, by processes, and by a Dask cluster of this machine: equal lists, and what each costs.

    python -m benchmarks.backends [--left 60000] [--right 40000] [--rounds 3]

The cluster (2 workers of one thread) is started before anything is timed, as an existing one would be.
"""

import argparse
from functools import partial

from distributed import Client, LocalCluster

from benchmarks.full_match import same
from benchmarks.goals import Goals, in_turn
from benchmarks.made_vectors import made_side
from matchmaking.engine.dense.backends import Backend
from matchmaking.engine.dense.matching import Matched, reciprocal_top_k

K, WORKERS = 20, 2


def main() -> None:
    """Print every figure beside its goal."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--left", type=int, default=60_000)
    parser.add_argument("--right", type=int, default=40_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    left, right = made_side(options.left, 1), made_side(options.right, 2)
    goals = Goals()
    found: dict[str, Matched] = {}

    def match(name: str) -> None:
        found[name] = reciprocal_top_k(left, right, K, backend=Backend(name, WORKERS))

    with (
        LocalCluster(n_workers=WORKERS, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster),
    ):
        times = in_turn({name: partial(match, name) for name in ("threads", "loky", "dask")}, options.rounds)
    for name, spent in times.items():
        goals.note(f"{name}, {WORKERS} workers, seconds", f"{spent:.2f} s")
    goals.note("loky / threads", f"{times['loky'] / times['threads']:.2f} ×")
    goals.at_most("dask / threads", times["dask"] / times["threads"], 1.3)
    goals.at_least("loky and dask find what threads find, bit for bit", float(_all_same(found)), 1)
    goals.close()


def _all_same(found: dict[str, Matched]) -> bool:
    return all(same(found["threads"], one) for one in found.values())


if __name__ == "__main__":
    main()
