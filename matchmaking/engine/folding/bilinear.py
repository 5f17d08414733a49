"""The best short vectors for a product of long ones: what is asked × what is given, to few dimensions.

Long rows Q (asks) and D (firms) score a pair by q · d. Of all short rows, those of the truncated SVD of the matrix of
scores QD' = UΣV' lose least, summed over all pairs of the population: U√Σ for asks, V√Σ for firms. The matrix of scores
is never computed, since power iteration only multiplies by it; and since U = QD'V/Σ, both are linear in the long rows,
so that an ask or a firm that was not there gets its short vector by one product.
References: Eckart & Young 1936 (the best approximation of a rank).
"""

from dataclasses import dataclass

import numpy as np

from .rows import Rows
from .svd import Floats, strongest, workers

# Directions weaker than this share of the strongest one are noise of float32.
LEAST_STRENGTH = 1e-5


@dataclass(frozen=True)
class Projections:
    """What turns long rows into short ones, both float32 (long, k)."""

    of_asks: Floats
    of_firms: Floats

    def asks(self, rows: Rows) -> Floats:
        """Short vectors of asks, float32 (asks, k)."""
        return rows.times(self.of_asks)

    def firms(self, rows: Rows) -> Floats:
        """Short vectors of firms, float32 (firms, k)."""
        return rows.times(self.of_firms)


def projections(asks: Rows, firms: Rows, k: int) -> Projections:
    """Fit on the long rows of a population, (asks, long) and (firms, long).

    Where fewer than k directions count, the columns that are left hold zeros.
    """
    long = asks.shape[1]
    rank = min(k, asks.shape[0], firms.shape[0])
    shorts = np.zeros((long, k), np.float32), np.zeros((long, k), np.float32)
    if rank:
        with workers() as pool:
            scores = _Scores(asks.shared(pool), firms.shared(pool))
            found = strongest(scores, rank)
            for_asks = scores.firms.back(found.axes)
            for_firms = scores.asks.back(scores.asks.times(for_asks))
        counts = found.strengths > LEAST_STRENGTH * max(found.strengths[0], np.finfo(np.float32).tiny)
        strength = np.where(counts, found.strengths, np.inf)
        shorts[0][:, :rank], shorts[1][:, :rank] = for_asks / np.sqrt(strength), for_firms / strength**1.5
    return Projections(*shorts)


@dataclass(frozen=True)
class _Scores:
    """QD', known by its products."""

    asks: Rows
    firms: Rows

    @property
    def shape(self) -> tuple[int, int]:
        return self.asks.shape[0], self.firms.shape[0]

    def times(self, block: Floats) -> Floats:
        return self.asks.times(self.firms.back(block))

    def back(self, block: Floats) -> Floats:
        return self.firms.times(self.asks.back(block))
