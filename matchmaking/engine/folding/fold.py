"""Asks and firms → short dense vectors whose product is close to the full score of one direction."""

import numpy as np
from numpy.typing import NDArray

from ..bridge import TextBridge
from ..features import Block, SectorMap
from .bilinear import projections
from .long_rows import LongRows
from .svd import Floats
from .words import Words

DIMENSIONS = 128


class Folding:
    """Short vectors of asks and firms, fitted on what a block makes public; private needs are never learned from.

    ``words`` hands over the counts of texts that are known already.
    """

    def __init__(
        self, bridge: TextBridge, sectors: SectorMap, *, words: Words | None = None, dimensions: int = DIMENSIONS
    ) -> None:
        self.dimensions = dimensions
        self._long = LongRows(bridge, sectors, words)

    def fit(self, block: Block) -> "Folding":
        """Find the dimensions that lose least of the scores of all public asks × all firms of a block."""
        self._long.fit(block)
        asks = self._long.asks(block, block.public_asks())
        self._projections = projections(asks, self._long.firms(block), self.dimensions)
        return self

    def asks(self, block: Block, rows: NDArray[np.intp]) -> Floats:
        """Short vectors of some asks of a block, float32 (rows, dimensions)."""
        return self._projections.asks(self._long.asks(block, rows))

    def firms(self, block: Block) -> Floats:
        """Short vectors of what the firms of a block give, float32 (firms, dimensions)."""
        return self._projections.firms(self._long.firms(block))
