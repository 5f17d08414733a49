"""By which features a query term may show up in a document: itself, and its counterparts in the other language.

Reference: Darwish & Oard 2003 (probabilistic structured queries).
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from .analysis import Floats
from .columns import widen
from .lexicon import Lexicon
from .vocabulary import Vocabulary

# Several headwords share one stem, so each of them counts a little less than the word itself would.
REVERSE_WEIGHT = 0.9


def links(lexicon: Lexicon) -> sparse.csr_array:
    """Every stem and headword of a lexicon → itself and its counterparts in the other language, float64, square."""
    scaled = lexicon.scaled
    heads, stems = scaled.shape
    blocks = [[sparse.eye_array(stems), REVERSE_WEIGHT * scaled.T], [scaled, sparse.eye_array(heads)]]
    found = sparse.csr_array(sparse.block_array(blocks))
    found.sum_duplicates()
    return found


class Expansion:
    """Expands terms. ``features`` begin with the stems and the headwords that ``links`` (see there) tie together."""

    def __init__(self, features: Vocabulary, links: sparse.csr_array) -> None:
        self.features = features
        self.links = links

    def of(self, terms: Sequence[str]) -> sparse.csr_array:
        """Weights of features per term, (terms, features); a term that was never admitted has an empty row."""
        if not terms:
            return sparse.csr_array((0, len(self.features)))
        linked = self.links.shape[0]
        places = np.array([self.features.column(term) for term in terms], dtype=np.int64)
        base = (places >= 0) & (places < linked)
        rows = self.links[np.where(base, places, 0)]
        known = widen(sparse.csr_array(sparse.diags_array(base.astype(float)) @ rows), len(self.features))
        own = np.flatnonzero(places >= linked)
        extra = sparse.csr_array((np.ones(len(own)), (own, places[own])), shape=known.shape)
        found = sparse.csr_array(known + extra)
        found.eliminate_zeros()
        return found


def total(weights: sparse.csr_array, frequencies: Floats) -> Floats:
    """``weights @ frequencies``, (rows,), where columns beyond the frequencies, admitted after the fit, count 0."""
    rows = np.repeat(np.arange(weights.shape[0]), np.diff(weights.indptr))
    found = np.bincount(rows, weights.data * each(frequencies, weights.indices), minlength=weights.shape[0])
    return found.astype(float)


def each(frequencies: Floats, columns: NDArray[np.integer]) -> Floats:
    """The frequency of each column, 0 for one that was admitted after the fit."""
    found = np.zeros(len(columns))
    inside = columns < len(frequencies)
    found[inside] = frequencies[columns[inside]]
    return found
