"""Long rows: words and codes, which are sparse, beside topics and meaning, which are dense.

A dense part costs a sparse product some twenty times what it costs a dense one, so each kind is multiplied as it is.
"""

from concurrent.futures import Executor
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from .svd import Floats, Split

# An array, a sparse one, or one shared among threads. scipy has no types, so a union would be none either.
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
            some = block[start:stop]
            found += part.times(some) if isinstance(part, Split) else part @ some
        return found

    def back(self, block: Floats) -> Floats:
        """The rows turned × block (rows, width): float32 (columns, width)."""
        return np.vstack([p.back(block) if isinstance(p, Split) else p.T @ block for p in self.parts])

    def shared(self, pool: Executor) -> "Rows":
        """The same with its sparse parts cut up among the threads of a pool."""
        return Rows(tuple(part if isinstance(part, np.ndarray) else Split(part, pool) for part in self.parts))

    def toarray(self) -> Floats:
        """All in one dense array, float32 (rows, columns); for few rows."""
        return np.hstack([part if isinstance(part, np.ndarray) else part.toarray() for part in self.parts])
