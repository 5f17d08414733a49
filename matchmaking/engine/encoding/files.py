"""The files of a model: their sums, its tokenizer, its sizes and its weights, each read once."""

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np

from .encoder import EncoderError, Vectors

LONGEST = 256  # tokens; all-MiniLM-L6-v2 was trained on 128 and its card advises 256 at most


def sum_of(path: Path, expected: str | None = None) -> str:
    """Return the sha256 of a file. Raises EncoderError for a missing file or another sum than ``expected``."""
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise EncoderError(f"{path}: {error.strerror}") from error
    if expected is not None and found != expected:
        raise EncoderError(f"{path}: changed or damaged (its sha256 is not the known one)")
    return found


def sizes_of(path: Path) -> tuple[int, int, int]:
    """Dimensions, heads and layers out of a model's configuration. Raises EncoderError."""
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
        width, heads, layers = (
            int(config[name]) for name in ("hidden_size", "num_attention_heads", "num_hidden_layers")
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise EncoderError(f"{path}: not the configuration of a model ({error!r})") from error
    return width, heads, layers


def tokenizer_of(path: Path) -> Any:
    """The tokenizer of a model, which cuts texts off after ``LONGEST`` tokens. Raises EncoderError."""
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:  # the library raises plain Exception for a missing or broken file
        raise EncoderError(f"{path}: not a tokenizer ({error})") from error
    tokenizer.enable_truncation(LONGEST)
    tokenizer.no_padding()
    return tokenizer


def weights_of(path: Path) -> dict[str, Vectors]:
    """Tensors by name, matrices turned so that ``x @ w`` is the layer, contiguous float32."""
    from safetensors.numpy import load_file

    return {
        name: np.ascontiguousarray(
            array.T if name.endswith("weight") and array.ndim == 2 and "embeddings" not in name else array, np.float32
        )
        for name, array in load_file(path).items()
        if array.dtype == np.float32
    }
