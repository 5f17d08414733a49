"""Texts as the bridge sees them: taken apart, as documents, as queries, and a score taken apart again."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from .encoding.encoder import Vectors
from .meaning import Standing

Terms = dict[str, float]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Analysis:
    """One text, taken apart: Latin stems, Chinese headwords, raw Latin words, pinyin n-grams → count or weight.

    ``text`` is what an encoder reads; the vectors of a ``private`` one are never kept.
    """

    stems: Terms
    heads: Terms
    latin: Terms
    pinyin: Terms
    text: str = ""
    private: bool = False

    @property
    def length(self) -> float:
        """Number of content words."""
        return sum(self.stems.values()) + sum(self.heads.values())

    @property
    def terms(self) -> Terms:
        """Stems and headwords together; the two never collide, since a headword holds a Han character."""
        return {**self.stems, **self.heads}


@dataclass(frozen=True)
class Documents:
    """Texts as documents: counts (n, features), Latin counts (n, words), hashed pinyin, lengths, topic vectors, how far
    each is a long text (0 to 1), sentence vectors.
    """

    counts: sparse.csr_array
    latin: sparse.csr_array
    spelt: sparse.csr_array
    lengths: Floats
    topics: Floats
    topic_share: Floats
    meaning: Vectors

    def take(self, rows: NDArray[np.intp]) -> "Documents":
        """Some rows of the documents."""
        return Documents(**{name: array[rows] for name, array in vars(self).items()})


@dataclass(frozen=True)
class Queries:
    """Texts as queries: term weights (n, terms) and the features of each term, the same for pinyin, words that may be
    pinyin themselves, the score of full cover, topics, sentence vectors, how their cosines
    are read, brevity (0 to 1).
    """

    weights: sparse.csr_array
    expansion: sparse.csr_array
    grams: sparse.csr_array
    gram_expansion: sparse.csr_array
    spelt: sparse.csr_array
    bounds: Floats
    topics: Floats
    topic_share: Floats
    meaning: Vectors
    standing: Standing
    brevity: Floats

    def take(self, rows: NDArray[np.intp]) -> "Queries":
        """Some rows of the queries, with only the terms that these use."""
        weights, grams = self.weights[rows], self.grams[rows]
        terms, used = np.unique(weights.indices), np.unique(grams.indices)
        return Queries(
            weights[:, terms],
            self.expansion[terms],
            grams[:, used],
            self.gram_expansion[used],
            self.spelt[rows],
            self.bounds[rows],
            self.topics[rows],
            self.topic_share[rows],
            self.meaning[rows],
            Standing(self.standing.mean[rows], self.standing.spread[rows]),
            self.brevity[rows],
        )


@dataclass(frozen=True)
class Prepared:
    """One query, ready to be explained: gain of each term and pinyin n-gram at full saturation, per bound."""

    terms: tuple[str, ...]
    gains: Floats
    columns: NDArray[np.int32]
    links: sparse.csr_array
    grams: tuple[str, ...]
    gram_columns: NDArray[np.int64]
    gram_gains: Floats
    spelt: dict[int, str]
    bound: float
    topics: Floats
    topic_share: float
    meaning: Vectors
    standing: Standing
    brevity: float


@dataclass(frozen=True)
class Shared:
    """What a query term has in common with a document; ``contribution`` is its part of the score."""

    yours: str
    theirs: str
    contribution: float


@dataclass(frozen=True)
class Explained:
    """A score taken apart: the terms that bring most; what all terms, common topics and likeness of meaning bring."""

    shared: tuple[Shared, ...]
    cover: float
    topic: float
    meaning: float

    @property
    def total(self) -> float:
        """The score of the pair."""
        return self.cover + self.topic + self.meaning
