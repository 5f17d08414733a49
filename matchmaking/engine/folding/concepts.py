"""Counts of Chinese and English words → weights of concepts: one space for both languages, TF-IDF on top.

A Chinese word stands for the English stems that render it, each by its probability; a word that the lexicon does not
know keeps a column of its own. Weights are sublinear (1 + log of a count) times the rarity among the fitted texts.
Reference: Manning, Raghavan & Schütze 2008, chapter 6 (TF-IDF).
"""

from collections.abc import Iterable, Mapping

import numpy as np
from scipy import sparse

from ..lexicon import Lexicon

# Renderings of a Chinese word that count, likeliest first: the others are many and seldom meant.
RENDERINGS = 4
# A concept of one text alone brings no two texts together.
LEAST_TEXTS = 2


class Concepts:
    """Concepts of a lexicon and of further words, fitted on counts.

    Attributes
    ----------
    rarity_ : float32 (concepts), log((1 + texts) / (1 + texts with the concept)) + 1
    """

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self._renderings = likeliest(lexicon.table, RENDERINGS)

    def fit(self, counts: sparse.csr_array, columns: Mapping[str, int]) -> "Concepts":
        """Learn which concepts occur and how rare each is. ``counts`` (texts, words); ``columns`` names the words."""
        stems = self.lexicon.stem_index
        used = np.bincount(counts.indices, minlength=len(columns)) > 0
        known = self._renderings.indptr
        rendered = {head for head, row in self.lexicon.head_index.items() if known[row + 1] > known[row]}
        own = [word for word, place in columns.items() if used[place] and word not in stems and word not in rendered]
        self._own = {word: len(stems) + place for place, word in enumerate(own)}
        weights = counts @ self._table(columns)
        texts_with = np.bincount(weights.indices, minlength=weights.shape[1])
        self._used = np.flatnonzero(texts_with >= LEAST_TEXTS)
        self.rarity_ = (np.log((1 + counts.shape[0]) / (1 + texts_with[self._used])) + 1).astype(np.float32)
        return self

    def transform(self, counts: sparse.csr_array, columns: Mapping[str, int]) -> sparse.csr_array:
        """Weights of concepts, float32 (texts, concepts), rows of length 1 or empty; unknown concepts are left out."""
        weights = sparse.csr_array(counts @ self._table(columns)[:, self._used])
        weights.data = np.where(weights.data >= 1, 1 + np.log(np.maximum(weights.data, 1)), weights.data)
        weights.data *= self.rarity_[weights.indices]
        rows = np.repeat(np.arange(weights.shape[0]), np.diff(weights.indptr))
        weights.data /= np.sqrt(np.bincount(rows, weights.data**2)).astype(np.float32)[rows]
        return weights

    def _table(self, columns: Iterable[str]) -> sparse.csr_array:
        """Shares of concepts of each word, float32 (words, all stems and own words); a word's shares add up to 1."""
        heads, stems = self.lexicon.head_index, self.lexicon.stem_index
        words = list(columns)
        # The row past the last headword, and the column past the last stem, stand for "none".
        row = np.array([heads.get(word, len(heads)) for word in words], np.int64)
        own = np.array([stems.get(word, self._own.get(word, -1)) for word in words], np.int64)
        width = len(stems) + len(self._own)
        padded = np.append(self._renderings.indptr, self._renderings.indptr[-1])
        table = sparse.csr_array(
            (self._renderings.data, self._renderings.indices, padded), shape=(len(heads) + 1, width)
        )[row]
        lone = np.flatnonzero((np.diff(table.indptr) == 0) & (own >= 0))
        return table + sparse.csr_array((np.ones(len(lone), np.float32), (lone, own[lone])), shape=table.shape)


def likeliest(table: sparse.csr_array, most: int) -> sparse.csr_array:
    """The ``most`` largest values of each row, scaled to add up to 1, float32; ties go to the lower column."""
    rows = np.repeat(np.arange(table.shape[0]), np.diff(table.indptr))
    order = np.lexsort((table.indices, -table.data, rows))
    rank = np.arange(len(order)) - table.indptr[rows]
    kept = order[rank < most]
    cut = sparse.csr_array((table.data[kept], (rows[kept], table.indices[kept])), shape=table.shape)
    sums = cut.sum(axis=1)
    return sparse.csr_array(sparse.diags_array(1 / np.where(sums > 0, sums, 1)) @ cut, dtype=np.float32)
