"""The text score of one pair broken down: what each word, name, topic and likeness of meaning adds to it.

The parts add up to what ``TextBridge.scores`` says of the pair, in double precision.
"""

import numpy as np
from scipy import sparse

from .analysis import Analysis, Documents, Explained, Floats, Prepared, Shared
from .bridge import PINYIN_WEIGHT, TextBridge
from .columns import K1, bucket, picked, spellings
from .encoding.encoder import Vectors
from .expansion import each, total
from .meaning import worth
from .topics import common_topics


def prepare(bridge: TextBridge, query: Analysis, meaning: Vectors | None = None) -> Prepared:
    """One query with everything that explaining it against documents needs; a millisecond with its ``meaning``."""
    one = bridge.queries([query], meaning)
    columns, places = np.unique(one.expansion.indices, return_inverse=True)
    links = sparse.csr_array(
        (one.expansion.data, places.astype(np.int32), one.expansion.indptr), shape=(len(query.terms), len(columns))
    )
    grams = sorted(g for g in query.pinyin if g in bridge.words_)
    gram_columns = np.array([bridge.words_[g] for g in grams], dtype=np.int64)
    rarity = bridge.rarity(total(one.expansion, bridge.frequencies_))
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
        * bridge.rarity(each(bridge.word_frequencies_, gram_columns)),
        spelt={bucket(w): w for w in spellings(query)},
        bound=float(one.bounds[0]),
        topics=one.topics[0],
        topic_share=float(one.topic_share[0]),
        meaning=one.meaning[0],
        standing=one.standing,
        brevity=float(one.brevity[0]),
    )


def explain(bridge: TextBridge, query: Prepared, documents: Documents, row: int, most: int = 6) -> Explained:
    """Take the score of one pair apart; the total is that of ``scores``, in double precision."""
    norm = float(bridge.norms(documents.lengths[[row]])[0])
    held = picked(documents.counts, row, query.columns)
    tf = query.links @ held
    gains = query.gains * tf / (tf + norm)
    best = [i for i in np.argsort(-gains, kind="stable")[:most] if gains[i] > 0]
    shared = [Shared(query.terms[i], _met_by(bridge, query, int(i), held), float(gains[i])) for i in best]
    cover = float(gains.sum())
    if len(query.grams):
        tf = picked(documents.latin, row, query.gram_columns)
        gains = query.gram_gains * tf / (tf + norm)
        shared += [Shared(query.grams[i], query.grams[i], float(gains[i])) for i in np.flatnonzero(gains)]
        cover += float(gains.sum())
    named = _spelt_by(bridge, query, documents, row, norm)
    shared += named
    cover += sum(s.contribution for s in named)
    shared.sort(key=lambda s: (-s.contribution, s.yours))
    topic, meaning = _topic_score(query, documents, row), _meaning_score(query, documents, row)
    return Explained(tuple(shared[:most]), cover, topic, meaning)


def _spelt_by(bridge: TextBridge, query: Prepared, documents: Documents, row: int, norm: float) -> list[Shared]:
    if not query.spelt:
        return []
    start, stop = documents.spelt.indptr[row : row + 2]
    held = zip(documents.spelt.indices[start:stop].tolist(), documents.spelt.data[start:stop].tolist(), strict=True)
    found = []
    for column, tf in held:
        if column in query.spelt:
            rarity = float(bridge.rarity(bridge.gram_frequencies_[[column]].astype(float))[0])
            gain = PINYIN_WEIGHT * rarity * tf * (K1 + 1) / (tf + norm) / query.bound
            found.append(Shared(query.spelt[column], query.spelt[column], gain))
    return found


def _topic_score(query: Prepared, documents: Documents, row: int) -> float:
    ours = query.topics[None], np.array([query.topic_share])
    return float(common_topics(ours, (documents.topics[[row]], documents.topic_share[[row]]))[0, 0])


def _meaning_score(query: Prepared, documents: Documents, row: int) -> float:
    if not documents.meaning.shape[1]:
        return 0.0
    cosine = np.array([[query.meaning @ documents.meaning[row]]], np.float32)
    weight = worth(np.array([query.brevity]), documents.topic_share[[row]])
    return float((weight * query.standing.excess(cosine))[0, 0])


def _met_by(bridge: TextBridge, query: Prepared, term: int, held: Floats) -> str:
    start, stop = query.links.indptr[term : term + 2]
    places = query.links.indices[start:stop]
    return bridge.features_.word(int(query.columns[places[np.argmax(query.links.data[start:stop] * held[places])]]))
