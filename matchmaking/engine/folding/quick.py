"""Texts as the first stage reads them: words counted by ``Words`` alone, no headwords within words, no pinyin.

Taking a text apart for the full score costs a millisecond; the first stage needs its topics, its length and its
sentence vectors only, and gets them here for a twentieth of that. ``QuickTexts`` stands where a ``Block`` expects the
bridge.
"""

import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from scipy import sparse

from ..analysis import Analysis, Documents, Floats, Queries
from ..bridge import TextBridge
from ..encoding.cache import EncodingCache
from ..encoding.encoder import Encoder, Progress, Vectors
from ..meaning import brevity, document_vectors, query_vectors, standing
from ..persistence import bridge_fingerprint
from .concepts import Concepts
from .words import Words


class QuickTexts:
    """Reads texts for the first stage by what a fitted bridge learned.

    ``words`` keeps the counts of public texts. ``folder``: where sentence vectors of whole texts are kept, so that an
    unchanged text is neither rendered nor encoded again; None keeps none. Private texts are kept nowhere.
    """

    def __init__(self, bridge: TextBridge, words: Words | None = None, folder: Path | None = None) -> None:
        self.bridge, self.words = bridge, words or Words()
        self._concepts = Concepts(bridge.lexicon_)
        self._folder = folder
        encoder = bridge.encoder
        self._kept: dict[str, Encoder] = {}
        if folder is not None and encoder is not None and bridge.has_encoder:
            learned = bridge_fingerprint(bridge)[:32]
            self._kept = {k: EncodingCache(folder, _WholeTexts(bridge, k, learned)) for k in ("document", "query")}

    def drop_others(self) -> None:
        """Remove the sentence vectors that were kept with other models; with this one they are never read."""
        for kind, kept in self._kept.items():
            for folder in self._folder.glob(f"{kind}-*") if self._folder is not None else ():
                if folder.name != kept.name:
                    shutil.rmtree(folder, ignore_errors=True)

    def analyse(self, text: str, *, private: bool = False) -> Analysis:
        """The text by itself: its words are counted later, many texts at a time."""
        return Analysis({}, {}, {}, {}, text, private)

    def admit(self, analyses: Iterable[Analysis]) -> None:
        """Nothing to admit: these texts hold no terms."""

    def documents(self, analyses: Sequence[Analysis]) -> Documents:
        """Topics and sentence vectors of documents, without terms."""
        topics, share, lengths = self._topics(analyses)
        meaning = self._meaning(analyses, "document")
        none = sparse.csr_array((len(analyses), 0))
        return Documents(none, none, none, lengths, topics, share, meaning)

    def queries(self, analyses: Sequence[Analysis]) -> Queries:
        """Topics and sentence vectors of queries, without terms."""
        topics, share, lengths = self._topics(analyses)
        meaning = self._meaning(analyses, "query")
        usual = standing(meaning, self.bridge.background_)
        none, nothing = sparse.csr_array((len(analyses), 0)), sparse.csr_array((0, 0))
        bounds = np.ones(len(analyses))
        return Queries(none, nothing, none, nothing, none, bounds, topics, share, meaning, usual, brevity(lengths))

    def _topics(self, analyses: Sequence[Analysis]) -> tuple[Floats, Floats, Floats]:
        vectors = np.zeros((len(analyses), self.bridge.topics_.dimensions))
        share, lengths = np.zeros(len(analyses)), np.zeros(len(analyses))
        for private, words in ((False, self.words), (True, Words(most_kept=0))):
            rows = [row for row, one in enumerate(analyses) if one.private is private]
            counts = words.counts([analyses[row].text for row in rows])
            lengths[rows] = counts.sum(axis=1)
            stems = self._concepts.stems(counts, words.columns)
            vectors[rows], share[rows] = self.bridge.topics_.of(stems, lengths[rows])
        return vectors, share, lengths

    def _meaning(self, analyses: Sequence[Analysis], kind: str) -> Vectors:
        kept = self._kept.get(kind)
        encode = document_vectors if kind == "document" else query_vectors
        if kept is None:
            return self.bridge.vectors(analyses, encode)
        out = np.zeros((len(analyses), kept.dimensions), np.float32)
        public = [row for row, one in enumerate(analyses) if not one.private]
        private = [row for row, one in enumerate(analyses) if one.private]
        out[public] = kept.encode([analyses[row].text for row in public])
        out[private] = self.bridge.vectors([analyses[row] for row in private], encode)
        return out


class _WholeTexts:
    """An encoder of whole texts, renderings included: what it says may be kept as long as the model is the same."""

    multilingual = True

    def __init__(self, bridge: TextBridge, kind: str, learned: str) -> None:
        assert bridge.encoder is not None
        self._bridge, self._encode = bridge, document_vectors if kind == "document" else query_vectors
        self.name = f"{kind}-{learned}"
        self.dimensions = bridge.encoder.dimensions

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Sentence vectors, float32 (texts, dimensions)."""
        return self._bridge.vectors([Analysis({}, {}, {}, {}, text) for text in texts], self._encode)
