"""Chinese and English in one space: structured queries over BM25, pinyin for names, LSI for long text.

``TextBridge`` is the one text pipeline of the product: the recommender and the evaluation both use it. Documents and
queries may be Chinese, English or mixed. Every decision depends on the texts alone (language, length, dictionary
coverage), never on where they come from. All scores of a pair are independent of the other pairs, so one changed text
can be scored again alone.

References: Darwish & Oard 2003 (probabilistic structured queries); Robertson & Zaragoza 2009 (BM25); Deerwester et al.
1990 (LSI).
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.base import BaseEstimator
from sklearn.utils.extmath import randomized_svd

from .analysis import Analysis, Documents, Explained, Floats, Prepared, Queries, Shared, Terms
from .columns import (
    GRAM_BUCKETS,
    K1,
    aligned,
    bm25,
    bucket,
    hashed,
    matrix_of,
    picked,
    query_weight,
    spellings,
    unit,
)
from .encoder import Encoder, NoEncoder, Vectors, unit_rows
from .encoding_cache import EncodingCache
from .expansion import Expansion, each, links, total
from .glossing import Glosser, GlossTable
from .lexicon import Lexicon
from .meaning import (
    BACKGROUND,
    WHOLE_CHARACTERS,
    Glossing,
    brevity,
    document_vectors,
    query_vectors,
    standing,
    worth,
)
from .specificity import core, sharpened, surplus
from .text import STOP_EN, han_runs, has_han, latin_words, normalise, pinyin_ngrams, stem
from .vocabulary import Vocabulary
from .word_tables import WordTable

B = 0.9
PINYIN_WEIGHT = 0.8
# Names stand at the head of a text; further Han characters than these get no pinyin.
SPELT_CHARACTERS = 120
# Topics (LSI) count between long texts only: from none at 30 content words to full weight at 60.
TOPIC_FROM_WORDS = 30.0
TOPIC_FULL_WORDS = 60.0
TOPIC_WEIGHT = 0.5
TOPIC_DIMENSIONS = 100
TOPIC_LEAST_DOCUMENTS = 25

_NO_TEXT = Analysis({}, {}, {}, {})

VectorsOf = Callable[[Encoder, Glossing, Sequence[str]], Vectors]


class TextBridge(BaseEstimator):
    """Score texts against texts across Chinese and English.

    Parameters
    ----------
    lexicon : Lexicon or None
        Bilingual lexicon to learn on top of; None reads CC-CEDICT.
    encoder : Encoder or None
        Sentence encoder that adds likeness of meaning to words; None for none.

    Attributes
    ----------
    lexicon_ : Lexicon with the word table learned from the pairs
    links_ : csr_array, what ties the words of the lexicon together; see ``expansion.links``
    glosses_ : GlossTable, what an encoder that reads English only is given; empty for any other
    features_, words_ : Vocabulary, name → column of the feature counts (stems and headwords of the lexicon, then other
        stems) and of the raw Latin word counts; ``fit`` freezes them, later words are admitted behind
    frequencies_, word_frequencies_ : float64 arrays, number of fitted documents that hold each frozen feature
    size_, mean_length_ : number and mean length of the fitted documents
    topic_axes_ : float64 (stems of the lexicon, dimensions); empty below 25 long documents
    background_ : float32 (up to 512, dimensions of the encoder), vectors of fitted documents, spread evenly
    """

    def __init__(self, *, lexicon: Lexicon | None = None, encoder: Encoder | None = None) -> None:
        self.lexicon = lexicon
        self.encoder = encoder

    def fit(self, documents: Sequence[str], pairs: Iterable[tuple[str, str]] = ()) -> "TextBridge":
        """Learn the word table from (Chinese, English) pairs and the statistics from the documents. Returns self."""
        lexicon = self.lexicon if self.lexicon is not None else Lexicon.from_dictionary()
        self.lexicon_ = lexicon.learn(pairs)
        self.links_ = links(self.lexicon_)
        self.glosses_ = GlossTable.of(lexicon.entries if _reads_glosses(self.encoder) else {})
        for derived in ("_expansion", "_glosser"):
            self.__dict__.pop(derived, None)
        analyses = [self.analyse(text) for text in documents]
        base = Vocabulary(self.lexicon_.stems, self.lexicon_.heads)
        others = sorted({term for a in analyses for term in a.terms if term not in base})
        self.features_ = Vocabulary(*base.tables, WordTable.of(others))
        self.words_ = Vocabulary(WordTable.of(sorted({word for a in analyses for word in a.latin})))
        counts = matrix_of([a.terms for a in analyses], self.features_)
        latin = matrix_of([a.latin for a in analyses], self.words_)
        self.frequencies_ = np.bincount(counts.indices, minlength=self.features_.frozen).astype(float)
        self.word_frequencies_ = np.bincount(latin.indices, minlength=self.words_.frozen).astype(float)
        spelt = hashed([a.pinyin for a in analyses])
        self.gram_frequencies_ = np.bincount(spelt.indices, minlength=GRAM_BUCKETS).astype(np.float32)
        self.size_ = len(analyses)
        self.mean_length_ = float(np.mean([a.length for a in analyses] or [1.0])) or 1.0
        self._fit_topics(analyses)
        spread = np.unique(np.linspace(0, len(analyses) - 1, min(BACKGROUND, len(analyses))).astype(int))
        self.background_ = self.vectors([analyses[i] for i in spread], document_vectors)
        return self

    def _fit_topics(self, analyses: Sequence[Analysis]) -> None:
        long = [a for a in analyses if a.length > TOPIC_FROM_WORDS]
        stems = self.lexicon_.stem_index
        counts = self._stem_counts(long)
        self.topic_idf_ = np.log((1 + len(long)) / (1 + np.bincount(counts.indices, minlength=len(stems)))) + 1
        used = np.flatnonzero(np.bincount(counts.indices, minlength=len(stems)))
        dimensions = min(TOPIC_DIMENSIONS, len(long) // 5, len(used))
        if len(long) < TOPIC_LEAST_DOCUMENTS or not dimensions:
            self.topic_axes_ = np.zeros((len(stems), 0))
            return
        weighted = unit(self._weigh(counts))
        _, _, axes = randomized_svd(weighted[:, used], dimensions, n_iter=4, random_state=0)
        self.topic_axes_ = np.zeros((len(stems), dimensions))
        self.topic_axes_[used] = axes.T

    def _stem_counts(self, analyses: Sequence[Analysis]) -> sparse.csr_array:
        """Counts over the English stems of the lexicon; a Chinese word is shared out over its renderings."""
        own = matrix_of([a.stems for a in analyses], self.lexicon_.stem_index)
        heads = matrix_of([a.heads for a in analyses], self.lexicon_.head_index)
        return sparse.csr_array(own + heads @ self.lexicon_.table)

    def _weigh(self, counts: sparse.csr_array) -> sparse.csr_array:
        counts = counts.copy()
        counts.data = np.where(counts.data >= 1, 1 + np.log(np.maximum(counts.data, 1)), counts.data)
        return sparse.csr_array(counts @ sparse.diags_array(self.topic_idf_))

    def topics(self, analyses: Sequence[Analysis]) -> tuple[Floats, Floats]:
        """Topic vectors (texts, dimensions), zero for short texts, and how far each is a long text (0 to 1)."""
        lengths = np.array([a.length for a in analyses])
        long = [a if length > TOPIC_FROM_WORDS else _NO_TEXT for a, length in zip(analyses, lengths, strict=True)]
        return self.topics_of(self._stem_counts(long), lengths)

    def topics_of(self, stems: sparse.csr_array, lengths: Floats) -> tuple[Floats, Floats]:
        """The same from counts over the stems of the lexicon (texts, stems) and the number of content words."""
        span = TOPIC_FULL_WORDS - TOPIC_FROM_WORDS
        share = np.clip((lengths - TOPIC_FROM_WORDS) / span, 0.0, 1.0)
        vectors = np.zeros((len(lengths), self.topic_axes_.shape[1]))
        rows = np.flatnonzero(share)
        if len(rows) and vectors.shape[1]:
            found = unit(self._weigh(stems[rows])) @ self.topic_axes_
            norms = np.linalg.norm(found, axis=1, keepdims=True)
            vectors[rows] = found / np.where(norms > 0, norms, 1)
        return vectors, share

    def analyse(self, text: str, *, private: bool = False) -> Analysis:
        """Take one text apart; headwords inside longer ones count .3, single characters .5.

        The sentence vectors of a ``private`` text are computed anew each time and never kept.
        """
        words = latin_words(text)
        stems = Counter(stem(word) for word in words if word not in STOP_EN)
        heads: defaultdict[str, float] = defaultdict(float)
        grams: Terms = {}
        if has_han(text):
            for head, weight in self.lexicon_.segment(text):
                heads[head] += weight
            grams = (
                pinyin_ngrams("".join(han_runs(normalise(text)))[:SPELT_CHARACTERS])
                if len(text) > SPELT_CHARACTERS
                else pinyin_ngrams(text)
            )
        latin = Counter(word for word in words if len(word) > 1 and not word.isdigit())
        return Analysis(dict(stems), dict(heads), dict(latin), grams, text, private)

    def admit(self, analyses: Iterable[Analysis]) -> None:
        """Give terms that came up after the fit a column of their own, as seen in no document of it."""
        for analysis in analyses:
            self.features_.admit(analysis.terms)
            self.words_.admit(analysis.latin)

    def documents(self, analyses: Sequence[Analysis]) -> Documents:
        """Count analysed texts as documents; features unknown to ``fit`` and ``admit`` are left out."""
        topics, share = self.topics(analyses)
        return Documents(
            counts=matrix_of([a.terms for a in analyses], self.features_),
            latin=matrix_of([a.latin for a in analyses], self.words_),
            spelt=hashed([a.pinyin for a in analyses]),
            lengths=np.array([a.length for a in analyses]),
            topics=topics,
            topic_share=share,
            meaning=self.vectors(analyses, document_vectors),
        )

    def queries(self, analyses: Sequence[Analysis], meaning: Vectors | None = None) -> Queries:
        """Weigh analysed texts as queries: 1 + log of the count per term, and what each term may show up by.

        In a query longer than the mean document rare words weigh more; see ``specificity``.

        ``meaning`` hands over their sentence vectors where these are known already.
        """
        terms = {t: i for i, t in enumerate(sorted({t for a in analyses for t in a.terms}))}
        grams = {g: i for i, g in enumerate(sorted({g for a in analyses for g in a.pinyin if g in self.words_}))}
        weights = matrix_of([{t: query_weight(w) for t, w in a.terms.items()} for a in analyses], terms)
        expansion = self._expansion.of(list(terms))
        frequencies = total(expansion, self.frequencies_)
        # Words that no fitted document holds in any language say nothing about how well a document answers.
        rarity, held = self._idf(frequencies), (frequencies > 0).astype(float)
        bounds = weights @ (rarity * held) * (K1 + 1)
        topics, share = self.topics(analyses)
        lengths = np.array([a.length for a in analyses])
        beyond = surplus(lengths, self.mean_length_)
        if meaning is None:
            meaning = self._query_vectors(analyses, beyond, dict(zip(terms, rarity.tolist(), strict=True)))
        return Queries(
            weights=sharpened(weights, rarity, held, beyond),
            expansion=expansion,
            grams=matrix_of([a.pinyin for a in analyses], grams),
            gram_expansion=matrix_of([{g: 1.0} for g in grams], self.words_),
            spelt=hashed([spellings(a) for a in analyses]),
            bounds=np.where(bounds > 0, bounds, 1.0),
            topics=topics,
            topic_share=share,
            meaning=meaning,
            standing=standing(meaning, self.background_),
            brevity=brevity(lengths),
        )

    def _query_vectors(self, analyses: Sequence[Analysis], beyond: Floats, rarity: Mapping[str, float]) -> Vectors:
        """Sentence vectors of queries: of the whole, and as far as one says more than documents, of its core too."""
        whole = self.vectors(analyses, query_vectors)
        rows = np.flatnonzero(beyond).tolist()
        if not whole.shape[1] or not rows:
            return whole
        words_of = self.lexicon_.words
        cores = [replace(analyses[i], text=core(analyses[i].text[:WHOLE_CHARACTERS], words_of, rarity)) for i in rows]
        whole[rows] += beyond[rows, None].astype(np.float32) * self.vectors(cores, query_vectors)
        return unit_rows(whole)

    @property
    def has_encoder(self) -> bool:
        """Whether likeness of meaning counts."""
        return bool(self.background_.shape[1])

    @cached_property
    def _glosser(self) -> Glosser:
        def is_known(word: str) -> bool:
            column = self.features_.column(word)
            return 0 <= column < self.features_.frozen and bool(self.frequencies_[column] > 0)

        return Glosser(self.lexicon_, self.glosses_, is_known)

    def vectors(self, analyses: Sequence[Analysis], encode: VectorsOf) -> Vectors:
        """Sentence vectors of analysed texts, float32 (texts, dimensions)."""
        encoder = self.encoder or NoEncoder()
        out = np.zeros((len(analyses), encoder.dimensions), np.float32)
        if not encoder.dimensions:
            return out
        forgetful = encoder.encoder if isinstance(encoder, EncodingCache) else encoder
        for private, reader in ((False, encoder), (True, forgetful)):
            rows = [i for i, a in enumerate(analyses) if a.private is private]
            if rows:
                out[rows] = encode(reader, self._glosser.gloss, [analyses[i].text for i in rows])
        return out

    @cached_property
    def _expansion(self) -> Expansion:
        return Expansion(self.features_, self.links_)

    def scores(self, queries: Queries, documents: Documents) -> NDArray[np.float32]:
        """Score every query against every document: share of the query that is covered, plus common topics.

        float32 (queries, documents), 0 for nothing in common. The cover stays below 1 but for names, whose pinyin adds
        to it; topics add up to .5 between long texts. Memory: the result plus one sparse block of its non-zeros.
        """
        # Terms may have been admitted since either side was counted.
        expansion, counts = aligned(queries.expansion, documents.counts)
        found = bm25(
            expansion @ counts.T,
            self._idf(total(expansion, self.frequencies_)),
            self._norms(documents),
        )
        cover = np.asarray((queries.weights @ found).toarray(), dtype=np.float32)
        if queries.grams.nnz:
            spelt, latin = aligned(queries.gram_expansion, documents.latin)
            idf = self._idf(total(spelt, self.word_frequencies_))
            names = bm25(spelt @ latin.T, idf, self._norms(documents))
            cover += (PINYIN_WEIGHT * (queries.grams @ names)).toarray().astype(np.float32)
        if queries.spelt.nnz and documents.spelt.nnz:
            cover += self._spelt_scores(queries, documents)
        cover /= queries.bounds[:, None].astype(np.float32)
        cover += self._topic_scores(queries, documents)
        return cover + self._meaning_scores(queries, documents) if self.has_encoder else cover

    def _spelt_scores(self, queries: Queries, documents: Documents) -> NDArray[np.float32]:
        """Latin words of the queries that are the pinyin of a stretch of a document."""
        used = np.unique(queries.spelt.indices)
        tf = documents.spelt[:, used].T.tocsr()
        found = bm25(tf, self._idf(self.gram_frequencies_[used].astype(float)), self._norms(documents))
        return np.asarray((PINYIN_WEIGHT * (queries.spelt[:, used] @ found)).toarray(), dtype=np.float32)

    def _topic_scores(self, queries: Queries, documents: Documents) -> NDArray[np.float32]:
        shape = (len(queries.bounds), len(documents.lengths))
        if not (queries.topic_share.any() and documents.topic_share.any() and self.topic_axes_.shape[1]):
            return np.zeros(shape, np.float32)
        common = queries.topics.astype(np.float32) @ documents.topics.astype(np.float32).T
        gate = np.minimum(queries.topic_share[:, None], documents.topic_share[None, :]).astype(np.float32)
        return np.asarray(TOPIC_WEIGHT * gate * np.maximum(common, 0), dtype=np.float32)

    def _meaning_scores(self, queries: Queries, documents: Documents) -> Vectors:
        excess = queries.standing.excess(queries.meaning @ documents.meaning.T)
        return np.asarray(worth(queries.brevity, documents.topic_share) * excess, np.float32)

    def prepare(self, query: Analysis, meaning: Vectors | None = None) -> "Prepared":
        """One query with everything that explaining it against documents needs; a millisecond with its ``meaning``."""
        one = self.queries([query], meaning)
        columns, places = np.unique(one.expansion.indices, return_inverse=True)
        links = sparse.csr_array(
            (one.expansion.data, places.astype(np.int32), one.expansion.indptr), shape=(len(query.terms), len(columns))
        )
        grams = sorted(g for g in query.pinyin if g in self.words_)
        gram_columns = np.array([self.words_[g] for g in grams], dtype=np.int64)
        rarity = self._idf(total(one.expansion, self.frequencies_))
        return Prepared(
            terms=tuple(sorted(query.terms)),
            gains=one.weights.toarray()[0] * rarity * (K1 + 1) / one.bounds[0],
            columns=columns,
            links=links,
            grams=tuple(grams),
            gram_columns=gram_columns,
            gram_gains=np.array([query.pinyin[g] for g in grams])
            * PINYIN_WEIGHT
            * (K1 + 1)
            / one.bounds[0]
            * self._idf(each(self.word_frequencies_, gram_columns)),
            spelt={bucket(w): w for w in spellings(query)},
            bound=float(one.bounds[0]),
            topics=one.topics[0],
            topic_share=float(one.topic_share[0]),
            meaning=one.meaning[0],
            standing=one.standing,
            brevity=float(one.brevity[0]),
        )

    def explain(self, query: "Prepared", documents: Documents, row: int, most: int = 6) -> Explained:
        """Take the score of one pair apart; the total is that of ``scores``, in double precision."""
        norm = K1 * (1 - B + B * float(documents.lengths[row]) / self.mean_length_)
        held = picked(documents.counts, row, query.columns)
        tf = query.links @ held
        gains = query.gains * tf / (tf + norm)
        best = [i for i in np.argsort(-gains, kind="stable")[:most] if gains[i] > 0]
        shared = [Shared(query.terms[i], self._met_by(query, int(i), held), float(gains[i])) for i in best]
        total = float(gains.sum())
        if len(query.grams):
            tf = picked(documents.latin, row, query.gram_columns)
            gains = query.gram_gains * tf / (tf + norm)
            shared += [Shared(query.grams[i], query.grams[i], float(gains[i])) for i in np.flatnonzero(gains)]
            total += float(gains.sum())
        named = self._spelt_by(query, documents, row, norm)
        shared += named
        total += sum(s.contribution for s in named)
        shared.sort(key=lambda s: (-s.contribution, s.yours))
        topic, meaning = self._topic_score(query, documents, row), self._meaning_score(query, documents, row)
        return Explained(tuple(shared[:most]), total, topic, meaning)

    def _spelt_by(self, query: "Prepared", documents: Documents, row: int, norm: float) -> list[Shared]:
        if not query.spelt:
            return []
        start, stop = documents.spelt.indptr[row : row + 2]
        held = zip(documents.spelt.indices[start:stop].tolist(), documents.spelt.data[start:stop].tolist(), strict=True)
        found = []
        for column, tf in held:
            if column in query.spelt:
                rarity = float(self._idf(self.gram_frequencies_[[column]].astype(float))[0])
                gain = PINYIN_WEIGHT * rarity * tf * (K1 + 1) / (tf + norm) / query.bound
                found.append(Shared(query.spelt[column], query.spelt[column], gain))
        return found

    def _topic_score(self, query: "Prepared", documents: Documents, row: int) -> float:
        if not self.topic_axes_.shape[1]:
            return 0.0
        gate = min(query.topic_share, float(documents.topic_share[row]))
        return TOPIC_WEIGHT * gate * max(0.0, float(query.topics @ documents.topics[row]))

    def _meaning_score(self, query: "Prepared", documents: Documents, row: int) -> float:
        if not self.has_encoder:
            return 0.0
        cosine = np.array([[query.meaning @ documents.meaning[row]]], np.float32)
        weight = worth(np.array([query.brevity]), documents.topic_share[[row]])
        return float((weight * query.standing.excess(cosine))[0, 0])

    def _met_by(self, query: "Prepared", term: int, held: Floats) -> str:
        start, stop = query.links.indptr[term : term + 2]
        places = query.links.indices[start:stop]
        return self.features_.word(int(query.columns[places[np.argmax(query.links.data[start:stop] * held[places])]]))

    def _idf(self, frequencies: Floats) -> Floats:
        df = np.minimum(frequencies, self.size_)
        return np.asarray(np.log1p((self.size_ - df + 0.5) / (df + 0.5)))

    def _norms(self, documents: Documents) -> Floats:
        return K1 * (1 - B + B * documents.lengths / self.mean_length_)


def _reads_glosses(encoder: Encoder | None) -> bool:
    return encoder is not None and bool(encoder.dimensions) and not encoder.multilingual
