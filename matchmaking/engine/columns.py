"""Analysed texts → sparse columns, and the arithmetic of BM25 on them."""

import math
import zlib
from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from .analysis import Analysis, Floats, Terms

K1 = 1.5
# Pinyin of Chinese documents is hashed: its n-grams are many and only ever looked up by words of a query.
GRAM_BUCKETS = 1 << 20

_INITIALS = ("", *"bpmfdtnlgkhjqxrzcsyw", "zh", "ch", "sh")
_OPEN_FINALS = ("a", "ai", "an", "ang", "ao", "e", "ei", "en", "eng", "er", "o", "on", "ong", "ou")
_FINALS = (*(f"{glide}{final}" for glide in ("", *"iuv") for final in _OPEN_FINALS), *"iuv", "in", "ing", "ui", "un")
_SYLLABLES = frozenset(f"{initial}{final}" for initial in _INITIALS for final in _FINALS)
_LONGEST_SYLLABLE = max(map(len, _SYLLABLES))
# The n-grams of documents have four syllables at most: no longer word can meet one.
LONGEST_SPELLING = 4 * _LONGEST_SYLLABLE


def bucket(gram: str) -> int:
    """The column of a pinyin n-gram; the same on every machine and in every run."""
    return zlib.crc32(gram.encode()) % GRAM_BUCKETS


def spellings(analysis: Analysis) -> Terms:
    """Latin words of a text, of 4 to 24 letters, that read as two or more pinyin syllables."""
    words = (word for word in analysis.latin if 4 <= len(word) <= LONGEST_SPELLING)
    return {word: 1.0 for word in words if _most_syllables(word) > 1}


@lru_cache(maxsize=50_000)
def _most_syllables(word: str) -> int:
    """How many pinyin syllables a word is at most, 0 for a word that is not made of them; linear in its length."""
    most = {0: 0}
    for start in range(len(word)):
        if start in most:
            for stop in range(start + 1, min(start + _LONGEST_SYLLABLE, len(word)) + 1):
                if word[start:stop] in _SYLLABLES:
                    most[stop] = max(most.get(stop, 0), most[start] + 1)
    return most.get(len(word), 0)


def hashed(rows: Sequence[Terms]) -> sparse.csr_array:
    """Weights by bucket, (rows, 2^20) float64; grams that fall into one bucket share the larger weight."""
    packed: list[dict[int, float]] = []
    for row in rows:
        cells: dict[int, float] = {}
        for gram, weight in row.items():
            place = bucket(gram)
            cells[place] = max(weight, cells.get(place, 0.0))
        packed.append(cells)
    indptr = np.cumsum([0, *(len(cells) for cells in packed)])
    indices = np.array([place for cells in packed for place in cells], dtype=np.int32)
    data = np.array([weight for cells in packed for weight in cells.values()], dtype=float)
    matrix = sparse.csr_array((data, indices, indptr.astype(np.int32)), shape=(len(rows), GRAM_BUCKETS))
    matrix.sort_indices()
    return matrix


def bm25(tf: sparse.csr_array, idf: Floats, norms: Floats) -> sparse.csr_array:
    """Gains of BM25, (terms, texts): ``tf`` how often each stands there, ``idf`` by term, ``norms`` by text."""
    tf = sparse.csr_array(tf)
    rows = np.repeat(np.arange(tf.shape[0]), np.diff(tf.indptr))
    tf.data = idf[rows] * tf.data * (K1 + 1) / (tf.data + norms[tf.indices])
    return tf


def aligned(left: sparse.csr_array, right: sparse.csr_array) -> tuple[sparse.csr_array, sparse.csr_array]:
    """Both matrices with as many columns as the wider one has."""
    columns = max(left.shape[1], right.shape[1])
    return widen(left, columns), widen(right, columns)


def widen(matrix: sparse.csr_array, columns: int) -> sparse.csr_array:
    """The same matrix with empty columns added on the right; no copy of the data."""
    if matrix.shape[1] == columns:
        return matrix
    return sparse.csr_array((matrix.data, matrix.indices, matrix.indptr), shape=(matrix.shape[0], columns))


def picked(matrix: sparse.csr_array, row: int, columns: NDArray[np.integer]) -> Floats:
    """The values of one row in some columns, 0 where it has none; the indices of the row are sorted."""
    start, stop = matrix.indptr[row : row + 2]
    indices, data = matrix.indices[start:stop], matrix.data[start:stop]
    if not len(indices):
        return np.zeros(len(columns))
    places = np.minimum(np.searchsorted(indices, columns), len(indices) - 1)
    return np.where(indices[places] == columns, data[places], 0.0)


def query_weight(count: float) -> float:
    """What a term counts that stands so often in a query: 1 + log of it, or its weight where that is below 1."""
    return count if count <= 1 else 1 + math.log(count)


def unit(matrix: sparse.csr_array) -> sparse.csr_array:
    """The matrix with every row scaled to length 1; empty rows stay empty."""
    norms = np.sqrt((matrix * matrix).sum(axis=1))
    return sparse.csr_array(sparse.diags_array(1 / np.where(norms > 0, norms, 1)) @ matrix)


def matrix_of(rows: Sequence[Mapping[str, float]], columns: Mapping[str, int]) -> sparse.csr_array:
    """Values by name → (rows, columns) float64 with sorted indices; names without a column are left out."""
    indptr, indices, data = [0], [], []
    for row in rows:
        for name, value in row.items():
            column = columns.get(name)
            if column is not None:
                indices.append(column)
                data.append(value)
        indptr.append(len(indices))
    matrix = sparse.csr_array(
        (np.array(data, float), np.array(indices, np.int32), np.array(indptr, np.int32)),
        shape=(len(rows), len(columns)),
    )
    matrix.sort_indices()
    return matrix
