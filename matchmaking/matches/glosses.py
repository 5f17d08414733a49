"""Single words across the two languages, from CC-CEDICT (CC BY-SA 4.0): what search adds to words that no term covers.

The file is searched as it lies on disk: nothing is loaded, a look-up takes milliseconds, and the words of a process
are remembered.
"""

import mmap
import re
from collections.abc import Iterator
from functools import lru_cache

from matchmaking.engine.dictionary import DATED, Sense, dictionary_path, glosses, in_order, points_to, read_entry
from matchmaking.engine.text import STOP_EN, normalise

MOST_GLOSSES = 6
MOST_READ = 30
LONGEST_GLOSS = 3
_PLAIN = re.compile(r"[A-Za-z][A-Za-z' -]*")


def english_of(chinese: str) -> tuple[str, ...]:
    """What a Chinese word (simplified) is called in English: short glosses, first senses first; empty if unknown."""
    return _english_of(normalise(chinese))


def chinese_of(english: str) -> tuple[str, ...]:
    """Chinese words of two characters or more that have this English word, or few words, as a gloss of their own."""
    return _chinese_of(normalise(english))


@lru_cache(maxsize=1)
def _dictionary() -> mmap.mmap | None:
    """The file, mapped into memory; None where it is not installed."""
    try:
        with dictionary_path().open("rb") as handle:
            return mmap.mmap(handle.fileno(), 0, access=mmap.ACCESS_READ)
    except FileNotFoundError:
        return None


@lru_cache(maxsize=20_000)
def _english_of(word: str) -> tuple[str, ...]:
    if not word:
        return ()
    read = glosses(word, _senses_of, most=MOST_READ, rare=DATED)
    return tuple(dict.fromkeys(" ".join(gloss.lower().split()) for gloss in read if _is_plain(gloss)))[:MOST_GLOSSES]


def _is_plain(gloss: str) -> bool:
    """Whether a reader might type this for the word: few words, and not function words alone."""
    words = gloss.lower().split()
    return bool(_PLAIN.fullmatch(gloss)) and len(words) <= LONGEST_GLOSS and not set(words) <= STOP_EN


def _senses_of(word: str) -> list[Sense]:
    # A word that points to itself, in another spelling, says nothing here.
    return in_order(sense for line in _lines_of(word) for sense in line if points_to(sense[1]) != word)


def _lines_of(word: str) -> Iterator[list[Sense]]:
    dictionary = _dictionary()
    if dictionary is None:
        return
    at = dictionary.find(key := f" {word} [".encode())
    while at >= 0:
        end = dictionary.find(b"\n", at)
        start = dictionary.rfind(b"\n", 0, at) + 1
        entry = read_entry(dictionary[start:end].decode("utf-8", "replace"))
        if entry is not None and entry[0] == word:
            yield entry[1]
        at = dictionary.find(key, end)


def _lines_with(asked: bytes) -> Iterator[bytes]:
    """The lines, in lower case, that hold these bytes: looking for letters is quick, for a pattern it is not."""
    text = _lowered()
    at = text.find(asked)
    while at >= 0:
        start, end = text.rfind(b"\n", 0, at) + 1, text.find(b"\n", at)
        yield text[start : end if end >= 0 else len(text)]
        at = text.find(asked, end) if end >= 0 else -1


@lru_cache(maxsize=1)
def _lowered() -> bytes:
    """The whole file in lower case."""
    dictionary = _dictionary()
    return dictionary[:].lower() if dictionary else b""


@lru_cache(maxsize=20_000)
def _chinese_of(words: str) -> tuple[str, ...]:
    dictionary = _dictionary()
    if dictionary is None or not _PLAIN.fullmatch(words) or len(words.split()) > LONGEST_GLOSS:
        return ()
    asked = words.lower().encode()
    gloss = re.compile(rb"[/;] ?(?:to |a |an |the )?" + re.escape(asked) + rb" ?(?:\([^()/]*\) ?)?(?=[/;])")
    found: dict[str, None] = {}
    for line in _lines_with(asked):
        if gloss.search(line):
            head = normalise(line.decode("utf-8", "replace").split(" ")[1])
            if 2 <= len(head) <= 6:
                found[head] = None
    # Shorter words are the more common ones, and longer ones often contain them.
    return tuple(sorted(found, key=len)[:MOST_GLOSSES])
