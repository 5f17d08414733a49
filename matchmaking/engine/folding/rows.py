"""Long rows: words and codes, which are sparse, beside topics and meaning, which are dense.

A dense part costs a sparse product some twenty times what it costs a dense one, so each kind is multiplied as it is.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from .svd import Floats

# scipy has no types, so a union would be none either.
Part = Any


@dataclass(frozen=True)
class Rows:
    """Parts side by side, at least one: float32, each (rows, its columns), sparse or dense."""

    parts: tuple[Part, ...]

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, columns of all parts)."""
        return self.parts[0].shape[0], sum(part.shape[1] for part in self.parts)

    def times(self, block: Floats) -> Floats:
        """The rows × block (columns, width): float32 (rows, width)."""
        ends = np.cumsum([0, *(part.shape[1] for part in self.parts)]).tolist()
        found = np.zeros((self.shape[0], block.shape[1]), np.float32)
        for part, (start, stop) in zip(self.parts, pairwise(ends), strict=True):
            found += part @ block[start:stop]
        return found

    def toarray(self) -> Floats:
        """All in one dense array, float32 (rows, columns); for few rows."""
        return np.hstack([part if isinstance(part, np.ndarray) else part.toarray() for part in self.parts])
