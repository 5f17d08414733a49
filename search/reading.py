"""What public texts and queries mean, by the recommender's text pipeline, and how well one answers the other.

A document is written down once, as a vector of its meaning and the words it holds; both are independent of what was
learned, so a new training leaves them valid. A query is read by the model in force: its translations, the rarity of its
words, what is usual for its meaning. Scores are those of ``TextBridge`` for these two parts, from what is stored alone.
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from matchmaking.engine.analysis import Analysis, Prepared
from matchmaking.engine.breakdown import prepare
from matchmaking.engine.bridge import B, TextBridge
from matchmaking.engine.columns import K1
from matchmaking.engine.encoding.encoder import NoEncoder
from matchmaking.engine.meaning import worth
from matchmaking.engine.scoring import chance
from matchmaking.engine.topics import longness
from search.documents import SCHEMAS
from search.engines.base import Meaning, Ranked, SearchDocument, Space

# Longer texts are about what they begin with.
MOST_WORDS = 400
HEADER = np.dtype("<f4")
WORD = np.dtype([("key", "<u4"), ("count", "<f2")])


@dataclass(frozen=True, slots=True)
class Weighed:
    """How well a document answers a query; ``told``: as a multiple of what is told by chance, 1 for no answer yet."""

    score: float
    told: float


@dataclass(frozen=True)
class ReadQuery:
    """A query as the model reads it: its vector, and what each word of a document is worth to it.

    ``keys``: sorted uint32; ``links``: float (terms, keys), ``gains``: float (terms,). ``chance``: no answer yet.
    """

    meaning: Meaning
    prepared: Prepared
    keys: NDArray[np.uint32]
    links: NDArray[np.float64]
    usual_length: float
    chance: float

    def scores(self, near: Sequence[Ranked]) -> list[float]:
        """How well documents answer: covered words, and how far their vectors stand out. 0 for not at all."""
        return [one.score for one in self.weighed(near)]

    def weighed(self, near: Sequence[Ranked]) -> list[Weighed]:
        """How well documents answer, and how much more they tell than chance does.

        Chance is what the recommender counts for nothing (``matchmaking.engine.scoring``). There a word of the query
        that no fitted document holds in any language does not count; here it is one that nobody covers.
        """
        if not near:
            return []
        held, lengths = self._held(near)
        norms = K1 * (1 - B + B * lengths / self.usual_length)
        found = self.links @ held
        cover = self.prepared.gains @ (found / (found + norms))
        cosines = np.array([[one.score for one in near]], np.float32)
        excess = self.prepared.standing.excess(cosines)[0]
        meant = worth(np.array([self.prepared.brevity]), longness(lengths))[0] * excess
        told = cover / max(1.0, float(self.prepared.gains.sum())) + meant
        scores = np.round(cover + meant, 6).tolist()
        return [Weighed(*one) for one in zip(scores, (told / self.chance).tolist(), strict=True)]

    def _held(self, near: Sequence[Ranked]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """How often each document holds each key, float (keys, documents), and its length in content words."""
        held, lengths = np.zeros((len(self.keys), len(near))), np.full(len(near), self.usual_length)
        told = [(column, one.words) for column, one in enumerate(near) if one.words]
        heads = b"".join(written[: HEADER.itemsize] for _, written in told)
        words = np.frombuffer(b"".join(written[HEADER.itemsize :] for _, written in told), WORD)
        counts = [(len(written) - HEADER.itemsize) // WORD.itemsize for _, written in told]
        columns = np.array([column for column, _ in told], np.intp)
        lengths[columns] = np.frombuffer(heads, HEADER)
        if len(self.keys):
            places = np.minimum(np.searchsorted(self.keys, words["key"]), len(self.keys) - 1)
            fits = self.keys[places] == words["key"]
            where = places[fits], np.repeat(columns, counts)[fits]
            np.add.at(held, where, words["count"][fits].astype(float))
        return held, np.maximum(lengths, 1e-6)


class TextReader:
    """Reads documents and queries by one fitted bridge with an encoder."""

    def __init__(self, bridge: TextBridge) -> None:
        encoder = bridge.encoder or NoEncoder()
        self.bridge = bridge
        self.space = Space(encoder.name, encoder.dimensions)

    def documents(self, documents: Sequence[SearchDocument]) -> list[SearchDocument]:
        """The same documents with vectors and words; those of kinds without meaning, and tombstones, as they are."""
        told = [SCHEMAS[one.kind].telling(one) if one.visible else "" for one in documents]
        rows = [row for row, text in enumerate(told) if text]
        analyses = [self.bridge.analyse(told[row]) for row in rows]
        vectors = self.bridge.documents(analyses).meaning.astype(np.float16)
        made = [self.stamped(one) for one in documents]
        for row, analysis, vector in zip(rows, analyses, vectors, strict=True):
            made[row] = replace(made[row], vector=vector.tobytes(), words=packed(analysis))
        return made

    def stamped(self, document: SearchDocument) -> SearchDocument:
        """The document with the space it should be in, for comparing it with an index."""
        meant = document.visible and SCHEMAS[document.kind].meaning
        return replace(document, space=self.space.name) if meant else document

    def query(self, text: str) -> ReadQuery:
        """Read a query; some ten milliseconds, most of them in the encoder."""
        # What people ask is kept nowhere, not even as a vector.
        analysis = self.bridge.analyse(text, private=True)
        prepared = prepare(self.bridge, analysis)
        keys = np.array([_key(self.bridge.features_.word(int(column))) for column in prepared.columns], np.uint32)
        order = np.argsort(keys, kind="stable")
        return ReadQuery(
            Meaning(self.space.name, np.asarray(prepared.meaning, np.float32)), prepared, keys[order],
            prepared.links.toarray()[:, order], self.bridge.mean_length_,
            float(chance(analysis.length, has_encoder=self.bridge.has_encoder)),
        )  # fmt: skip


def packed(analysis: Analysis) -> bytes:
    """Length and words of a text as bytes: a float, then for each word its hash and how often it stands there."""
    terms = list(analysis.terms.items())[:MOST_WORDS]
    words = np.array([(_key(term), count) for term, count in terms], WORD)
    return np.array([analysis.length], HEADER).tobytes() + words.tobytes()


def _key(word: str) -> int:
    return zlib.crc32(word.encode())
