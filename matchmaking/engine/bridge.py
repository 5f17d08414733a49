"""Chinese and English text in one space: probabilistic structured queries over BM25, pinyin for names, LSI for long text.

``TextBridge`` is the one text pipeline of the product: the recommender and the evaluation both use it. Documents and
queries may be Chinese, English or mixed. Every decision depends on the texts alone (language, length, dictionary
coverage), never on where they come from. All scores of a pair are independent of the other pairs, so one changed text
can be scored again alone.

References: Darwish & Oard 2003 (probabilistic structured queries); Robertson & Zaragoza 2009 (BM25); Deerwester et al.
1990 (LSI).
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.base import BaseEstimator
from sklearn.utils.extmath import randomized_svd

from .lexicon import Lexicon
from .text import STOP_EN, has_han, latin_words, pinyin_ngrams, stem

K1 = 1.5
B = 0.9
PINYIN_WEIGHT = 0.6
# Several headwords share one stem, so each of them counts a little less than the word itself would.
REVERSE_WEIGHT = 0.9
# Topics (LSI) count between long texts only: from none at 30 content words to full weight at 60.
TOPIC_FROM_WORDS = 30.0
TOPIC_FULL_WORDS = 60.0
TOPIC_WEIGHT = 0.5
TOPIC_DIMENSIONS = 100
TOPIC_LEAST_DOCUMENTS = 25

Terms = dict[str, float]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Analysis:
    """One text, taken apart once: Latin stems, Chinese headwords, raw Latin words, pinyin n-grams → count or weight."""

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
        """Stems and headwords together; the two never collide, since a headword holds a Han character."""
        return {**self.stems, **self.heads}


@dataclass(frozen=True)
class Documents:
    """Texts as documents: feature counts (n, features), Latin counts (n, words), lengths, topic vectors and weights."""

    counts: sparse.csr_array
    latin: sparse.csr_array
    lengths: Floats
    topics: Floats
    topic_share: Floats


@dataclass(frozen=True)
class Queries:
    """Texts as queries: term weights (n, terms), features per term, the same for pinyin, the score that full cover has."""

    weights: sparse.csr_array
    expansion: sparse.csr_array
    grams: sparse.csr_array
    gram_expansion: sparse.csr_array
    bounds: Floats
    topics: Floats
    topic_share: Floats


@dataclass(frozen=True)
class Shared:
    """What one query term has in common with one document; ``contribution`` is its part of the score."""

    yours: str
    theirs: tuple[str, ...]
    contribution: float


class TextBridge(BaseEstimator):
    """Score texts against texts across Chinese and English.

    Parameters
    ----------
    lexicon : Lexicon or None
        Bilingual lexicon to learn on top of; None reads CC-CEDICT.

    Attributes
    ----------
    lexicon_ : Lexicon with the word table learned from the pairs
    features_, words_ : dict, name → column of the feature and the raw Latin word counts
    frequencies_, word_frequencies_ : float64 arrays, number of fitted documents that hold each feature
    size_, mean_length_ : number and mean length of the fitted documents
    topic_axes_ : float64 (stems of the lexicon, dimensions); empty below 25 long documents
    """

    def __init__(self, *, lexicon: Lexicon | None = None) -> None:
        self.lexicon = lexicon

    def fit(self, documents: Sequence[str], pairs: Iterable[tuple[str, str]] = ()) -> "TextBridge":
        """Learn the word table from (Chinese, English) pairs and the statistics from the documents. Returns self."""
        lexicon = self.lexicon if self.lexicon is not None else Lexicon.from_dictionary()
        self.lexicon_ = lexicon.learn(pairs)
        analyses = [self.analyse(text) for text in documents]
        names = sorted({term for a in analyses for term in a.terms})
        words = sorted({word for a in analyses for word in a.latin})
        self.features_ = {name: i for i, name in enumerate(names)}
        self.words_ = {name: i for i, name in enumerate(words)}
        counts = _matrix([a.terms for a in analyses], self.features_)
        latin = _matrix([a.latin for a in analyses], self.words_)
        self.frequencies_ = np.bincount(counts.indices, minlength=len(names)).astype(float)
        self.word_frequencies_ = np.bincount(latin.indices, minlength=len(words)).astype(float)
        self.size_ = len(analyses)
        self.mean_length_ = float(np.mean([a.length for a in analyses] or [1.0])) or 1.0
        self._fit_topics(analyses)
        return self

    def _fit_topics(self, analyses: Sequence[Analysis]) -> None:
        long = [a for a in analyses if a.length > TOPIC_FROM_WORDS]
        stems = self.lexicon_.stem_index
        counts = self._stem_counts(long)
        self.topic_idf_ = np.log((1 + len(long)) / (1 + np.bincount(counts.indices, minlength=len(stems)))) + 1
        dimensions = min(TOPIC_DIMENSIONS, len(long) // 5)
        if len(long) < TOPIC_LEAST_DOCUMENTS or not dimensions:
            self.topic_axes_ = np.zeros((len(stems), 0))
            return
        used = np.flatnonzero(np.bincount(counts.indices, minlength=len(stems)))
        weighted = _unit(self._weigh(counts))
        _, _, axes = randomized_svd(weighted[:, used], dimensions, n_iter=4, random_state=0)
        self.topic_axes_ = np.zeros((len(stems), dimensions))
        self.topic_axes_[used] = axes.T

    def _stem_counts(self, analyses: Sequence[Analysis]) -> sparse.csr_array:
        """Counts over the English stems of the lexicon; a Chinese word is shared out over its renderings."""
        own = _matrix([a.stems for a in analyses], self.lexicon_.stem_index)
        heads = _matrix([a.heads for a in analyses], self.lexicon_.head_index)
        return sparse.csr_array(own + heads @ self.lexicon_.table)

    def _weigh(self, counts: sparse.csr_array) -> sparse.csr_array:
        counts = counts.copy()
        counts.data = np.where(counts.data >= 1, 1 + np.log(np.maximum(counts.data, 1)), counts.data)
        return sparse.csr_array(counts @ sparse.diags_array(self.topic_idf_))

    def _topics(self, analyses: Sequence[Analysis]) -> tuple[Floats, Floats]:
        span = TOPIC_FULL_WORDS - TOPIC_FROM_WORDS
        share = np.array([min(1.0, max(0.0, (a.length - TOPIC_FROM_WORDS) / span)) for a in analyses])
        vectors = np.zeros((len(analyses), self.topic_axes_.shape[1]))
        rows = np.flatnonzero(share)
        if len(rows) and vectors.shape[1]:
            found = _unit(self._weigh(self._stem_counts([analyses[i] for i in rows]))) @ self.topic_axes_
            norms = np.linalg.norm(found, axis=1, keepdims=True)
            vectors[rows] = found / np.where(norms > 0, norms, 1)
        return vectors, share

    def analyse(self, text: str) -> Analysis:
        """Take one text apart; headwords inside longer ones count .3, single characters .5."""
        words = latin_words(text)
        stems = Counter(stem(word) for word in words if word not in STOP_EN)
        heads: defaultdict[str, float] = defaultdict(float)
        grams: Terms = {}
        if has_han(text):
            for head, weight in self.lexicon_.segment(text):
                heads[head] += weight
            grams = pinyin_ngrams(text)
        latin = Counter(word for word in words if len(word) > 1 and not word.isdigit())
        return Analysis(dict(stems), dict(heads), dict(latin), grams)

    def admit(self, analyses: Iterable[Analysis]) -> None:
        """Give features that came up after the fit a column of their own, as seen in one document."""
        for analysis in analyses:
            for known, counted, terms in (
                (self.features_, "frequencies_", analysis.terms),
                (self.words_, "word_frequencies_", analysis.latin),
            ):
                new = [name for name in terms if name not in known]
                for name in new:
                    known[name] = len(known)
                if new:
                    setattr(self, counted, np.append(getattr(self, counted), np.ones(len(new))))

    def documents(self, analyses: Sequence[Analysis]) -> Documents:
        """Count analysed texts as documents; features unknown to ``fit`` and ``admit`` are left out."""
        topics, share = self._topics(analyses)
        return Documents(
            counts=_matrix([a.terms for a in analyses], self.features_),
            latin=_matrix([a.latin for a in analyses], self.words_),
            lengths=np.array([a.length for a in analyses]),
            topics=topics,
            topic_share=share,
        )

    def queries(self, analyses: Sequence[Analysis]) -> Queries:
        """Weigh analysed texts as queries: 1 + log of the count per term, and the features each term may show up by."""
        terms = {t: i for i, t in enumerate(sorted({t for a in analyses for t in a.terms}))}
        grams = {g: i for i, g in enumerate(sorted({g for a in analyses for g in a.pinyin if g in self.words_}))}
        weights = _matrix([{t: _query_weight(w) for t, w in a.terms.items()} for a in analyses], terms)
        expansion = _matrix([self.expand(t) for t in terms], self.features_)
        reachable = np.diff(expansion.indptr) > 0
        bounds = weights @ (self._idf(expansion @ self.frequencies_) * reachable) * (K1 + 1)
        topics, share = self._topics(analyses)
        return Queries(
            weights=weights,
            expansion=expansion,
            grams=_matrix([a.pinyin for a in analyses], grams),
            gram_expansion=_matrix([{g: 1.0} for g in grams], self.words_),
            bounds=np.where(bounds > 0, bounds, 1.0),
            topics=topics,
            topic_share=share,
        )

    def expand(self, term: str) -> Terms:
        """The features by which a query term may show up in a document, each with its weight; the term itself weighs 1."""
        if has_han(term):
            row = {name: weight for name, weight in self.lexicon_.renderings(term).items() if name in self.features_}
        else:
            others = self.lexicon_.heads_for(term).items()
            row = {name: REVERSE_WEIGHT * weight for name, weight in others if name in self.features_}
        if term in self.features_:
            row[term] = 1.0
        return row

    def scores(self, queries: Queries, documents: Documents) -> NDArray[np.float32]:
        """Score every query against every document: share of the query that is covered, plus common topics.

        float32 (queries, documents), 0 for nothing in common. The cover stays below 1 but for names, whose pinyin adds
        to it; topics add up to .5 between long texts. Memory: the result plus one sparse block of its non-zeros.
        """
        found = _bm25(queries.expansion @ documents.counts.T, self._idf(queries.expansion @ self.frequencies_),
                      self._norms(documents))
        cover = np.asarray((queries.weights @ found).toarray(), dtype=np.float32)
        if queries.grams.nnz:
            idf = self._idf(queries.gram_expansion @ self.word_frequencies_)
            names = _bm25(queries.gram_expansion @ documents.latin.T, idf, self._norms(documents))
            cover += (PINYIN_WEIGHT * (queries.grams @ names)).toarray().astype(np.float32)
        cover /= queries.bounds[:, None].astype(np.float32)
        return cover + self._topic_scores(queries, documents)

    def _topic_scores(self, queries: Queries, documents: Documents) -> NDArray[np.float32]:
        shape = (len(queries.bounds), len(documents.lengths))
        if not (queries.topic_share.any() and documents.topic_share.any() and self.topic_axes_.shape[1]):
            return np.zeros(shape, np.float32)
        common = queries.topics.astype(np.float32) @ documents.topics.astype(np.float32).T
        gate = np.minimum(queries.topic_share[:, None], documents.topic_share[None, :]).astype(np.float32)
        return np.asarray(TOPIC_WEIGHT * gate * np.maximum(common, 0), dtype=np.float32)

    def explain(self, query: Analysis, document: Analysis) -> tuple[list[Shared], float]:
        """Take the score of one pair apart: what each query term brings, largest first, and what common topics bring.

        The parts add up to the score of ``scores`` in double precision.
        """
        one_query, one_document = self.queries([query]), self.documents([document])
        norm, bound = self._norms(one_document)[0], one_query.bounds[0]
        held, idf = document.terms, self._idf(one_query.expansion @ self.frequencies_)
        shared = []
        for row, term in enumerate(sorted(query.terms)):
            parts = {name: weight * held[name] for name, weight in self.expand(term).items() if name in held}
            tf = sum(parts.values())
            if tf:
                gain = _query_weight(query.terms[term]) * idf[row] * tf * (K1 + 1) / (tf + norm)
                shared.append(Shared(term, tuple(sorted(parts, key=lambda n: (-parts[n], n))), gain / bound))
        for gram, weight in sorted(query.pinyin.items()):
            tf = document.latin.get(gram, 0.0)
            if tf and gram in self.words_:
                rarity = self._idf(self.word_frequencies_[[self.words_[gram]]])[0]
                gain = PINYIN_WEIGHT * weight * rarity * tf * (K1 + 1) / (tf + norm)
                shared.append(Shared(gram, (gram,), gain / bound))
        topic = 0.0
        if self.topic_axes_.shape[1]:
            gate = min(one_query.topic_share[0], one_document.topic_share[0])
            topic = TOPIC_WEIGHT * gate * max(0.0, float(one_query.topics[0] @ one_document.topics[0]))
        return sorted(shared, key=lambda s: (-s.contribution, s.yours)), topic

    def _idf(self, frequencies: Floats) -> Floats:
        df = np.minimum(frequencies, self.size_)
        return np.asarray(np.log1p((self.size_ - df + 0.5) / (df + 0.5)))

    def _norms(self, documents: Documents) -> Floats:
        return K1 * (1 - B + B * documents.lengths / self.mean_length_)


def _bm25(tf: sparse.csr_array, idf: Floats, norms: Floats) -> sparse.csr_array:
    tf = sparse.csr_array(tf)
    rows = np.repeat(np.arange(tf.shape[0]), np.diff(tf.indptr))
    tf.data = idf[rows] * tf.data * (K1 + 1) / (tf.data + norms[tf.indices])
    return tf


def _query_weight(count: float) -> float:
    return count if count <= 1 else 1 + math.log(count)


def _unit(matrix: sparse.csr_array) -> sparse.csr_array:
    norms = np.sqrt((matrix * matrix).sum(axis=1))
    return sparse.csr_array(sparse.diags_array(1 / np.where(norms > 0, norms, 1)) @ matrix)


def _matrix(rows: Sequence[Mapping[str, float]], columns: Mapping[str, int]) -> sparse.csr_array:
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
