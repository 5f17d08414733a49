"""Topics of long texts (LSI): what they are about beyond the words they share.

References: Deerwester et al. 1990; Halko, Martinsson & Tropp 2011 (randomised SVD, scikit-learn's).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.utils.extmath import randomized_svd

from .analysis import Floats
from .columns import unit

# Topics count between long texts only: from none at 30 content words to full weight at 60.
TOPIC_FROM_WORDS = 30.0
TOPIC_FULL_WORDS = 60.0
TOPIC_WEIGHT = 0.5
TOPIC_DIMENSIONS = 100
TOPIC_LEAST_DOCUMENTS = 25

# Topic vectors of texts (texts, dimensions), and how far each is a long text (texts).
Said = tuple[Floats, Floats]


def is_long(words: float) -> bool:
    """Whether a text of so many content words has topics."""
    return words > TOPIC_FROM_WORDS


def longness(lengths: Floats) -> Floats:
    """How far texts of so many content words are long ones, 0 to 1."""
    return np.asarray(np.clip((lengths - TOPIC_FROM_WORDS) / (TOPIC_FULL_WORDS - TOPIC_FROM_WORDS), 0.0, 1.0))


@dataclass(frozen=True)
class Topics:
    """``rarity`` float64 (stems), ``axes`` float64 (stems, dimensions); no dimensions below 25 long documents."""

    rarity: Floats
    axes: Floats

    @classmethod
    def fit(cls, counts: sparse.csr_array) -> "Topics":
        """Learn from the counts of long documents over the stems of the lexicon, (documents, stems)."""
        documents, stems = counts.shape
        held = np.bincount(counts.indices, minlength=stems)
        rarity = np.log((1 + documents) / (1 + held)) + 1
        used = np.flatnonzero(held)
        dimensions = min(TOPIC_DIMENSIONS, documents // 5, len(used))
        axes = np.zeros((stems, dimensions if documents >= TOPIC_LEAST_DOCUMENTS else 0))
        if axes.shape[1]:
            weighted = unit(_weighed(counts, rarity))
            axes[used] = randomized_svd(weighted[:, used], dimensions, n_iter=4, random_state=0)[2].T
        return cls(rarity, axes)

    @property
    def dimensions(self) -> int:
        """How many there are."""
        return self.axes.shape[1]

    def of(self, stems: sparse.csr_array, lengths: Floats) -> Said:
        """Topics of texts from their counts over the stems (texts, stems) and their numbers of content words."""
        share, vectors = longness(lengths), np.zeros((len(lengths), self.dimensions))
        rows = np.flatnonzero(share)
        if len(rows) and self.dimensions:
            found = unit(_weighed(stems[rows], self.rarity)) @ self.axes
            norms = np.linalg.norm(found, axis=1, keepdims=True)
            vectors[rows] = found / np.where(norms > 0, norms, 1)
        return vectors, share


def common_topics(queries: Said, documents: Said) -> NDArray[np.float32]:
    """What common topics are worth, float32 (queries, documents): up to .5, between long texts."""
    (ours, our_share), (theirs, their_share) = queries, documents
    if not (our_share.any() and their_share.any() and ours.shape[1]):
        return np.zeros((len(our_share), len(their_share)), np.float32)
    common = ours.astype(np.float32) @ theirs.astype(np.float32).T
    gate = np.minimum(our_share[:, None], their_share[None, :]).astype(np.float32)
    return np.asarray(TOPIC_WEIGHT * gate * np.maximum(common, 0), dtype=np.float32)


def _weighed(counts: sparse.csr_array, rarity: Floats) -> sparse.csr_array:
    counts = counts.copy()
    counts.data = np.where(counts.data >= 1, 1 + np.log(np.maximum(counts.data, 1)), counts.data)
    return sparse.csr_array(counts @ sparse.diags_array(rarity))
