"""Counts of Chinese and English words → weights of concepts: one space for both languages, TF-IDF on top.

A Chinese word stands for the English stems that render it, each by its probability; a word that the lexicon does not
know keeps a column of its own. Weights are sublinear (1 + log of a count) times the rarity among the fitted texts.
Reference: Manning, Raghavan & Schütze 2008, chapter 6 (TF-IDF).
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from ..lexicon import Lexicon
from ..text import has_han
from ..word_tables import Texts

Places = NDArray[np.int64]

# Renderings of a Chinese word that count, likeliest first: the others are many and seldom meant.
RENDERINGS = 4


class Concepts:
    """Concepts of a lexicon and of further words, fitted on counts.

    ``least_texts``: how many of the fitted texts must hold a concept for it to count. One that a single text holds
    brings no two of these texts together, but may be what another text asks for.

    Attributes
    ----------
    rarity_ : float32 (concepts), log((1 + texts) / (1 + texts with the concept)) + 1
    """

    def __init__(self, lexicon: Lexicon, *, least_texts: int = 2) -> None:
        self.lexicon, self.least_texts = lexicon, least_texts
        self._renderings = likeliest(lexicon.table, RENDERINGS)
        self._known: dict[str, tuple[int, int]] = {}
        self._own: dict[str, int] = {}
        self._table_of: tuple[Mapping[str, int], int, sparse.csr_array] | None = None

    def fit(self, counts: sparse.csr_array, columns: Iterable[str]) -> "Concepts":
        """Learn which concepts occur and how rare each is. ``counts`` (texts, words); ``columns`` names the words."""
        words = list(columns)
        heads, stems = self._places(words)
        used = np.bincount(counts.indices, minlength=len(words)) > 0
        # In the order of the alphabet, so that nothing depends on the order in which words came up.
        own = sorted(words[i] for i in np.flatnonzero(used & (self._rendered(heads) == 0) & (stems < 0)))
        self._own = {word: len(self.lexicon.stems) + place for place, word in enumerate(own)}
        self._table_of = None
        weights = counts @ self._table(words)
        texts_with = np.bincount(weights.indices, minlength=weights.shape[1])
        self._used = np.flatnonzero(texts_with >= self.least_texts)
        self.rarity_ = (np.log((1 + counts.shape[0]) / (1 + texts_with[self._used])) + 1).astype(np.float32)
        return self

    def arrays(self) -> dict[str, NDArray[Any]]:
        """What was fitted, by name; see ``restore``."""
        own = Texts.of(self._own)
        return {"own_text": own.text, "own_offsets": own.offsets, "used": self._used, "rarity": self.rarity_}

    def restore(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Take over what was fitted, with the same lexicon."""
        own = Texts(arrays["own_text"], arrays["own_offsets"])
        self._own = {word: len(self.lexicon.stems) + place for place, word in enumerate(own)}
        self._used, self.rarity_ = arrays["used"], arrays["rarity"]
        self._table_of = None

    def shared(self, counts: sparse.csr_array, columns: Mapping[str, int]) -> sparse.csr_array:
        """Counts of words → counts of concepts, float32 (texts, concepts); unknown concepts are left out.

        ``columns`` may grow from call to call; then only its new words are looked up.
        """
        return sparse.csr_array(counts @ self._grown(columns)[:, self._used])

    def stems(self, counts: sparse.csr_array, columns: Mapping[str, int]) -> sparse.csr_array:
        """Counts of words → counts of the stems of the lexicon, float32 (texts, stems); needs no fit."""
        return sparse.csr_array(counts @ self._grown(columns)[:, : len(self.lexicon.stems)])

    def _grown(self, columns: Mapping[str, int]) -> sparse.csr_array:
        """``_table`` of all words of ``columns``; the first ones that are asked for are kept, others are not."""
        if self._table_of is None:
            self._table_of = (columns, len(columns), self._table(list(columns)))
        kept, known, table = self._table_of
        if kept is not columns:
            return self._table(list(columns))
        if known < len(columns):
            table = sparse.csr_array(sparse.vstack([table, self._table(list(islice(columns, known, None)))]))
            self._table_of = (columns, len(columns), table)
        return table

    def transform(self, counts: sparse.csr_array, columns: Mapping[str, int]) -> sparse.csr_array:
        """Weights of concepts, float32 (texts, concepts), rows of length 1 or empty; unknown concepts are left out."""
        weights = sublinear(self.shared(counts, columns))
        weights.data *= self.rarity_[weights.indices]
        rows = np.repeat(np.arange(weights.shape[0]), np.diff(weights.indptr))
        weights.data /= np.sqrt(np.bincount(rows, weights.data**2)).astype(np.float32)[rows]
        return weights

    def _places(self, words: Sequence[str]) -> tuple[Places, Places]:
        """Rows of headwords and columns of stems, -1 for words that are none."""
        known = self._known
        for word in words:
            if word not in known:
                index = self.lexicon.head_index if has_han(word) else self.lexicon.stem_index
                place = index.column(word)
                known[word] = (place, -1) if index is self.lexicon.head_index else (-1, place)
        places = np.array([known[word] for word in words], np.int64).reshape(-1, 2)
        return places[:, 0], places[:, 1]

    def _rendered(self, heads: Places) -> Places:
        """How many renderings each headword has, 0 for -1."""
        return np.append(np.diff(self._renderings.indptr), 0)[heads]

    def _table(self, words: Sequence[str]) -> sparse.csr_array:
        """Shares of concepts of each word, float32 (words, all stems and own words); a word's shares add up to 1."""
        heads, stems = self._places(words)
        own = np.array([self._own.get(word, -1) for word in words], np.int64)
        alone = np.where(stems >= 0, stems, own)
        width = len(self.lexicon.stems) + len(self._own)
        rendered = self._rendered(heads)
        renderings = sparse.csr_array(
            (self._renderings.data, self._renderings.indices, self._renderings.indptr),
            shape=(self._renderings.shape[0], width),
        )
        rows = np.flatnonzero(rendered)
        places = sparse.csr_array(
            (np.ones(len(rows), np.float32), (rows, heads[rows])), shape=(len(words), renderings.shape[0])
        )
        lone = np.flatnonzero((rendered == 0) & (alone >= 0))
        itself = (np.ones(len(lone), np.float32), (lone, alone[lone]))
        return places @ renderings + sparse.csr_array(itself, shape=(len(words), width))


def sublinear(counts: sparse.csr_array) -> sparse.csr_array:
    """1 + log of each count from 1 up, smaller ones as they are."""
    logs = 1 + np.log(np.maximum(counts.data, 1))
    return sparse.csr_array(
        (np.where(counts.data >= 1, logs, counts.data), counts.indices, counts.indptr), shape=counts.shape
    )


def likeliest(table: sparse.csr_array, most: int) -> sparse.csr_array:
    """The ``most`` largest values of each row, scaled to add up to 1, float32; ties go to the lower column."""
    rows = np.repeat(np.arange(table.shape[0]), np.diff(table.indptr))
    order = np.lexsort((table.indices, -table.data, rows))
    rank = np.arange(len(order)) - table.indptr[rows]
    kept = order[rank < most]
    cut = sparse.csr_array((table.data[kept], (rows[kept], table.indices[kept])), shape=table.shape)
    sums = cut.sum(axis=1)
    return sparse.csr_array(sparse.diags_array(1 / np.where(sums > 0, sums, 1)) @ cut, dtype=np.float32)
