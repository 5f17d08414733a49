"""Chinese and English in one space: structured queries over BM25, pinyin for names, LSI for long text.

``TextBridge`` is the one text pipeline of the product: the recommender and the evaluation both use it. Documents and
queries may be Chinese, English or mixed. Every decision depends on the texts alone (language, length, dictionary
coverage), never on where they come from. All scores of a pair are independent of the other pairs, so one changed text
can be scored again alone.

References: Darwish & Oard 2003 (probabilistic structured queries); Robertson & Zaragoza 2009 (BM25); Deerwester et al.
1990 (LSI).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.base import BaseEstimator

from .analysis import Analysis, Documents, Floats, Queries
from .columns import (
    GRAM_BUCKETS,
    K1,
    aligned,
    bm25,
    hashed,
    matrix_of,
    query_weight,
    spellings,
)
from .encoding.cache import EncodingCache
from .encoding.encoder import Encoder, NoEncoder, Vectors, unit_rows
from .expansion import Expansion, links, total
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
from .taking_apart import taken_apart
from .topics import Topics, common_topics, is_long
from .vocabulary import Vocabulary
from .word_tables import WordTable

B = 0.9
PINYIN_WEIGHT = 0.8
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
    topics_ : Topics, of the long documents; without dimensions where there are few
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
        self.topics_ = Topics.fit(self._stem_counts([a for a in analyses if is_long(a.length)]))
        spread = np.unique(np.linspace(0, len(analyses) - 1, min(BACKGROUND, len(analyses))).astype(int))
        self.background_ = self.vectors([analyses[i] for i in spread], document_vectors)
        return self

    def _stem_counts(self, analyses: Sequence[Analysis]) -> sparse.csr_array:
        """Counts over the English stems of the lexicon; a Chinese word is shared out over its renderings."""
        own = matrix_of([a.stems for a in analyses], self.lexicon_.stem_index)
        heads = matrix_of([a.heads for a in analyses], self.lexicon_.head_index)
        return sparse.csr_array(own + heads @ self.lexicon_.table)

    def topics(self, analyses: Sequence[Analysis]) -> tuple[Floats, Floats]:
        """Topic vectors (texts, dimensions), zero for short texts, and how far each is a long text (0 to 1)."""
        lengths = np.array([a.length for a in analyses])
        long = [a if is_long(length) else _NO_TEXT for a, length in zip(analyses, lengths.tolist(), strict=True)]
        return self.topics_.of(self._stem_counts(long), lengths)

    def analyse(self, text: str, *, private: bool = False) -> Analysis:
        """Take one text apart by the learned lexicon; see ``taken_apart``."""
        return taken_apart(text, self.lexicon_, private=private)

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
        rarity, held = self.rarity(frequencies), (frequencies > 0).astype(float)
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
            self.rarity(total(expansion, self.frequencies_)),
            self.norms(documents.lengths),
        )
        cover = np.asarray((queries.weights @ found).toarray(), dtype=np.float32)
        if queries.grams.nnz:
            spelt, latin = aligned(queries.gram_expansion, documents.latin)
            idf = self.rarity(total(spelt, self.word_frequencies_))
            names = bm25(spelt @ latin.T, idf, self.norms(documents.lengths))
            cover += (PINYIN_WEIGHT * (queries.grams @ names)).toarray().astype(np.float32)
        if queries.spelt.nnz and documents.spelt.nnz:
            cover += self._spelt_scores(queries, documents)
        cover /= queries.bounds[:, None].astype(np.float32)
        cover += common_topics((queries.topics, queries.topic_share), (documents.topics, documents.topic_share))
        return cover + self._meaning_scores(queries, documents) if self.has_encoder else cover

    def _spelt_scores(self, queries: Queries, documents: Documents) -> NDArray[np.float32]:
        """Latin words of the queries that are the pinyin of a stretch of a document."""
        used = np.unique(queries.spelt.indices)
        tf = documents.spelt[:, used].T.tocsr()
        found = bm25(tf, self.rarity(self.gram_frequencies_[used].astype(float)), self.norms(documents.lengths))
        return np.asarray((PINYIN_WEIGHT * (queries.spelt[:, used] @ found)).toarray(), dtype=np.float32)

    def _meaning_scores(self, queries: Queries, documents: Documents) -> Vectors:
        excess = queries.standing.excess(queries.meaning @ documents.meaning.T)
        return np.asarray(worth(queries.brevity, documents.topic_share) * excess, np.float32)

    def rarity(self, frequencies: Floats) -> Floats:
        """How rare words are that so many of the fitted documents hold: the inverse document frequency of BM25."""
        df = np.minimum(frequencies, self.size_)
        return np.asarray(np.log1p((self.size_ - df + 0.5) / (df + 0.5)))

    def norms(self, lengths: Floats) -> Floats:
        """What documents of these lengths are saturated by in BM25."""
        return K1 * (1 - B + B * lengths / self.mean_length_)


def _reads_glosses(encoder: Encoder | None) -> bool:
    return encoder is not None and bool(encoder.dimensions) and not encoder.multilingual
