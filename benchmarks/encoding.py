# ruff: noqa: T201
"""The first encoding of a directory against the bare matrix products of the encoder, and one changed firm.

    python -m benchmarks.encoding [--texts 600]

The bare run does every product of the model in the same batches and threads, on arrays that are there already, and
nothing between them.
"""

import argparse
import sys
import time
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from benchmarks.goals import Goals, in_turn
from matchmaking.engine.encoding.batches import Batch, batches, in_threads
from matchmaking.engine.encoding.cache import EncodingCache
from matchmaking.engine.encoding.encoder import Vectors
from matchmaking.engine.encoding.english import EnglishEncoder, english_folder
from matchmaking.engine.encoding.transformer import Transformer

SHORT = "Process engineers for municipal wastewater reuse and sludge with a project office in Ho Chi Minh City {}."
LONG = "Firm {}. " + "Cold chain and customs for frozen dumplings, hotpot base and sauces into Singapore. " * 20


def products(model: Transformer, batch: Batch) -> None:
    """All products of one batch: what no implementation in numpy can do without."""
    texts, length = batch[1].shape
    width, heads = model.dimensions, model.heads
    flat = np.ones((texts * length, width), np.float32)
    wide = np.ones((texts * length, 4 * width), np.float32)
    parts = np.ones((texts, heads, length, width // heads), np.float32)
    met = np.ones((texts, heads, length, length), np.float32)
    for layer in range(model.layers):
        at = f"encoder.layer.{layer}."
        for name in ("self.query", "self.key", "self.value", "output.dense"):
            flat @ _of(model, f"{at}attention.{name}")
        parts @ parts.transpose(0, 1, 3, 2)
        met @ parts
        flat @ _of(model, f"{at}intermediate.dense")
        wide @ _of(model, f"{at}output.dense")


def _of(model: Transformer, name: str) -> Vectors:
    return model.weights[f"{name}.weight"]


def bare(encoder: EnglishEncoder, given: list[Batch]) -> None:
    """All products of all batches, in as many threads as the encoder takes."""
    list(in_threads(partial(products, encoder.transformer), given))


def main() -> None:
    """Print every figure beside its goal."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=int, default=600)
    options = parser.parse_args()
    folder = english_folder()
    if folder is None:
        print("the package of the English encoder is not installed: nothing to measure")
        sys.exit(1)
    encoder, goals = EnglishEncoder(folder), Goals()
    for kind, text, number in (("a sentence", SHORT, options.texts), ("256 tokens", LONG, options.texts // 8)):
        texts = [text.format(i) for i in range(number)]
        given = list(batches(encoder.tokenizer, texts))
        times = in_turn({"encode": partial(encoder.encode, texts), "bare": partial(bare, encoder, given)}, 5)
        goals.at_most(f"first encoding / bare products, {kind} each", times["encode"] / times["bare"], 1.5)
        goals.note(f"texts per second, {kind} each", f"{number / times['encode']:.0f}")
    changed = [time_of_one(encoder, i) for i in range(60)]
    goals.at_most("one changed firm, 95th percentile", float(np.quantile(changed, 0.95)) * 1e3, 20, "ms")
    goals.note("one changed firm, median", f"{np.median(changed) * 1e3:.1f} ms")
    with TemporaryDirectory() as kept:
        resumed(encoder, Path(kept), options.texts, goals)
    goals.close()


def time_of_one(encoder: EnglishEncoder, number: int) -> float:
    """Seconds to encode a changed summary of two sentences, as a whole and by its first two sentences."""
    text = f"{SHORT.format(number)} {SHORT.format(-number)}"
    started = time.perf_counter()
    encoder.encode([f"{text} Weekly reports in Chinese.", text])
    return time.perf_counter() - started


def resumed(encoder: EnglishEncoder, folder: Path, number: int, goals: Goals) -> None:
    """An encoding broken off half-way goes on where it was; a second one encodes nothing."""
    texts = [SHORT.format(i) for i in range(number)]
    EncodingCache(folder, encoder, chunk=64).encode(texts[: number // 2])
    seen: list[int] = []
    EncodingCache(folder, encoder, chunk=64).encode(texts, lambda done, unseen: seen.append(unseen))
    goals.at_most("texts encoded again after a break at half", seen[-1] - (number - number // 2), 0, "")
    again: list[int] = []
    EncodingCache(folder, encoder).encode(texts, lambda done, unseen: again.append(unseen))
    goals.at_most("texts encoded by a second run", sum(again), 0, "")


if __name__ == "__main__":
    main()
