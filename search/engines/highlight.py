"""Shows where a query was found, in the original text, the same for every engine.

Text is compared in normal form but marked as written: a query in simplified characters marks traditional
ones.
"""

import html
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from matchmaking.engine import text as language
from search.concepts import AnalysedQuery, Term

LONGEST_SNIPPET = 160
_WORD = re.compile(rf"[{language.HAN}]+|[^\W_{language.HAN}]+(?:['’&][^\W_{language.HAN}]+)*")
# Beside plain letters and characters, only punctuation in full width that means nothing here.
_UNUSUAL = re.compile(
    "[^\x00-\x7f\u00b7\u2010-\u2027\u3000-\u3020\u4e00-\u9fff\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65]"
)
Span = tuple[int, int]
Token = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class _Read:
    """A text taken apart: its tokens in order, and at which of them each normal form stands."""

    tokens: list[Token]
    places: Mapping[str, list[int]]

    @classmethod
    def of(cls, text: str) -> "_Read":
        tokens, places = list(_tokens(text)), defaultdict[str, list[int]](list)
        for place, (form, _, _) in enumerate(tokens):
            places[form].append(place)
        return cls(tokens, places)


class Marker:
    """What a query is looked for by in texts: made once for all documents of an answer."""

    def __init__(self, query: AnalysedQuery) -> None:
        alternatives = [alternative for concept in query.concepts for alternative in concept.alternatives]
        self.wordings = [alternative.text for alternative in alternatives]
        self._sought = [[_units(term) for term in alternative.terms] for alternative in alternatives]
        units = {units for terms in self._sought for units in terms}
        self._hints = {tuple(unit[: max(1, len(unit) - 2)] for unit in one) for one in units}

    def marks(self, fields: Mapping[str, str]) -> "Marks":
        """What is found in the fields of a document."""
        return Marks(self, fields)

    def spans(self, text: str) -> list[list[Span]]:
        """Where each wording stands in a text; empty where none does."""
        if not _may_hold(text, self._hints):
            return []
        read = _Read.of(text)
        found = [[span for units in terms for span in _occurrences(units, read)] for terms in self._sought]
        return found if any(found) else []


class Marks(Mapping[str, str]):
    """Safe HTML by field name, with ``<mark>`` around what was found; fields in which nothing was are not in it.

    Long fields are cut to about 160 characters. A field is taken apart when it is asked for: a page shows three or
    four of twenty.
    """

    def __init__(self, marker: Marker, fields: Mapping[str, str]) -> None:
        self._marker, self._fields = marker, fields
        self._spans: dict[str, list[list[Span]]] = {}

    def __getitem__(self, name: str) -> str:
        if not (spans := self._spans_in(name)):
            raise KeyError(name)
        return _snippet(self._fields[name], _merged([span for found in spans for span in found]))

    def __iter__(self) -> Iterator[str]:
        return (name for name in self._fields if self._spans_in(name))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __repr__(self) -> str:
        return f"Marks({dict(self)})"

    @property
    def matched(self) -> tuple[str, ...]:
        """The wordings that were found in any field."""
        found = [spans for name in self._fields if (spans := self._spans_in(name))]
        wordings = enumerate(self._marker.wordings)
        return tuple(dict.fromkeys(wording for place, wording in wordings if any(spans[place] for spans in found)))

    def _spans_in(self, name: str) -> list[list[Span]]:
        if name not in self._spans:
            self._spans[name] = self._marker.spans(self._fields.get(name, ""))
        return self._spans[name]


def _may_hold(text: str, hints: Iterable[tuple[str, ...]]) -> bool:
    """Whether a text is worth taking apart: most fields hold no letter of what is sought.

    ``hints``: beginnings that every form of the words has; a stem changes its last two letters at most.
    """
    if not _is_plain(text):
        return True
    lowered = text.lower()
    # Written out, since it is asked for every field and hint: generators took longer than the looking.
    for parts in hints:
        for part in parts:
            if part not in lowered:
                break
        else:
            return True
    return False


def _is_plain(text: str) -> bool:
    """Whether letters and characters of a text are in normal form throughout: looking once saves looking at each."""
    return text.isascii() or (not _UNUSUAL.search(text) and _traditional().isdisjoint(text))


@lru_cache(maxsize=1)
def _traditional() -> frozenset[str]:
    """The characters that are written otherwise in simplified texts."""
    every = [chr(number) for number in range(0x4E00, 0xA000)]
    return frozenset(c for c, other in zip(every, language.simplified(every), strict=True) if c != other)


def _tokens(text: str) -> Iterator[Token]:
    """(normal form, start, end) of each Han character and each other word."""
    plain = _is_plain(text)
    for match in _WORD.finditer(text):
        start, end, written = match.start(), match.end(), match.group()
        if language.has_han(written):
            yield from _han_tokens(written, start, plain=plain)
        else:
            words = language.plain_words(written.lower()) if written.isascii() else language.latin_words(written)
            for word in words:
                yield language.stem(word), start, end


def _han_tokens(run: str, start: int, *, plain: bool) -> Iterator[Token]:
    """The characters of a run of Han characters that begins at ``start``, each in its normal form within the run."""
    normal = run if plain else language.normalise(run)
    # Conversion keeps lengths nearly always; where it does not, characters are converted one at a time.
    pairs = normal if len(normal) == len(run) else [language.normalise(character) for character in run]
    for offset, character in enumerate(pairs):
        yield character, start + offset, start + offset + 1


def _units(term: Term) -> tuple[str, ...]:
    """The characters or stems of a term, from its bigrams."""
    if term.prefix or not language.has_han(term.tokens[0]):
        return term.tokens
    return (*(bigram[0] for bigram in term.tokens), term.tokens[-1][-1])


def _occurrences(units: Sequence[str], read: _Read) -> Iterator[Span]:
    for first in read.places.get(units[0], ()):
        last = first + len(units) - 1
        if last < len(read.tokens) and all(read.tokens[first + i][0] == unit for i, unit in enumerate(units)):
            yield read.tokens[first][1], read.tokens[last][2]


def _merged(spans: list[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _snippet(text: str, spans: Sequence[Span]) -> str:
    start, end = 0, len(text)
    if len(text) > LONGEST_SNIPPET:
        start = max(0, spans[0][0] - LONGEST_SNIPPET // 4)
        end = min(len(text), start + LONGEST_SNIPPET)
        # A Latin word is not cut in two.
        while start > 0 and text[start - 1].isascii() and text[start - 1].isalnum() and text[start].isalnum():
            start -= 1
    parts = ["…" if start else ""]
    position = start
    for begin, stop in spans:
        if begin >= start and stop <= end:
            parts += [html.escape(text[position:begin]), "<mark>", html.escape(text[begin:stop]), "</mark>"]
            position = stop
    return "".join([*parts, html.escape(text[position:end]), "…" if end < len(text) else ""])
