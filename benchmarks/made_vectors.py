"""Made-up profiles as vectors: trades as centres, firms scattered around them, the same on every machine."""

import numpy as np

from matchmaking.engine.dense.sides import Side, Vectors, side

DIMENSIONS = 128
TRADES = 300
SCATTER = 0.9
GATES = 18


def trades(dimensions: int = DIMENSIONS) -> Vectors:
    """Centres of made-up trades, float32 (trades, dimensions)."""
    return np.random.default_rng(7).standard_normal((TRADES, dimensions)).astype(np.float32)


def made_side(profiles: int, seed: int, *, gated: bool = False) -> Side:
    """A side of made-up profiles; gated: a third insist on something that an eighth would break."""
    chance = np.random.default_rng(seed)
    gates = {}
    if gated:
        gates["wants"] = chance.random((profiles, GATES)) < 1 / (3 * GATES)
        gates["lacks"] = chance.random((profiles, GATES)) < 1 / 8
    return side(_scattered(profiles, chance), _scattered(profiles, chance), **gates)


def _scattered(profiles: int, chance: np.random.Generator) -> Vectors:
    centres = trades()
    vectors = centres[chance.integers(len(centres), size=profiles)]
    vectors += SCATTER * chance.standard_normal(vectors.shape, dtype=np.float32)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)
