"""Single words across the two languages, from CC-CEDICT (CC BY-SA 4.0): what search adds to words that no term covers.

The file is searched as it lies on disk: nothing is loaded, a look-up takes milliseconds, and the words of a process
are remembered.
"""

import mmap
import re
from functools import lru_cache

from matchmaking.engine.dictionary import dictionary_path
from matchmaking.engine.text import STOP_EN, normalise

MOST_GLOSSES = 6
LONGEST_GLOSS = 3
_ASIDE = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_NO_MEANING = re.compile(
    r"^(?:CL:|Taiwan pr|pr\. |(?:surname|used in|also|variant|old variant|see|abbr|same as|fig|lit|classifier)\b)"
    r"|\((?:old|archaic|slang|dialect|vulgar|literary|bound form)\b"
)
_LEADING = re.compile(r"^(?:to be|to|a|an|the)\s+")
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
    dictionary = _dictionary()
    if dictionary is None or not word:
        return ()
    key, found = f" {word} [".encode(), dict[str, None]()
    at = dictionary.find(key)
    while at >= 0:
        end = dictionary.find(b"\n", at)
        found |= dict.fromkeys(_glosses(dictionary[at:end].decode("utf-8", "replace")))
        at = dictionary.find(key, end)
    return tuple(found)[:MOST_GLOSSES]


def _glosses(entry: str) -> list[str]:
    """Usable glosses of the rest of a line: `` word [pin1 yin1] /gloss; gloss/gloss/``."""
    spoken, _, senses = entry.partition("] /")
    if spoken.partition("[")[2][:1].isupper():
        # Names of persons and places: what they are called is not what they mean.
        senses = senses.partition("/")[0]
    glosses = []
    for sense in senses.replace("/", ";").split(";"):
        if _NO_MEANING.search(sense.strip()):
            continue
        gloss = _LEADING.sub("", _ASIDE.sub(" ", sense).strip()).strip()
        words = gloss.lower().split()
        if _PLAIN.fullmatch(gloss) and len(words) <= LONGEST_GLOSS and not set(words) <= STOP_EN:
            glosses.append(" ".join(words))
    return glosses


@lru_cache(maxsize=20_000)
def _chinese_of(words: str) -> tuple[str, ...]:
    dictionary = _dictionary()
    if dictionary is None or not _PLAIN.fullmatch(words) or len(words.split()) > LONGEST_GLOSS:
        return ()
    gloss = re.compile(
        rb"[/;] ?(?:to |a |an |the )?" + re.escape(words.encode()) + rb" ?(?:\([^()/]*\) ?)?(?=[/;])", re.I
    )
    found: dict[str, None] = {}
    for match in gloss.finditer(dictionary):
        start = dictionary.rfind(b"\n", 0, match.start()) + 1
        head = normalise(dictionary[start : match.start()].decode("utf-8", "replace").split(" ")[1])
        if 2 <= len(head) <= 6:
            found[head] = None
    # Shorter words are the more common ones, and longer ones often contain them.
    return tuple(sorted(found, key=len)[:MOST_GLOSSES])
