"""What an encoder is: its interface, the absence of one, and the check of what one answers."""

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
Progress = Callable[[int, int], None]


class EncoderError(ValueError):
    """An encoder cannot be used: files missing, damaged or of another kind, or vectors that are none."""


class Encoder(Protocol):
    """Texts → unit vectors. Not ``multilingual``: understands English only, so Chinese must be glossed first."""

    @property
    def name(self) -> str:
        """Name that tells two encoders with different weights apart."""

    @property
    def dimensions(self) -> int:
        """Length of a vector; 0 = no encoder."""

    @property
    def multilingual(self) -> bool:
        """Whether Chinese may be handed over as it is."""

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Encode texts, float32 (texts, dimensions); rows have length 1, those of empty texts are zero."""


class NoEncoder:
    """The absence of an encoder: vectors of no dimensions."""

    name = "none"
    dimensions = 0
    multilingual = False

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Return an array of shape (texts, 0)."""
        return np.zeros((len(texts), 0), np.float32)


def encoded(encoder: Encoder, texts: Sequence[str]) -> Vectors:
    """Encode texts and make sure that the answer is what an encoder promises.

    Raises EncoderError for another shape, and for entries that are no finite numbers: one of them would silently take
    every pair it meets off all lists.
    """
    found = np.asarray(encoder.encode(texts))
    expected = (len(texts), encoder.dimensions)
    if found.shape != expected or found.dtype.kind != "f":
        raise EncoderError(f"{encoder.name}: gave {found.dtype} {found.shape}, float {expected} expected")
    with np.errstate(over="ignore"):
        lengths = np.linalg.norm(found.astype(np.float32, copy=False), axis=1)
    if not np.isfinite(lengths).all():
        raise EncoderError(f"{encoder.name}: {np.count_nonzero(~np.isfinite(lengths))} vectors are no finite numbers")
    return found.astype(np.float32, copy=False)


def unit_rows(vectors: Vectors) -> Vectors:
    """Scale every row to length 1, float32; rows of zeros stay so."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.where(lengths > 0, lengths, 1), np.float32)
