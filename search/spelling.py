"""Slips of a reader: which other spelling of a query finds what the typed one does not.

Only words that the index does not know, or hardly knows, are looked at, and only where the query found little. What
stands in quotes, in digits, or in the dictionary stays as it is. What a query costs is bounded: some words are looked
at, and each has a few candidates.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from matchmaking.engine import text as language
from search.analysis import LONGEST_QUERY, SUFFIXES, Expansion, analyse, without_phrases
from search.engines.base import Kind, SearchQuery
from search.engines.engine import SearchEngine
from search.engines.spelling import nearest, slips_allowed
from search.expansion import term_words
from search.names import name_like

# Words and runs of Chinese characters of one query that are looked at.
MOST_WORDS = 6
MOST_RUNS = 2
# A word that so few documents hold may itself be a slip, where another spelling stands in so many times more.
RARE = 2
TIMES_MORE = 5
_LATIN = re.compile(rf"[^\W_{language.HAN}]+")
_HAN = re.compile(f"[{language.HAN}]{{4,20}}")


@dataclass(frozen=True, slots=True)
class Spelling:
    """A query with some words written otherwise; ``sure``: no document holds any of the words that were changed."""

    text: str
    sure: bool


@dataclass(frozen=True, slots=True)
class _Change:
    start: int
    stop: int
    new: str
    sure: bool


def other_spelling(engine: SearchEngine, kind: Kind, typed: str, expansion: Expansion) -> Spelling | None:
    """The likeliest other spelling of a query that found little, or None.

    Words are compared with public ones only: a search in matches goes by the vocabulary of companies.
    """
    text = typed[:LONGEST_QUERY]
    public: Kind = "company" if kind == "match" else kind
    changes = [*_latin(engine, public, text, expansion), *_han(engine, public, text)]
    kept = [change for change in changes if change.sure] or changes
    if not kept:
        return None
    spelt = text
    for change in sorted(kept, key=lambda one: -one.start):
        spelt = spelt[: change.start] + change.new + spelt[change.stop :]
    return Spelling(spelt, kept[0].sure)


def held(engine: SearchEngine, kind: Kind, word: str) -> int:
    """How many documents hold a word, counted up to one more than ``RARE``."""
    return len(engine.ranked(SearchQuery(kind, analyse(word)), RARE + 1))


def _latin(engine: SearchEngine, kind: Kind, text: str, expansion: Expansion) -> list[_Change]:
    found = list(_doubtful(text, expansion))
    words = list(dict.fromkeys(word for _, _, word in found))[:MOST_WORDS]
    counts = {word: count for word in words if (count := held(engine, kind, word)) <= RARE}
    near = engine.near_words(kind, list(counts)) if counts else {}
    terms = term_words() if 0 in counts.values() else frozenset()
    new = {}
    for word, count in counts.items():
        # What nobody holds may be found by its translation, where the taxonomy has the word.
        listed = near.get(word, {}) if count else dict.fromkeys(terms, 0) | near.get(word, {})
        if better := _better(word, count, listed):
            new[word] = better
    return [
        _Change(start, stop, _written(text[start:stop], new[word]), not counts[word])
        for start, stop, word in found
        if word in new
    ]


def _doubtful(text: str, expansion: Expansion) -> Iterator[tuple[int, int, str]]:
    """(start, stop, word in normal form) of words of letters outside quotes that no dictionary knows."""
    for match in _LATIN.finditer(without_phrases(text)):
        word = language.fold(language.normalise(match.group()))
        says_something = slips_allowed(word) and word not in language.STOP_EN and word not in SUFFIXES
        if says_something and not expansion.knows([word]):
            yield match.start(), match.end(), word


def _better(word: str, count: int, listed: Mapping[str, int]) -> str | None:
    """The likeliest of the words listed that stand in enough documents, for one that stands in ``count``."""
    same = language.stem(word)
    fitting = (other for other, n in nearest(word, listed).items() if n >= TIMES_MORE * count)
    return next((other for other in fitting if language.stem(other) != same), None)


def _written(old: str, new: str) -> str:
    """The new word in capitals where the old one was."""
    if old.isupper():
        return new.upper()
    return new.capitalize() if old[0].isupper() else new


def _han(engine: SearchEngine, kind: Kind, text: str) -> list[_Change]:
    """Chinese names with a wrong character, or one too many or too few."""
    if kind != "company":
        return []
    changes = []
    for match in list(_HAN.finditer(without_phrases(text)))[:MOST_RUNS]:
        name = name_like(engine, match.group())
        if name is not None:
            unknown = any(not held(engine, kind, word) for word in language.query_words(match.group())[:MOST_WORDS])
            changes.append(_Change(match.start(), match.end(), name, unknown))
    return changes
