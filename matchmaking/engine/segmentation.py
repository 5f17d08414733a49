"""Chinese text → the headwords of a dictionary, without spaces to go by: the fewest that cover a run of characters."""

import math
import re
import zlib
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from .text import HAN, STOP_ZH, normalise
from .vocabulary import Recent, Vocabulary
from .word_tables import WordTable

INNER_WORD_WEIGHT = 0.3
SINGLE_CHARACTER_WEIGHT = 0.5
LONGEST_HEADWORD = 10
REACH_BUCKETS = 1 << 18
# Runs whose headwords are kept, some 300 bytes each.
MOST_RUNS = 1 << 15

_RUN = re.compile(f"[{HAN}a-z0-9]+")
_HAN_HEAD = re.compile(f"[{HAN}]")

Segment = tuple[str, float]


class Segmenter:
    """Splits text into headwords.

    Attributes
    ----------
    heads : WordTable
    head_index : Vocabulary, headword → row
    commonness : float64 array, (heads,); how many other headwords contain this one, breaks ties
    reach : uint8 array, (2^18,); how long headwords with these two characters at their head are, by CRC-32
    """

    def __init__(self, heads: WordTable, commonness: NDArray[np.float64], reach: NDArray[np.uint8]) -> None:
        self.heads, self.commonness, self.reach = heads, commonness, reach
        self.head_index = Vocabulary(heads)
        self._reaches = Recent(self._reach_of)
        self._segments: dict[str, tuple[Segment, ...]] = {}

    def segment(self, text: str) -> list[Segment]:
        """Split the Chinese of a text into (headword, weight), fewest headwords first, common ones where that ties.

        Words weigh 1, single characters .5, and shorter headwords inside a word of three or more characters .3.
        Function words and characters without an entry are left out.
        """
        found: list[Segment] = []
        for run in _mixed_runs(text):
            if run not in self._segments:
                if len(self._segments) > MOST_RUNS:
                    self._segments.clear()
                self._segments[run] = tuple(self._segment_run(run))
            found.extend(self._segments[run])
        return found

    def _segment_run(self, run: str) -> Iterable[Segment]:
        for word in self.words(run):
            if word in STOP_ZH or self.head_index.column(word) < 0:
                continue
            yield word, SINGLE_CHARACTER_WEIGHT if len(word) == 1 else 1.0
            if len(word) >= 3:
                for inner in self._inside(word):
                    yield inner, INNER_WORD_WEIGHT

    def _inside(self, word: str) -> Iterable[str]:
        for start in range(len(word) - 1):
            for stop in range(start + 2, min(start + self._reaches[word[start : start + 2]], len(word)) + 1):
                piece = word[start:stop]
                if piece != word and self.head_index.column(piece) >= 0 and piece not in STOP_ZH:
                    yield piece

    def words(self, run: str) -> list[str]:
        """Split a run of characters into the fewest headwords; what no entry covers comes as single characters."""
        row_of, common, reaches = self.head_index.column, self.commonness.data, self._reaches
        best: list[tuple[float, int]] = [(0.0, 0)] + [(math.inf, 0)] * len(run)
        for start in range(len(run)):
            cost = best[start][0]
            for stop in range(start + 1, min(start + reaches[run[start : start + 2]], len(run)) + 1):
                row = row_of(run[start:stop])
                if row >= 0:
                    best[stop] = min(best[stop], (cost + 1 - 1e-3 * math.log1p(common[row]), start))
                elif stop == start + 1:
                    best[stop] = min(best[stop], (cost + 1.5, start))
        words, stop = [], len(run)
        while stop:
            start = best[stop][1]
            words.append(run[start:stop])
            stop = start
        return words[::-1]

    def _reach_of(self, pair: str) -> int:
        """No headword that begins with these two characters is longer; 1 where none does."""
        return max(1, self.reach.data[_bucket(pair)])

    def coverage(self, text: str) -> float:
        """Share (0 to 1) of the Chinese words of a text that are headwords; 1 where there is no Chinese."""
        words = [word for run in _mixed_runs(text) for word in self.words(run) if _HAN_HEAD.search(word)]
        known = [word for word in words if word in STOP_ZH or word in self.head_index]
        return len(known) / len(words) if words else 1.0


def reach_of(heads: Sequence[str]) -> NDArray[np.uint8]:
    """``reach`` of a segmenter with these headwords."""
    reach = np.zeros(REACH_BUCKETS, np.uint8)
    pairs = np.array([_bucket(head[:2]) for head in heads], dtype=np.intp)
    np.maximum.at(reach, pairs, np.array([min(len(head), LONGEST_HEADWORD) for head in heads], np.uint8))
    return reach


def commonness_of(heads: Sequence[str]) -> NDArray[np.float64]:
    """``commonness`` of a segmenter with these headwords."""
    known = {head: i for i, head in enumerate(heads)}
    counts = np.zeros(len(heads))
    for head in heads:
        for start in range(len(head)):
            for stop in range(start + 1, len(head) + 1):
                row = known.get(head[start:stop])
                if row is not None:
                    counts[row] += 1
    return counts


def _mixed_runs(text: str) -> list[str]:
    """Runs of characters, letters and digits that hold at least one character."""
    # Asked of one pattern, this takes a time that grows with the square of a long Latin word.
    return [run for run in _RUN.findall(normalise(text)) if _HAN_HEAD.search(run)]


def _bucket(pair: str) -> int:
    return zlib.crc32(pair.encode("utf-8", "surrogatepass")) & (REACH_BUCKETS - 1)
