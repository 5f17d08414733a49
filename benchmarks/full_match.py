# ruff: noqa: T201
"""The exact match of two sides against scikit-learn's brute force and the bare matrix product of the same blocks.

    python -m benchmarks.full_match [--left 60000] [--right 40000] [--rounds 3]

All times are medians of runs in turn. The bare product computes every block and looks at no score. Recall compares
sampled profiles of both sides, at full size, with all their scores.
"""

import argparse
import resource
from collections.abc import Callable
from functools import partial

import numpy as np
from joblib import Parallel, delayed
from scipy.sparse import csr_matrix as sparse_array
from sklearn.neighbors import NearestNeighbors
from sparse_dot_topn import sp_matmul_topn
from threadpoolctl import threadpool_limits

from benchmarks.goals import Goals, in_turn, seconds
from benchmarks.made_vectors import DIMENSIONS, made_side
from matchmaking.engine.dense.lists import Lists
from matchmaking.engine.dense.matching import Matched, reciprocal_top_k
from matchmaking.engine.dense.sides import Side
from matchmaking.engine.dense.sweep import COLUMNS, ROWS

K, KEPT, SAMPLED, PART = 20, 64, 600, 200


def brute(left: Side, right: Side) -> None:
    """The nearest of each profile of both sides; of unit halves the nearest are those of the highest product."""
    seeking, offering = left.seeking(), right.offering()
    for ours, theirs in ((seeking, offering), (offering, seeking)):
        NearestNeighbors(n_neighbors=K, algorithm="brute").fit(theirs).kneighbors(ours, return_distance=True)


def bare(left: Side, right: Side) -> None:
    """The products of all blocks, two threads, nothing done with them."""
    seeking, offering = left.seeking(), right.offering()

    def some(first: int) -> None:
        out = np.empty((ROWS, COLUMNS), np.float32)
        for start in range(first * ROWS, len(seeking), 2 * ROWS):
            rows = seeking[start : start + ROWS]
            for column in range(0, len(offering), COLUMNS):
                others = offering[column : column + COLUMNS]
                if len(others) == COLUMNS:
                    np.matmul(rows, others.T, out=out[: len(rows)])
                else:
                    np.matmul(rows, others.T)

    with threadpool_limits(limits=1, user_api="blas"):
        Parallel(n_jobs=2, backend="threading")(delayed(some)(first) for first in range(2))


def sparse(left: Side, right: Side, part: int) -> None:
    """sparse_dot_topn on a part of the left side: it knows no dense rows, so they are given to it as sparse ones."""
    ours, theirs = sparse_array(left.seeking()[::part]), sparse_array(right.offering()).T.tocsr()
    sp_matmul_topn(ours, theirs, top_n=K, n_threads=2)


def recall(lists: Lists, ours: np.ndarray, theirs: np.ndarray) -> float:
    """Share of the true k best that sampled profiles have in their lists."""
    rows = np.random.default_rng(1).choice(len(ours), min(SAMPLED, len(ours)), replace=False)
    found = 0
    for row in rows:
        scores = theirs @ ours[row]
        found += len(set(np.argsort(-scores, kind="stable")[:K].tolist()) & set(lists.ids[row].tolist()))
    return found / (K * len(rows))


def twice(lists: Lists) -> int:
    """How many places name a counterpart that the list names before."""
    ids = np.sort(lists.ids, axis=1)
    return int(((ids[:, 1:] == ids[:, :-1]) & (ids[:, 1:] >= 0)).sum())


def same(one: Matched, other: Matched) -> bool:
    """Whether two matches are bit for bit alike."""
    pairs = ((one.left, other.left), (one.right, other.right))
    return all(np.array_equal(a.ids, b.ids) and np.array_equal(a.scores, b.scores) for a, b in pairs)


def broken(matched: Matched, left: Side, right: Side) -> int:
    """How many listed pairs break a gate."""
    total = 0
    for lists, ours, theirs in ((matched.left, left, right), (matched.right, right, left)):
        for start in range(0, len(lists), 4096):
            ids = lists.ids[start : start + 4096]
            rows = slice(start, start + len(ids))
            hits = np.einsum("ij,ikj->ik", ours.wants[rows], theirs.lacks[ids])
            hits += np.einsum("ij,ikj->ik", ours.lacks[rows], theirs.wants[ids])
            total += int(((hits > 0) & (ids >= 0)).sum())
    return total


def memory_of(work: Callable[[], object]) -> float:
    """MiB by which one call raises the peak of this process above what it held before."""
    with open("/proc/self/clear_refs", "w") as file:
        file.write("5")  # forget the peak so far
    before = _status("VmRSS")
    work()
    return (_status("VmHWM") - before) / 1024


def _status(name: str) -> int:
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith(name))


def main() -> None:
    """Print every figure beside its goal."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--left", type=int, default=60_000)
    parser.add_argument("--right", type=int, default=40_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    left, right = made_side(options.left, 1), made_side(options.right, 2)
    gated = made_side(options.left, 1, gated=True), made_side(options.right, 2, gated=True)
    print(f"{options.left:,} × {options.right:,} profiles × {2 * DIMENSIONS}, top {K}, both sides")
    goals = Goals()
    peak = memory_of(partial(reciprocal_top_k, left, right, K))
    yesterday = reciprocal_top_k(left, right, KEPT)
    times = in_turn(
        {
            "cold": partial(reciprocal_top_k, left, right, K),
            "bare": partial(bare, left, right),
            "warm": partial(reciprocal_top_k, left, right, K, previous=yesterday),
            "brute": partial(brute, left, right),
            "gated": partial(reciprocal_top_k, *gated, K),
            "harmonic": partial(reciprocal_top_k, left, right, K, mean="harmonic"),
        },
        options.rounds,
    )
    for name, found in times.items():
        goals.note(f"{name}, seconds", f"{found:.2f} s")
    peer = seconds(partial(sparse, left, right, PART)) * PART
    goals.note(f"sparse_dot_topn, one side, {PART} × the time of 1/{PART} of its rows", f"{peer:.0f} s")
    goals.at_most("cold / scikit-learn brute force", times["cold"] / times["brute"], 0.27)
    goals.at_least("bare matrix product / cold", times["bare"] / times["cold"], 0.70)
    goals.at_most("warm / scikit-learn brute force", times["warm"] / times["brute"], 0.24)
    goals.at_least("bare matrix product / warm", times["bare"] / times["warm"], 0.80)
    goals.at_most("with every gate / without", times["gated"] / times["cold"], 1.2)
    goals.at_most("harmonic mean / sum", times["harmonic"] / times["cold"], 1.5)
    goals.at_most("memory above the inputs, cold", peak, 250, "MiB")
    cold = reciprocal_top_k(left, right, K)
    warm = reciprocal_top_k(left, right, K, previous=yesterday)
    seeking, offering = left.seeking(), right.offering()
    goals.at_least("recall@20, left side", recall(cold.left, seeking, offering), 0.9999)
    goals.at_least("recall@20, right side", recall(cold.right, offering, seeking), 0.9999)
    goals.at_most("places that name a counterpart twice", twice(cold.left) + twice(cold.right), 0, "")
    again = reciprocal_top_k(left, right, K)
    goals.at_least("cold, cold again and warm are bit for bit alike", float(same(cold, again) and same(cold, warm)), 1)
    goals.at_most("listed pairs that break a gate", broken(reciprocal_top_k(*gated, K), *gated), 0, "")
    goals.note("peak memory of the whole run", f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20:.2f} GiB")
    goals.close()


if __name__ == "__main__":
    main()
