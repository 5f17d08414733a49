"""The bilingual lexicon: CC-CEDICT glosses, cleaned, with a word table learned from pairs on top.

A row of the lexicon answers "by which English stems may this Chinese word be rendered, and how likely is each?": it
is p(e | z).
"""

from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from .alignment import blend, unit_rows
from .dictionary import Entries, dictionary_path, read_entries, renderings
from .segmentation import INNER_WORD_WEIGHT, Segmenter, commonness_of, reach_of
from .text import tokenise_en
from .vocabulary import Vocabulary
from .word_tables import WordTable

LEAST_RENDERING = 0.02
# Alignment costs the product of both lengths, and far into two long texts it teaches nothing any more.
PAIR_WORDS = 200


class Lexicon(Segmenter):
    """Chinese headwords, by which text is split, and the English stems that render them.

    Attributes
    ----------
    stems : WordTable
    stem_index : Vocabulary, stem → column of the table
    table : csr_array, float64, (heads, stems); rows sum to 1 or are empty: p(e | z)
    entries : the dictionary that the lexicon was read from; empty for one that was learned, loaded or made by hand
    """

    def __init__(
        self,
        heads: WordTable,
        stems: WordTable,
        table: sparse.csr_array,
        commonness: NDArray[np.float64],
        reach: NDArray[np.uint8],
    ) -> None:
        super().__init__(heads, commonness, reach)
        # In one canonical order, so that equal tables are equal byte for byte.
        table.sum_duplicates()
        self.stems, self.table = stems, table
        self.stem_index = Vocabulary(stems)
        self.entries: Entries = {}

    @classmethod
    def from_dictionary(cls, path: Path | None = None) -> "Lexicon":
        """Read CC-CEDICT (about 120,000 entries, a few seconds). Raises FileNotFoundError where it is not installed."""
        entries = read_entries(path or dictionary_path())
        lexicon = cls.from_renderings(renderings(entries))
        lexicon.entries = entries
        return lexicon

    @classmethod
    def from_renderings(cls, renderings: dict[str, dict[str, float]]) -> "Lexicon":
        """Build a lexicon of headword → {English stem: weight}; the weights of a headword are scaled to sum to 1."""
        heads = sorted(renderings)
        stems = sorted({word for row in renderings.values() for word in row})
        index = {word: i for i, word in enumerate(stems)}
        rows = [i for i, head in enumerate(heads) for _ in renderings[head]]
        cols = [index[word] for head in heads for word in renderings[head]]
        data = [weight for head in heads for weight in renderings[head].values()]
        table = sparse.csr_array((np.array(data, float), (rows, cols)), shape=(len(heads), len(stems)))
        return cls(WordTable.of(heads), WordTable.of(stems), unit_rows(table), commonness_of(heads), reach_of(heads))

    @cached_property
    def scaled(self) -> sparse.csr_array:
        """p(e | z) / max over e of p(e | z), float64 (heads, stems): the likeliest at 1, those below .02 cut.

        Works through the whole table; for a few words, ``renderings`` is the way.
        """
        peaks = self.table.max(axis=1).toarray().ravel()
        scaled = sparse.csr_array(sparse.diags_array(1 / np.where(peaks > 0, peaks, 1)) @ self.table)
        scaled.data[scaled.data < LEAST_RENDERING] = 0
        scaled.eliminate_zeros()
        return scaled

    def renderings(self, head: str) -> dict[str, float]:
        """English stem → p(e | z) / max p, the likeliest at 1; empty for a word that is not in the lexicon."""
        row = self.head_index.column(head)
        start, stop = self.table.indptr[row : row + 2] if row >= 0 else (0, 0)
        if start == stop:
            return {}
        chances = self.table.data[start:stop]
        found = zip(self.table.indices[start:stop].tolist(), (1 / chances.max() * chances).tolist(), strict=True)
        return {self.stems[i]: p for i, p in found if p >= LEAST_RENDERING}

    def learn(self, pairs: Iterable[tuple[str, str]]) -> "Lexicon":
        """Return a lexicon whose table also holds what (Chinese, English) pairs teach.

        IBM model 1 with the dictionary as Dirichlet prior (weight 4, 5 rounds) over the first 200 words of each side,
        then blended with the dictionary: share ½·n/(n+2) of the learned row for a word that was seen n times. The
        lexicon itself is not changed.
        """
        index = {word: i for i, word in enumerate(self.stems)}
        sentences = []
        for chinese, english in pairs:
            source = [self.head_index[w] for w, weight in self.segment(chinese) if weight != INNER_WORD_WEIGHT]
            target = [index.setdefault(w, len(index)) for w in tokenise_en(english)]
            if source and target:
                sentences.append((source[:PAIR_WORDS], target[:PAIR_WORDS]))
        table = sparse.csr_array(
            (self.table.data, self.table.indices, self.table.indptr), shape=(len(self.heads), len(index))
        )
        if sentences:
            table = blend(table, sentences)
        stems = self.stems if len(index) == len(self.stems) else WordTable.of(index)
        return Lexicon(self.heads, stems, table, self.commonness, self.reach)
