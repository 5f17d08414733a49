"""Asks and firms → short dense vectors whose product is close to the full score of one direction."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..bridge import TextBridge
from ..features import CODED, Block
from ..sectors import SectorMap
from ..word_tables import Texts
from .bilinear import Projections, projections
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

    def arrays(self) -> dict[str, NDArray[Any]]:
        """What was fitted, by name: enough to fold with the same bridge and sectors, see ``restore``."""
        codes = {name: Texts.of(columns) for name, columns in self._long.codes.items()}
        return {
            **self._long.concepts.arrays(),
            **{f"{name}_{part}": array for name, texts in codes.items() for part, array in texts.arrays().items()},
            "mean_length": np.array([self._long.mean_length]),
            "of_asks": self._projections.of_asks,
            "of_firms": self._projections.of_firms,
        }

    def restore(self, arrays: Mapping[str, NDArray[Any]]) -> "Folding":
        """Take over what was fitted, so that nothing is fitted again."""
        self._long.concepts.restore(arrays)
        texts = {name: Texts(arrays[f"{name}_text"], arrays[f"{name}_offsets"]) for name in CODED}
        self._long.codes = {name: {code: i for i, code in enumerate(codes)} for name, codes in texts.items()}
        self._long.mean_length = float(arrays["mean_length"][0])
        self._projections = Projections(arrays["of_asks"], arrays["of_firms"])
        return self

    def asks(self, block: Block, rows: NDArray[np.intp]) -> Floats:
        """Short vectors of some asks of a block, float32 (rows, dimensions)."""
        return self._projections.asks(self._long.asks(block, rows))

    def firms(self, block: Block) -> Floats:
        """Short vectors of what the firms of a block give, float32 (firms, dimensions)."""
        return self._projections.firms(self._long.firms(block))
