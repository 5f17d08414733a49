"""Bilingual texts → counts of words, fast: rjieba for Chinese, stems for Latin, each distinct word looked at once.

The words are those of ``text.tokenise_zh`` and ``text.tokenise_en``. What makes them cheap: a text of ordinary
characters is in normal form but for its case, all runs of Han characters are cut in one call, and what a piece of text
comes to is remembered.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from hashlib import blake2b
from itertools import chain
from unicodedata import category

import numpy as np
import rjieba
from numpy.typing import NDArray
from scipy import sparse

from ..text import HAN, STOP_EN, STOP_ZH, fold, is_simplified, normalise, plain_words, stem

# Characters that the normal form leaves alone but for case, and marks that only ever stand between words.
_ORDINARY = "\t\n\r -~\u4e00-\u9fff，。、；：？！（）《》【】“”‘’…—–·％"
_UNUSUAL = re.compile(f"[^{_ORDINARY}]")
_HAN_RUN = re.compile(f"[{HAN}]+")
# Everything that one Latin word may consist of; what it is made of is then read off the piece.
_PIECE = re.compile(r"[a-z0-9&']+")
_DIGEST_BYTES = 16

Columns = tuple[int, ...]
Row = tuple[NDArray[np.int32], NDArray[np.float32]]


class Words:
    """Counts of the words of texts, kept per text: only what changed is taken apart again.

    ``most_kept``: of how many texts the counts are kept, some 8 bytes for each distinct word of a text; the oldest go
    first.

    Attributes
    ----------
    columns : dict, word → its column, in order of first appearance; English words as stems
    """

    def __init__(self, most_kept: int = 500_000) -> None:
        self.most_kept = most_kept
        self.columns: dict[str, int] = {}
        self._kept: dict[bytes, Row] = {}
        self._chinese = _Memo(self._chinese_columns)
        self._latin = _Memo(self._latin_columns)

    def counts(self, texts: Sequence[str]) -> sparse.csr_array:
        """How often each word stands in each text, float32 (texts, words so far); indices sorted."""
        keys = [blake2b(text.encode("utf-8", "surrogatepass"), digest_size=_DIGEST_BYTES).digest() for text in texts]
        rows = {key: self._kept[key] for key in keys if key in self._kept}
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in rows}
        rows |= self._counted(new)
        self._keep(rows)
        return _stacked([rows[key] for key in keys], len(self.columns))

    def _counted(self, texts: dict[bytes, str]) -> dict[bytes, Row]:
        found = [list(self._of(text)) for text in texts.values()]
        starts = np.cumsum([0, *map(len, found)])
        columns = np.fromiter(chain.from_iterable(found), np.int32, count=int(starts[-1]))
        matrix = sparse.csr_array(
            (np.ones(len(columns), np.float32), columns, starts), shape=(len(found), len(self.columns))
        )
        matrix.sum_duplicates()
        bounds = matrix.indptr.tolist()
        return {
            key: (matrix.indices[start:stop].copy(), matrix.data[start:stop].copy())
            for key, start, stop in zip(texts, bounds[:-1], bounds[1:], strict=True)
        }

    def _of(self, text: str) -> Iterable[int]:
        """The column of each word of a text, with repetitions."""
        normal = quick_normal(text)
        runs = _HAN_RUN.findall(normal)
        chinese = map(self._chinese.__getitem__, rjieba.cut(" ".join(runs))) if runs else ()
        return chain.from_iterable(chain(chinese, map(self._latin.__getitem__, _PIECE.findall(normal))))

    def _chinese_columns(self, word: str) -> Columns:
        return () if word in STOP_ZH or word == " " else (self._column(word),)

    def _latin_columns(self, piece: str) -> Columns:
        return tuple(self._column(stem(word)) for word in plain_words(piece) if word not in STOP_EN)

    def _column(self, word: str) -> int:
        return self.columns.setdefault(word, len(self.columns))

    def _keep(self, rows: dict[bytes, Row]) -> None:
        for key in rows:
            self._kept.pop(key, None)
        self._kept |= rows
        for key in list(self._kept)[: max(0, len(self._kept) - self.most_kept)]:
            del self._kept[key]


def quick_normal(text: str) -> str:
    """A text in which the words are those of ``normalise(text)``; marks between them may differ."""
    marks = set(_UNUSUAL.findall(text))
    # Symbols and numbers such as ℃ or ² change by themselves; letters and accents depend on their neighbours.
    if all(category(mark)[0] in "SNP" for mark in marks) and is_simplified(text):
        for mark in marks:
            text = text.replace(mark, normalise(mark))
        return text.lower().replace("’", "'")
    lines = text.split("\n")
    if len(lines) == 1:
        return fold(normalise(text))
    # The long way is for the lines that need it.
    return "\n".join(map(quick_normal, lines))


class _Memo(dict[str, Columns]):
    """What a function says of a piece of text, asked once."""

    def __init__(self, ask: Callable[[str], Columns]) -> None:
        self._ask = ask

    def __missing__(self, piece: str) -> Columns:
        found = self[piece] = self._ask(piece)
        return found


def _stacked(rows: Sequence[Row], words: int) -> sparse.csr_array:
    indptr = np.cumsum([0, *(len(columns) for columns, _ in rows)])
    none: Row = (np.zeros(0, np.int32), np.zeros(0, np.float32))
    indices, data = (np.concatenate(part) for part in zip(none, *rows, strict=True))
    return sparse.csr_array((data, indices, indptr.astype(np.int32)), shape=(len(rows), words))
