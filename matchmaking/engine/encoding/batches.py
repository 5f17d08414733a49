"""Texts in batches of nearly equal length, worked through by all cores, and what comes back put in its places."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

from .encoder import Progress, Vectors, unit_rows
from .files import LONGEST

# Places of the texts, ids of their tokens (texts, tokens), and 1 where there is a token (texts, tokens).
Batch = tuple[list[int], NDArray[np.int64], Vectors]
Result = TypeVar("Result")

TOKENS_AT_ONCE = 2048
# A product reads all weights whatever its rows, which takes as long as computing some sixty rows: so few tokens are not
# shared out among cores, each of which would read them.
LEAST_TOKENS = 256
CORES = os.cpu_count() or 1
# Far more than LONGEST tokens hold: a text of a megabyte is not tokenised to the end.
LONGEST_CHARACTERS = 20 * LONGEST


def batches(tokenizer: Any, texts: Sequence[str]) -> Iterator[Batch]:
    """Batches of texts of nearly equal length, the longest first, for all cores where there is enough to do.

    Empty texts are left out.
    """
    places = [i for i, text in enumerate(texts) if text.strip()]
    found = tokenizer.encode_batch([_whole(texts[i][:LONGEST_CHARACTERS]) for i in places])
    ids = {i: one.ids for i, one in zip(places, found, strict=True)}
    order = sorted(places, key=lambda i: (-len(ids[i]), i))
    share = -(-len(order) // CORES)
    start = 0
    while start < len(order):
        width = max(len(ids[order[start]]), 1)
        most = min(TOKENS_AT_ONCE // width, max(share, LEAST_TOKENS // width))
        batch = order[start : start + max(1, most)]
        tokens = np.zeros((len(batch), width), np.int64)
        mask = np.zeros((len(batch), width), np.float32)
        for row, i in enumerate(batch):
            tokens[row, : len(ids[i])] = ids[i]
            mask[row, : len(ids[i])] = 1
        yield batch, tokens, mask
        start += len(batch)


def _whole(text: str) -> str:
    """The text with a question mark for each half of a character (a lone surrogate), which tokenizers refuse."""
    return text.encode("utf-8", "replace").decode("utf-8")


def in_threads(work: Callable[[Batch], Result], given: Sequence[Batch]) -> Iterator[Result]:
    """Do the batches in as many threads as there are cores, each with a single-threaded BLAS.

    numpy releases the interpreter, so the element-wise work runs in parallel too; threads of BLAS wait by spinning,
    which is ruinous where other processes want the cores.
    """
    with _libraries().limit(limits=1, user_api="blas"):
        if len(given) < 2:
            yield from map(work, given)
            return
        with ThreadPoolExecutor(CORES) as threads:
            yield from threads.map(work, given)


@lru_cache(maxsize=1)
def _libraries() -> ThreadpoolController:
    """The libraries with threads of their own: looking for them takes half a millisecond, and numpy's is there."""
    return ThreadpoolController()


def pooled(state: Vectors, mask: Vectors) -> Vectors:
    """Mean of the states of each text's tokens, (texts, tokens, dimensions) → unit rows (texts, dimensions)."""
    return unit_rows(np.einsum("tlw,tl->tw", state, mask) / np.maximum(mask.sum(axis=1, keepdims=True), 1))


def gathered(
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
