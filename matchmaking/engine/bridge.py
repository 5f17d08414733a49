"""Chinese and English text in one space: probabilistic structured queries over BM25, pinyin for names, LSI for long text.

``TextBridge`` is the one text pipeline of the product: the recommender and the evaluation both use it. Documents and
queries may be Chinese, English or mixed. Every decision depends on the texts alone (language, length, dictionary
coverage), never on where they come from.

References: Darwish & Oard 2003 (probabilistic structured queries); Robertson & Zaragoza 2009 (BM25).
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from .lexicon import Lexicon
from .text import STOP_EN, has_han, latin_words, pinyin_ngrams, stem

K1 = 1.5
B = 0.9
PINYIN_WEIGHT = 0.6
# From Chinese headwords to English stems the lexicon is a probability; the other way round several headwords share one
# stem, so each of them counts a little less than the word itself would.
REVERSE_WEIGHT = 0.9
LONG_TEXT_WORDS = 40
LSI_DIMENSIONS = 200
LSI_WEIGHT = 1.0

Terms = dict[str, float]


@dataclass(frozen=True)
class Analysis:
    """One text, taken apart once: Latin stems, Chinese headwords, raw Latin words, pinyin n-grams → weight or count."""

    stems: Terms
    heads: Terms
    latin: Terms
    pinyin: Terms

    @property
    def length(self) -> float:
        """Number of content words."""
        return sum(self.stems.values()) + sum(self.heads.values())

    @property
    def terms(self) -> Terms:
        """Stems and headwords together; the two never collide."""
        return {**self.stems, **self.heads}


def analyse(text: str, lexicon: Lexicon) -> Analysis:
    """Take one text apart; headwords inside longer ones count .3, single characters .5."""
    words = latin_words(text)
    stems = Counter(stem(word) for word in words if word not in STOP_EN)
    heads: defaultdict[str, float] = defaultdict(float)
    grams: Terms = {}
    if has_han(text):
        for head, weight in lexicon.segment(text):
            heads[head] += weight
        grams = pinyin_ngrams(text)
    latin = Counter(word for word in words if len(word) > 1 and not word.isdigit())
    return Analysis(dict(stems), dict(heads), dict(latin), grams)


class TextBridge(BaseEstimator):
    """Score texts against texts across Chinese and English.

    Parameters
    ----------
    lexicon : Lexicon or None
        Bilingual lexicon; None reads CC-CEDICT.
    """

    def __init__(self, *, lexicon: Lexicon | None = None) -> None:
        self.lexicon = lexicon

    def fit(self, documents: Sequence[str], pairs: Iterable[tuple[str, str]] = ()) -> "TextBridge":
        """Learn the word table from pairs, then the statistics of the documents, then index the documents."""
        lexicon = self.lexicon if self.lexicon is not None else Lexicon.from_dictionary()
        self.lexicon_ = lexicon.learn(pairs)
        analyses = [analyse(text, self.lexicon_) for text in documents]
        names = sorted({term for a in analyses for term in a.terms})
        self.features_ = {name: i for i, name in enumerate(names)}
        words = sorted({word for a in analyses for word in a.latin})
        self.latin_features_ = {name: i for i, name in enumerate(words)}
        self.counts_ = _matrix([a.terms for a in analyses], self.features_)
        self.latin_counts_ = _matrix([a.latin for a in analyses], self.latin_features_)
        self.lengths_ = np.array([a.length for a in analyses])
        self.mean_length_ = float(self.lengths_.mean()) or 1.0
        self.frequencies_ = np.bincount(self.counts_.indices, minlength=len(names)).astype(float)
        self.latin_frequencies_ = np.bincount(self.latin_counts_.indices, minlength=len(words)).astype(float)
        return self

    def expand(self, term: str) -> Terms:
        """The features by which a query term may show up in a document, each with its weight; the term itself weighs 1."""
        other = self.lexicon_.renderings(term) if has_han(term) else self.lexicon_.heads_for(term)
        factor = 1.0 if has_han(term) else REVERSE_WEIGHT
        row = {name: factor * weight for name, weight in other.items() if name in self.features_}
        if term in self.features_:
            row[term] = 1.0
        return row

    def lexical(self, queries: Sequence[Analysis]) -> np.ndarray:
        """BM25 over structured query terms, plus pinyin; float32 (queries, documents)."""
        terms = sorted({t for q in queries for t in q.terms})
        order = {t: i for i, t in enumerate(terms)}
        weights = _matrix([{t: _query_weight(w) for t, w in q.terms.items()} for q in queries], order)
        expansion = _matrix([self.expand(t) for t in terms], self.features_)
        scores = np.asarray((weights @ self._bm25(expansion, self.counts_, self.frequencies_)).toarray(), dtype=np.float32)
        grams = sorted({g for q in queries for g in q.pinyin if g in self.latin_features_})
        if grams:
            order = {g: i for i, g in enumerate(grams)}
            weights = _matrix([{g: w for g, w in q.pinyin.items() if g in order} for q in queries], order)
            expansion = _matrix([{g: 1.0} for g in grams], self.latin_features_)
            found = self._bm25(expansion, self.latin_counts_, self.latin_frequencies_)
            scores += PINYIN_WEIGHT * (weights @ found).toarray()
        return scores

    def _bm25(self, expansion: sparse.csr_array, counts: sparse.csr_array, frequencies: np.ndarray) -> sparse.csr_array:
        n = counts.shape[0]
        tf = sparse.csr_array(expansion @ counts.T)
        df = np.minimum(expansion @ frequencies, n)
        idf = np.log1p((n - df + 0.5) / (df + 0.5))
        norm = K1 * (1 - B + B * self.lengths_ / self.mean_length_)
        rows = np.repeat(np.arange(tf.shape[0]), np.diff(tf.indptr))
        tf.data = idf[rows] * tf.data * (K1 + 1) / (tf.data + norm[tf.indices])
        return tf


def _query_weight(count: float) -> float:
    return count if count <= 1 else 1 + math.log(count)


def _matrix(rows: Sequence[Terms], columns: dict[str, int]) -> sparse.csr_array:
    indptr, indices, data = [0], [], []
    for row in rows:
        for name, value in row.items():
            column = columns.get(name)
            if column is not None:
                indices.append(column)
                data.append(value)
        indptr.append(len(indices))
    matrix = sparse.csr_array(
        (np.array(data, float), np.array(indices, np.int32), np.array(indptr, np.int32)), shape=(len(rows), len(columns))
    )
    matrix.sort_indices()
    return matrix
