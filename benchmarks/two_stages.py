# ruff: noqa: T201
"""How much of the full score's best the first of two stages keeps, on a large made-up directory.

    python -m benchmarks.two_stages [--profiles 3000] [--encoder]

The first stage finds pools of 200 for every company by short vectors; the full score then ranks only those. Recall
compares the pools with the 20 best of the full score over ALL pairs, private needs and gates included.
"""

import argparse
import time

import numpy as np

from benchmarks.goals import Goals
from benchmarks.made_directory import made_directory
from matchmaking.engine.counterparts import NEAREST
from matchmaking.engine.encoding.choice import encoder_for
from matchmaking.engine.features import Block
from matchmaking.engine.folding.fold import DIMENSIONS, Folding
from matchmaking.engine.folding.pools import Firms, pools
from matchmaking.engine.lexicon import Lexicon
from matchmaking.engine.ranking import best_k
from matchmaking.engine.recommender import MatchRecommender

K = 20
# Fully scored companies for the comparison of times.
SAMPLED = 200


def best(model: MatchRecommender, block: Block) -> dict[int, Firms]:
    """The K best of each visible company by the full score over all pairs."""
    rows = model.counterparts.pairing.everybody(block)
    return {i: best_k(row, K, model.floor) for i, row in rows if block.profiles[i].visible}


def recall(found: dict[int, Firms], true: dict[int, Firms]) -> float:
    """Share of the true best that the pools hold, the mean over companies with any."""
    return float(np.mean([np.isin(firms, found[i]).mean() for i, firms in true.items() if len(firms)]))


def worst(found: dict[int, Firms], true: dict[int, Firms]) -> float:
    """Share of companies whose pool holds nine in ten of their true best, or more."""
    return float(np.mean([np.isin(firms, found[i]).mean() >= 0.9 for i, firms in true.items() if len(firms)]))


def main() -> None:
    """Print every figure beside its goal."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--profiles", type=int, default=3000)
    parser.add_argument("--encoder", action="store_true", help="with the sentence encoder that is installed")
    options = parser.parse_args()
    lexicon = Lexicon.from_dictionary()
    profiles = made_directory(options.profiles, lexicon)
    model = MatchRecommender(lexicon=lexicon, encoder=encoder_for("auto") if options.encoder else None).fit(profiles)
    block = model.counterparts.holding.consolidated()
    goals = Goals()
    started = time.perf_counter()
    true = best(model, block)
    every = time.perf_counter() - started
    started = time.perf_counter()
    folding = Folding(model.bridge_, model.sectors_).fit(block)
    fold = time.perf_counter() - started
    asks, gives = len(block.asks), len(block.gives)
    print(f"{len(block):,} companies, {asks:,} asks, {gives:,} texts of what they give; {DIMENSIONS} dimensions")
    for places in (K, 50, 100, NEAREST * K):
        started = time.perf_counter()
        found = dict(pools(block, folding, places))
        match = time.perf_counter() - started
        if places < NEAREST * K:
            goals.note(f"recall@{K} of pools of {places}", f"{recall(found, true):.4f}")
    goals.at_least(f"recall@{K} of pools of {NEAREST * K}", recall(found, true), 0.98)
    goals.note("companies whose pool holds 9 in 10 of their best", f"{worst(found, true):.4f}")
    # Neighbours in the order in which pools are scored, as all of them would be.
    alike = sorted(found, key=lambda firm: (sorted(block.profiles[firm].sectors), firm))
    sample = alike[len(alike) // 2 :][:SAMPLED]
    started = time.perf_counter()
    for _ in model.counterparts.pairing.pooled(block, {i: found[i] for i in sample}):
        pass
    ranked = (time.perf_counter() - started) * len(found) / len(sample)
    goals.note("every pair scored fully", f"{every:.2f} s")
    goals.note("fit of the short vectors", f"{fold:.2f} s")
    goals.note(f"pools of {NEAREST * K}", f"{match:.2f} s")
    goals.note(f"pools scored fully (from {len(sample)} of them)", f"{ranked:.2f} s")
    goals.close()


if __name__ == "__main__":
    main()
