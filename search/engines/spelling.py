"""Which indexed words a mistyped one may stand for, decided in the same way whichever engine names the candidates.

Thresholds as products with typo tolerance have them (Algolia, Meilisearch): one slip from four letters on, two from
eight on, and the first letter is right or has changed places with the second. A slip is a letter too many, missing or
wrong, or two neighbours exchanged (optimal string alignment distance). Who writes a name by ear writes two letters
otherwise in a shorter word too: from six on, where both words have the same consonants as they sound.
"""

import re
from collections.abc import Iterable, Mapping

from rapidfuzz import process
from rapidfuzz.distance import OSA

from matchmaking.engine.text import STOP_EN, latin_words

TWO_SLIPS_FROM = 8
TWO_BY_EAR_FROM = 6
# Words with digits in them are numbers of something: nothing is near to them.
SPELT = re.compile(r"[a-z]{4,30}")
MOST_NEAR = 5
# Letters that sound like another, after Metaphone (Philips 1990); vowels, and what is silent beside them, come and go.
_SOUNDS = tuple((re.compile(written), sound) for written, sound in (
    ("ph", "f"), ("c(?=[eiy])", "s"), ("c?k|q|c", "k"), ("x", "ks"), ("z", "s"), ("(?<!^)[aeiouwyh]", ""),
    (r"(.)\1+", r"\1"),
))  # fmt: skip


def spelt_words(texts: Iterable[str]) -> list[str]:
    """The words of texts that a slip may be mended to, as they are written, in order of letters."""
    return sorted({
        word for text in texts for word in latin_words(text) if SPELT.fullmatch(word) and word not in STOP_EN
    })  # fmt: skip


def slips_allowed(word: str) -> int:
    """How many slips a word may hold at most; none for a word that is no word of letters or too short."""
    if not SPELT.fullmatch(word):
        return 0
    return 2 if len(word) >= TWO_BY_EAR_FROM else 1


def by_ear(word: str) -> str:
    """The consonants of a word as they sound, and its first letter.

    >>> by_ear("kestwin"), by_ear("kestwyne")
    ('kstn', 'kstn')
    """
    for written, sound in _SOUNDS:
        word = written.sub(sound, word)
    return word


def starts(word: str) -> tuple[str, str]:
    """The beginnings of words that it may stand for: its first letter, or its first two exchanged."""
    return word[0], word[1::-1]


def near(word: str, candidates: Iterable[str]) -> dict[str, int]:
    """Of ``candidates``, those a word may stand for → slips between them, never the word itself."""
    allowed = slips_allowed(word)
    if not allowed:
        return {}
    fitting = [other for other in candidates if other != word and other.startswith(starts(word))]
    found = process.extract(word, fitting, scorer=OSA.distance, score_cutoff=allowed, limit=None)
    freely = len(word) >= TWO_SLIPS_FROM
    return {other: int(slips) for other, slips, _ in found if slips == 1 or freely or by_ear(other) == by_ear(word)}


def nearest(word: str, counts: Mapping[str, int]) -> dict[str, int]:
    """The best few of words with their numbers of documents: fewest slips first, then most documents."""
    slips = near(word, counts)
    order = sorted(slips, key=lambda other: (slips[other], -counts[other], other))
    return {other: counts[other] for other in order[:MOST_NEAR]}
