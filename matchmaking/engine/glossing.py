"""Chinese → an English gloss, word by word: what an encoder that knows English only is given to read.

A gloss is no translation. Of a word's first six dictionary glosses the one is taken that the learned table, the order
of the dictionary, the vocabulary of the directory and brevity speak for.
"""

import math
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from .dictionary import Entries, glosses
from .lexicon import Lexicon
from .text import HAN, STOP_ZH, has_han, normalise, stem, tokenise_en
from .word_tables import Places, Texts, WordTable

RANK_WEIGHT = 0.3
KNOWN_WEIGHT = 0.6
LENGTH_PENALTY = 0.08  # for each word beyond the second

_PIECE = re.compile(rf"[{HAN}a-z0-9]*[{HAN}][{HAN}a-z0-9]*|[a-z0-9&'.%-]+")


class Gloss(NamedTuple):
    """Three readings of one text: the best gloss of every word, the two best, and the dictionary's first."""

    best: str
    two: str
    first: str


class GlossTable:
    """Word → its glosses, packed: ``starts``, int32 (words + 1), is where those of each word begin.

    Raises ValueError for arrays that do not fit together.
    """

    def __init__(self, words: WordTable, starts: Places, glosses: Texts) -> None:
        if starts.dtype != np.int32 or len(starts) != len(words) + 1 or starts[-1] != len(glosses):
            raise ValueError("the glosses are not those of the words")
        self.words, self.starts, self.glosses = words, starts, glosses

    @classmethod
    def of(cls, entries: Entries) -> "GlossTable":
        """The glosses of every headword that has any."""
        rows = {word: row for word in entries if (row := glosses(word, lambda head: entries.get(head, ())))}
        starts = np.cumsum([0, *map(len, rows.values())]).astype(np.int32)
        return cls(WordTable.of(rows), starts, Texts.of(gloss for row in rows.values() for gloss in row))

    def __getitem__(self, word: str) -> tuple[str, ...]:
        """The glosses of a word, ordinary senses first; empty for an unknown one."""
        place = self.words.find(word)
        return tuple(self.glosses[self.starts[place] : self.starts[place + 1]]) if place >= 0 else ()


class Glosser:
    """Glosses Chinese text. ``is_known`` says whether an English stem occurs in the directory.

    Words without a gloss in the table are glossed by their likeliest stems in the lexicon.
    """

    def __init__(self, lexicon: Lexicon, table: GlossTable, is_known: Callable[[str], bool]) -> None:
        self.lexicon = lexicon
        self.table = table
        self.is_known = is_known
        self._ranked: dict[str, tuple[str, ...]] = {}

    def gloss(self, text: str) -> Gloss:
        """Gloss the Chinese of a text; Latin words stay, function words and unknown characters go."""
        best, first = list[str](), list[str]()
        two: list[str] = []
        for word in self._words(text):
            ranked = self.ranked(word) if has_han(word) else (word, word)
            if ranked:
                best.append(ranked[1])
                two.extend(ranked[1:3])
                first.append(ranked[0])
        return Gloss(" ".join(best), " ".join(two), " ".join(first))

    def ranked(self, word: str) -> tuple[str, ...]:
        """The dictionary's first gloss, then all glosses, best first; empty for a word nothing is known of."""
        if word not in self._ranked:
            self._ranked[word] = self._rank(word)
        return self._ranked[word]

    def _words(self, text: str) -> Iterator[str]:
        for piece in _PIECE.findall(normalise(text)):
            if has_han(piece):
                yield from (word for word in self.lexicon.words(piece) if word not in STOP_ZH)
            else:
                yield piece

    def _rank(self, word: str) -> tuple[str, ...]:
        learned = self.lexicon.renderings(word)
        glosses = self.table[word]
        if not glosses:
            return (max(learned, key=lambda w: (learned[w], w)),) * 2 if learned else ()
        order = sorted(range(len(glosses)), key=lambda i: (-self._worth(glosses[i], i, learned), i))
        return (glosses[0], *(glosses[i] for i in order))

    def _worth(self, gloss: str, rank: int, learned: dict[str, float]) -> float:
        words = tokenise_en(gloss) or [stem(word) for word in gloss.lower().split()]
        probability = sum(learned.get(word, 0.0) for word in words) / len(words)
        known = sum(map(self.is_known, words)) / len(words)
        length = max(0, len(words) - 2)
        return probability + RANK_WEIGHT / math.sqrt(rank + 1) + KNOWN_WEIGHT * known - LENGTH_PENALTY * length
