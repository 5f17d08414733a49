# ruff: noqa: T201
"""From bilingual texts to short vectors, beside scikit-learn's TfidfVectorizer over jieba and its TruncatedSVD.

    python -m benchmarks.text_vectors [--texts 10000] [--rounds 3]

The texts are made up, 1.6 KB in two languages each. All times are medians of runs in turn; what counts are the ratios,
which are the same for ten times as many texts: every step grows with their number. Needs jieba, which the product does
not use.
"""

import argparse
from functools import partial

import jieba
import numpy as np
from scipy import sparse
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer

from benchmarks.goals import Goals, in_turn
from benchmarks.made_directory import made_texts
from matchmaking.engine.folding.concepts import Concepts
from matchmaking.engine.folding.svd import directions
from matchmaking.engine.folding.words import Words
from matchmaking.engine.lexicon import Lexicon
from matchmaking.engine.text import stem

DIMENSIONS = 128
# How much of the texts changes between two nights.
CHANGED = 100


def weights_of(texts: list[str], concepts: Concepts, words: Words | None = None) -> sparse.csr_array:
    """TF-IDF weights in concept space; ``words`` may know counts of texts already."""
    words = words or Words()
    counts = words.counts(texts)
    return concepts.fit(counts, words.columns).transform(counts, words.columns)


def from_nothing(texts: list[str], lexicon: Lexicon) -> sparse.csr_array:
    """The same in a process that has seen no text."""
    stem.cache_clear()
    return weights_of(texts, Concepts(lexicon))


def tfidf(texts: list[str]) -> None:
    """scikit-learn over jieba words."""
    TfidfVectorizer(tokenizer=jieba.lcut, token_pattern=None).fit_transform(texts)


def kept(weights: sparse.csr_array, axes: np.ndarray) -> float:
    """Variance of the texts along some axes."""
    return float((weights @ axes).var(axis=0).sum())


def main() -> None:
    """Print every figure beside its goal."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    lexicon = Lexicon.from_dictionary()
    texts = made_texts(options.texts, lexicon)
    jieba.setLogLevel("ERROR")
    jieba.initialize()
    concepts = Concepts(lexicon)
    weights = weights_of(texts, concepts)
    fitted = directions(weights, DIMENSIONS)
    known = Words()
    known.counts(texts[CHANGED:])
    size = sum(len(text.encode()) for text in texts) / len(texts)
    print(f"{len(texts):,} texts of {size:,.0f} bytes, {weights.shape[1]:,} concepts, {DIMENSIONS} dimensions")
    theirs = TruncatedSVD(DIMENSIONS, random_state=0)
    times = in_turn(
        {
            "TfidfVectorizer over jieba": partial(tfidf, texts),
            "texts → vectors": lambda: fitted.fold(from_nothing(texts, lexicon)),
            f"texts → vectors, {CHANGED} changed": lambda: fitted.fold(weights_of(texts, concepts, known)),
            "TruncatedSVD": partial(theirs.fit, weights),
            "directions": partial(directions, weights, DIMENSIONS),
        },
        options.rounds,
    )
    goals = Goals()
    for name, found in times.items():
        goals.note(f"{name}, seconds", f"{found:.2f} s")
    baseline, ours, night = [*times.values()][:3]
    goals.at_most("texts → vectors / TfidfVectorizer over jieba", ours / baseline, 0.15)
    goals.note(f"the same where {CHANGED} changed", f"{night / baseline:.4f} ×")
    goals.note("the same with the fit of the directions", f"{(ours + times['directions']) / baseline:.4f} ×")
    goals.at_most("directions / TruncatedSVD, both float32", times["directions"] / times["TruncatedSVD"], 0.5)
    share = kept(weights, fitted.axes) / kept(weights, theirs.components_.T.astype(np.float32))
    goals.at_least("variance kept / that of TruncatedSVD", share, 0.95)
    goals.close()


if __name__ == "__main__":
    main()
