"""A transformer of the BERT kind in numpy: tokens → states, layer by layer.

Reference: Devlin et al. 2019; the layout of the weights is that of the transformers library.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .encoder import Vectors
from .files import sizes_of, weights_of

ROWS_IN_CACHE = 64


class Transformer:
    """The model of a folder with ``model.safetensors`` and ``config.json``. Raises EncoderError for another content.

    Attributes
    ----------
    dimensions, heads, layers : int
    weights : dict, tensors by name; matrices are turned so that ``x @ w`` is the layer
    """

    def __init__(self, folder: Path) -> None:
        self.dimensions, self.heads, self.layers = sizes_of(folder / "config.json")
        self.weights = weights_of(folder / "model.safetensors")

    def states(self, tokens: NDArray[np.int64], mask: Vectors) -> Vectors:
        """States of tokens (texts, length), float32 (texts, length, dimensions); the mask is 1 where there is one."""
        weights = self.weights
        state = weights["embeddings.word_embeddings.weight"][tokens]
        state += weights["embeddings.position_embeddings.weight"][: tokens.shape[1]]
        state += weights["embeddings.token_type_embeddings.weight"][0]
        state = _normed(state, weights, "embeddings.LayerNorm")
        away = ((1 - mask) * np.float32(-1e9))[:, None, None, :]
        for layer in range(self.layers):
            at = f"encoder.layer.{layer}."
            found = self._attention(state, away, at)
            found += state
            state = _normed(found, weights, f"{at}attention.output.LayerNorm")
            found = _linear(_gelu(_linear(state, weights, f"{at}intermediate.dense")), weights, f"{at}output.dense")
            found += state
            state = _normed(found, weights, f"{at}output.LayerNorm")
        return state

    def _attention(self, state: Vectors, away: Vectors, at: str) -> Vectors:
        texts, length, width = state.shape
        query, key, value = (
            _linear(state, self.weights, f"{at}attention.self.{part}")
            .reshape(texts, length, self.heads, width // self.heads)
            .transpose(0, 2, 1, 3)
            for part in ("query", "key", "value")
        )
        scores = query @ key.transpose(0, 1, 3, 2)
        scores /= np.float32(np.sqrt(width // self.heads))
        scores += away
        scores -= scores.max(axis=-1, keepdims=True)
        np.exp(scores, out=scores)
        scores /= scores.sum(axis=-1, keepdims=True)
        met = np.empty((texts, length, self.heads, width // self.heads), np.float32)
        np.matmul(scores, value, out=met.transpose(0, 2, 1, 3))
        return _linear(met.reshape(state.shape), self.weights, f"{at}attention.output.dense")


def _linear(state: Vectors, weights: dict[str, Vectors], at: str) -> Vectors:
    flat = state.reshape(-1, state.shape[-1]) @ weights[f"{at}.weight"]
    flat += weights[f"{at}.bias"]
    return flat.reshape(*state.shape[:-1], -1)


def _normed(state: Vectors, weights: dict[str, Vectors], at: str) -> Vectors:
    """Layer normalisation, in place: at each state a fresh array would cost as much as the arithmetic."""
    state -= state.mean(axis=-1, keepdims=True)
    squares = np.einsum("...w,...w->...", state, state)[..., None]
    state /= np.sqrt(squares / np.float32(state.shape[-1]) + np.float32(1e-12))
    state *= weights[f"{at}.weight"]
    state += weights[f"{at}.bias"]
    return state


def _gelu(state: Vectors) -> Vectors:
    """GELU by its tanh form (Hendrycks & Gimpel 2016), in place and in pieces that stay in the cache.

    The exact form takes a third of all time in ``erf``; cosines of whole texts differ by less than 1e-3.
    """
    flat = state.reshape(-1, state.shape[-1])
    for start in range(0, len(flat), ROWS_IN_CACHE):
        rows = flat[start : start + ROWS_IN_CACHE]
        inner = rows * rows
        inner *= np.float32(0.044715)
        inner += 1
        inner *= rows
        inner *= np.float32(np.sqrt(2 / np.pi))
        np.tanh(inner, out=inner)
        inner += 1
        inner *= np.float32(0.5)
        rows *= inner
    return state
