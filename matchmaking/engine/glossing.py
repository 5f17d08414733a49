"""Chinese → an English gloss, word by word: what an encoder that knows English only is given to read.

A gloss is no translation. Of a word's first six dictionary glosses the one is taken that the learned table, the order
of the dictionary, the vocabulary of the directory and brevity speak for.
"""

import math
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import NamedTuple

from .lexicon import BRACKETS, NOISE, POINTER, PROPER_NAME_WEIGHT, RARE, Entries, Lexicon, dictionary_path, read_entries
from .text import HAN, STOP_ZH, has_han, normalise, stem, tokenise_en

MOST_GLOSSES = 6
RANK_WEIGHT = 0.3
KNOWN_WEIGHT = 0.6
LENGTH_PENALTY = 0.08  # for each word beyond the second

_LEADING = re.compile(r"^\s*(?:to be|to|a|an|the)\s+")
_LETTER = re.compile("[a-zA-Z]")
_PIECE = re.compile(rf"[{HAN}a-z0-9]*[{HAN}][{HAN}a-z0-9]*|[a-z0-9&'.%-]+")


class Gloss(NamedTuple):
    """Three readings of one text: the best gloss of every word, the two best, and the dictionary's first."""

    best: str
    two: str
    first: str


class Glosser:
    """Glosses Chinese text. ``is_known`` says whether an English stem occurs in the directory.

    Reads the installed dictionary at the first word (about a second); without it, words are glossed by their likeliest
    stems in the lexicon.
    """

    def __init__(self, lexicon: Lexicon, is_known: Callable[[str], bool]) -> None:
        self.lexicon = lexicon
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
        glosses = dictionary_glosses(word)
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


@lru_cache(maxsize=50_000)
def dictionary_glosses(word: str, depth: int = 2) -> tuple[str, ...]:
    """Up to six cleaned glosses of a headword, ordinary senses first; "variant of" and the like are followed."""
    found: dict[str, None] = {}
    for weight, sense in _entries().get(word, ()):
        sense = sense.strip()
        if not sense or NOISE.match(sense) or RARE.search(sense):
            continue
        pointer = POINTER.search(sense)
        if pointer and pointer[1] != word and depth:
            found |= dict.fromkeys(dictionary_glosses(pointer[1], depth - 1))
        else:
            # After the comma a proper name is only described.
            gloss = _cleaned(sense.split(",")[0] if weight <= PROPER_NAME_WEIGHT else sense)
            if _LETTER.search(gloss):
                found[gloss] = None
        if len(found) >= MOST_GLOSSES:
            break
    return tuple(found)[:MOST_GLOSSES]


@lru_cache(maxsize=1)
def _entries() -> Entries:
    try:
        return read_entries(dictionary_path())
    except FileNotFoundError:
        return {}


def _cleaned(sense: str) -> str:
    for _ in range(2):
        sense = BRACKETS.sub(" ", sense)
    sense = _LEADING.sub("", re.sub(rf"[{HAN}|]+", " ", sense).strip())
    return re.sub(r"\s+", " ", sense).strip(" ,;.-")
