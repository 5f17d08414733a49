"""The bilingual lexicon: CC-CEDICT glosses, cleaned, with a word table learned from pairs on top.

A row of the lexicon answers "by which English stems may this Chinese word be rendered, and how likely is each?": it
is p(e | z).
"""

import math
import re
import zlib
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from .alignment import blend, unit_rows
from .dictionary import Entries, dictionary_path, read_entries, renderings
from .text import HAN, STOP_ZH, normalise, tokenise_en
from .vocabulary import Recent, Vocabulary
from .word_tables import WordTable

INNER_WORD_WEIGHT = 0.3
SINGLE_CHARACTER_WEIGHT = 0.5
LONGEST_HEADWORD = 10
LEAST_RENDERING = 0.02
REACH_BUCKETS = 1 << 18
MOST_RUNS = 200_000
# Alignment costs the product of both lengths, and far into two long texts it teaches nothing any more.
PAIR_WORDS = 200

_RUN = re.compile(f"[{HAN}a-z0-9]+")
_HAN_HEAD = re.compile(f"[{HAN}]")

Segment = tuple[str, float]


class Lexicon:
    """Chinese headwords, the English stems that render them, and the segmentation that both rest on.

    Attributes
    ----------
    heads, stems : WordTable
    head_index, stem_index : Vocabulary, word → row or column of the table
    table : csr_array, float64, (heads, stems); rows sum to 1 or are empty: p(e | z)
    commonness : float64 array, (heads,); how many other headwords contain this one, breaks ties of segmentation
    reach : uint8 array, (2^18,); how long headwords with these two characters at their head are, by CRC-32
    entries : the dictionary that the lexicon was read from; empty for one that was learned, loaded or made by hand
    """

    def __init__(
        self,
        heads: WordTable,
        stems: WordTable,
        table: sparse.csr_array,
        commonness: NDArray[np.float64],
        reach: NDArray[np.uint8],
    ) -> None:
        self.heads, self.stems = heads, stems
        # In one canonical order, so that equal tables are equal byte for byte.
        table.sum_duplicates()
        self.table = table
        self.commonness, self.reach = commonness, reach
        self.head_index, self.stem_index = Vocabulary(heads), Vocabulary(stems)
        self._reaches = Recent(self._reach_of)
        self.entries: Entries = {}
        self._segments: dict[str, tuple[Segment, ...]] = {}

    @classmethod
    def from_dictionary(cls, path: Path | None = None) -> "Lexicon":
        """Read CC-CEDICT (about 120,000 entries, a few seconds). Raises FileNotFoundError where it is not installed."""
        entries = read_entries(path or dictionary_path())
        lexicon = cls.from_renderings(renderings(entries))
        lexicon.entries = entries
        return lexicon

    @classmethod
    def from_renderings(cls, renderings: dict[str, dict[str, float]]) -> "Lexicon":
        """Build a lexicon of headword → {English stem: weight}; the weights of a headword are scaled to sum to 1."""
        heads = sorted(renderings)
        stems = sorted({word for row in renderings.values() for word in row})
        index = {word: i for i, word in enumerate(stems)}
        rows = [i for i, head in enumerate(heads) for _ in renderings[head]]
        cols = [index[word] for head in heads for word in renderings[head]]
        data = [weight for head in heads for weight in renderings[head].values()]
        table = sparse.csr_array((np.array(data, float), (rows, cols)), shape=(len(heads), len(stems)))
        return cls(WordTable.of(heads), WordTable.of(stems), unit_rows(table), _commonness(heads), _reach(heads))

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
            for stop in range(start + 2, len(word) + 1):
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

    @cached_property
    def scaled(self) -> sparse.csr_array:
        """p(e | z) / max over e of p(e | z), float64 (heads, stems): the likeliest at 1, those below .02 cut.

        Works through the whole table; for a few words, ``renderings`` is the way.
        """
        peaks = self.table.max(axis=1).toarray().ravel()
        scaled = sparse.csr_array(sparse.diags_array(1 / np.where(peaks > 0, peaks, 1)) @ self.table)
        scaled.data[scaled.data < LEAST_RENDERING] = 0
        scaled.eliminate_zeros()
        return scaled

    def renderings(self, head: str) -> dict[str, float]:
        """English stem → p(e | z) / max p, the likeliest at 1; empty for a word that is not in the lexicon."""
        row = self.head_index.column(head)
        start, stop = self.table.indptr[row : row + 2] if row >= 0 else (0, 0)
        if start == stop:
            return {}
        chances = self.table.data[start:stop]
        found = zip(self.table.indices[start:stop].tolist(), (1 / chances.max() * chances).tolist(), strict=True)
        return {self.stems[i]: p for i, p in found if p >= LEAST_RENDERING}

    def coverage(self, text: str) -> float:
        """Share (0 to 1) of the Chinese words of a text that the lexicon can render; 1 where there is no Chinese."""
        words = [word for run in _mixed_runs(text) for word in self.words(run) if _HAN_HEAD.search(word)]
        known = [word for word in words if word in STOP_ZH or word in self.head_index]
        return len(known) / len(words) if words else 1.0

    def learn(self, pairs: Iterable[tuple[str, str]]) -> "Lexicon":
        """Return a lexicon whose table also holds what (Chinese, English) pairs teach.

        IBM model 1 with the dictionary as Dirichlet prior (weight 4, 5 rounds) over the first 200 words of each side,
        then blended with the dictionary: share ½·n/(n+2) of the learned row for a word that was seen n times. The
        lexicon itself is not changed.
        """
        index = {word: i for i, word in enumerate(self.stems)}
        sentences = []
        for chinese, english in pairs:
            source = [self.head_index[w] for w, weight in self.segment(chinese) if weight != INNER_WORD_WEIGHT]
            target = [index.setdefault(w, len(index)) for w in tokenise_en(english)]
            if source and target:
                sentences.append((source[:PAIR_WORDS], target[:PAIR_WORDS]))
        table = sparse.csr_array(
            (self.table.data, self.table.indices, self.table.indptr), shape=(len(self.heads), len(index))
        )
        if sentences:
            table = blend(table, sentences)
        stems = self.stems if len(index) == len(self.stems) else WordTable.of(index)
        return Lexicon(self.heads, stems, table, self.commonness, self.reach)


def _mixed_runs(text: str) -> list[str]:
    """Runs of characters, letters and digits that hold at least one character."""
    # Asked of one pattern, this takes a time that grows with the square of a long Latin word.
    return [run for run in _RUN.findall(normalise(text)) if _HAN_HEAD.search(run)]


def _bucket(pair: str) -> int:
    return zlib.crc32(pair.encode("utf-8", "surrogatepass")) & (REACH_BUCKETS - 1)


def _reach(heads: Sequence[str]) -> NDArray[np.uint8]:
    reach = np.zeros(REACH_BUCKETS, np.uint8)
    pairs = np.array([_bucket(head[:2]) for head in heads], dtype=np.intp)
    np.maximum.at(reach, pairs, np.array([min(len(head), LONGEST_HEADWORD) for head in heads], np.uint8))
    return reach


def _commonness(heads: Sequence[str]) -> np.ndarray:
    known = {head: i for i, head in enumerate(heads)}
    counts = np.zeros(len(heads))
    for head in heads:
        for start in range(len(head)):
            for stop in range(start + 1, len(head) + 1):
                row = known.get(head[start:stop])
                if row is not None:
                    counts[row] += 1
    return counts
