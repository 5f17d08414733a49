import numpy as np
import pytest

from matchmaking.engine.dense.sides import side


def brute(left, right, k, *, mean="sum", floor=-2.0, shut=()):
    """Lists by comparing every pair in double precision: [(id, score), …] per profile of the left side."""
    forward = left.needs.astype(float) @ right.offers.astype(float).T
    reverse = left.offers.astype(float) @ right.needs.astype(float).T
    if mean == "sum":
        scores = forward + reverse
    else:
        forward, reverse = np.maximum(forward, 0), np.maximum(reverse, 0)
        if mean == "harmonic":
            total = forward + reverse
            scores = np.divide(2 * forward * reverse, total, out=np.zeros_like(total), where=total > 0)
        else:
            scores = np.minimum(forward, reverse) if mean == "least" else np.sqrt(forward * reverse)
    broken = left.wants @ right.lacks.T + left.lacks @ right.wants.T
    scores[broken > 0] = -np.inf
    for a, b in shut:
        scores[a, b] = -np.inf
    lists = []
    for row in scores:
        order = np.lexsort((np.arange(len(row)), -row))
        lists.append([(int(i), float(row[i])) for i in order[:k] if row[i] > floor])
    return lists


def made(profiles, seed, *, dimensions=8, gates=0, steps=None):
    """A made-up side; ``steps`` rounds coordinates so that many pairs score exactly alike."""
    chance = np.random.default_rng(seed)
    halves = []
    for _ in range(2):
        vectors = chance.standard_normal((profiles, dimensions))
        if steps is not None:
            vectors = np.round(chance.random((profiles, dimensions)) * steps) / (steps * dimensions)
        else:
            vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        halves.append(vectors)
    bits = {}
    if gates:
        bits = {name: chance.random((profiles, gates)) < 0.2 for name in ("wants", "lacks")}
    return side(*halves, **bits)


@pytest.fixture
def sides():
    return made(70, 1), made(50, 2)
