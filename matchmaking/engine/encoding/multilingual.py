"""A multilingual encoder that an operator brings along: an ONNX model in a folder, run by onnxruntime."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .batches import batches, gathered, pooled
from .encoder import EncoderError, Progress, Vectors
from .files import sum_of, tokenizer_of


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
        self._tokenizer = tokenizer_of(folder / "tokenizer.json")
        self.name = f"onnx-{sum_of(model)[:12]}"
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
        found = batches(self._tokenizer, texts)
        encoded = ((places, pooled(self._state(tokens, mask), mask)) for places, tokens, mask in found)
        return gathered(encoded, (len(texts), self.dimensions), progress)

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
