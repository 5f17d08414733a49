"""One text analysis for every search engine, so that all of them find the same documents.

Documents are turned into tokens here, in Python, and the engines only split at blanks: Han bigrams plus the
last character of each run, and English stems. A query is cut into words; each Chinese word is a phrase of
bigrams (so a two-character piece of a name is found), each English word a stem. The words of a query must
all be found; each of them may be found by its own letters or by a translation.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from matchmaking.engine import text as language
from search.concepts import Alternative, AnalysedQuery, Concept, Term
from search.spoken import as_name, spoken_until

# Longer queries are cut, not refused: nobody reads the results of a query that long.
LONGEST_QUERY = 300
MOST_CONCEPTS = 16
MOST_ALTERNATIVES = 12
LONGEST_SPAN = 6
SEPARATOR = "¦"
# What only says that something is a company; documents keep it, queries need not have it.
_SUFFIX_ZH = re.compile("(?:股份|责任)?有限(?:责任)?公司")
SUFFIXES = frozenset(
    ("pte", "ltd", "limited", "llp", "llc", "inc", "corp", "plc", "sdn", "bhd", "gmbh", "co", "公司", "股份公司")
)
_QUOTED = re.compile('"([^"]{1,200})"|“([^”]{1,200})”|「([^」]{1,200})」')
_PIECE = re.compile(f"[{language.HAN}]+|[a-z]&[a-z](?![a-z])|[a-z0-9]+(?:'[a-z]+)?")


@dataclass(frozen=True)
class Expansion:
    """Groups of wordings that mean the same, in both languages, e.g.

    ``(("污水处理", "wastewater treatment"), …)``.
    """

    groups: tuple[tuple[str, ...], ...] = ()
    _by_key: Mapping[str, tuple[str, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_key: dict[str, dict[str, str]] = {}
        for group in self.groups:
            members = {_key(_pieces(wording)): wording for wording in group}
            members.pop("", None)
            for key in members:
                by_key.setdefault(key, {}).update(members)
        found = {
            key: tuple(wording for other, wording in members.items() if other != key) for key, members in by_key.items()
        }
        object.__setattr__(self, "_by_key", found)

    def others(self, words: Sequence[str]) -> tuple[str, ...]:
        """The other wordings of what these neighbouring words say together, or nothing."""
        return self._by_key.get(_key(words), ())

    def knows(self, words: Sequence[str]) -> bool:
        """Whether these neighbouring words together are a wording of some group."""
        return _key(words) in self._by_key


def analyse(query: str, expansion: Expansion | None = None) -> AnalysedQuery:
    """Turn what a reader typed into concepts, each with its other wordings if an ``expansion`` is given.

    Words in quotes must stand together as they are, and have no other wordings. Operators and brackets mean nothing:
    only words count. English function words and company suffixes are dropped unless nothing else is left.
    """
    # Normalising first would work through a megabyte; normalising a cut text costs at most a broken last
    # word.
    text = language.normalise(query[:LONGEST_QUERY])
    if not text:
        return AnalysedQuery()
    phrases = [phrase for groups in _QUOTED.findall(text) for phrase in groups if phrase.strip()]
    words = _told(_QUOTED.sub(" ", text) if phrases else text)
    quoted = [_quoted(phrase) for phrase in phrases]
    kept = [concept for concept in quoted if concept is not None][:MOST_CONCEPTS]
    concepts = (*kept, *_concepts(words[: MOST_CONCEPTS - len(kept)], expansion or Expansion()))
    name = _SUFFIX_ZH.sub("", " ".join(piece for piece in _pieces(text) if piece not in SUFFIXES))
    whole = _alternative(name) if len(words) > 1 and not phrases else None
    return AnalysedQuery(concepts=concepts, whole=whole, blank=False)


def without_phrases(text: str) -> str:
    """The text with blanks in place of what stands in quotes; every other character keeps its place."""
    return _QUOTED.sub(lambda phrase: " " * len(phrase.group()), text.replace("＂", '"'))


def without_suffix(name: str) -> str:
    """A Chinese name, in normal form, without what only says that it is a company."""
    return _SUFFIX_ZH.sub("", name)


def _told(text: str) -> list[str]:
    """The words of a query that say something; all of them where none does."""
    words = language.query_words(text)
    telling = language.query_words(_SUFFIX_ZH.sub(" ", text))
    return (
        [word for word in telling if word not in language.STOP_EN and word not in SUFFIXES]
        or [word for word in words if word not in language.STOP_EN]
        or words
    )


def _quoted(phrase: str) -> Concept | None:
    """One concept that is found as it stands or not at all."""
    alternative = _alternative(phrase.strip())
    return Concept((alternative,)) if alternative.terms else None


def _concepts(words: Sequence[str], expansion: Expansion) -> tuple[Concept, ...]:
    concepts: dict[tuple[Term, ...], Concept] = {}
    start = 0
    while start < len(words):
        stop = _span(words, start, expansion)
        if stop == start + 1:
            stop = max(stop, spoken_until(words, start, expansion.knows))
        own_words = words[start:stop]
        own = Alternative(_joined(own_words), tuple(term for word in own_words for term in _terms(word)))
        others = (_combined(wording) for wording in expansion.others(own_words))
        named = as_name(own.text, own_words, expansion.knows)
        alternatives = dict.fromkeys([own, *named, *(other for other in others if other.terms)])
        if own.terms:
            concepts.setdefault(own.terms, Concept(tuple(alternatives)[:MOST_ALTERNATIVES]))
        start = stop
    return tuple(concepts.values())


def _span(words: Sequence[str], start: int, expansion: Expansion) -> int:
    """The end of the longest run of words from ``start`` that has other wordings; one word if none has."""
    for stop in range(min(start + LONGEST_SPAN, len(words)), start + 1, -1):
        if expansion.knows(words[start:stop]):
            return stop
    return start + 1


def _alternative(wording: str) -> Alternative:
    return Alternative(wording, tuple(_terms(wording)))


def _combined(wording: str) -> Alternative:
    """A wording from an expansion: words around " + " must all be found, but not beside each other."""
    return Alternative(wording, tuple(term for part in wording.split(" + ") for term in _terms(part)))


def _terms(wording: str) -> Iterator[Term]:
    """One term for each run of Han characters and each run of Latin words of the wording."""
    latin: list[str] = []
    for piece in _pieces(wording):
        if not language.has_han(piece):
            latin.append(language.stem(piece))
            continue
        if latin:
            yield Term(tuple(latin))
            latin = []
        if len(piece) == 1:
            yield Term((piece,), prefix=True)
        else:
            yield Term(tuple(_bigrams(piece)[:-1]))
    if latin:
        yield Term(tuple(latin))


def _pieces(text: str) -> list[str]:
    return _PIECE.findall(language.fold(language.normalise(text)))


def _key(pieces: Iterable[str]) -> str:
    """The form under which wordings are compared: Han characters without gaps, Latin words as stems."""
    return _joined([piece if language.has_han(piece) else language.stem(piece) for piece in pieces])


def _joined(pieces: Sequence[str]) -> str:
    joined = ""
    for piece in pieces:
        gap = " " if joined and not (language.has_han(joined[-1]) and language.has_han(piece)) else ""
        joined += gap + piece
    return joined


def tokens(text: str) -> list[str]:
    """Index tokens of a text in order: bigrams (+ last character) of Han runs, stems of Latin words."""
    found: list[str] = []
    for piece in _pieces(text):
        # A piece is one run of either: its first character tells which.
        if piece[0] > "z":
            found += _bigrams(piece)
        else:
            found.append(language.stem(piece))
    return found


def _bigrams(run: str) -> list[str]:
    """``language.bigrams`` of one run that is in normal form already."""
    return [run[start : start + 2] for start in range(len(run))]


def token_text(texts: Iterable[str]) -> str:
    """The tokens of several texts as one string for an engine that splits at blanks.

    A separator token keeps a phrase from running from one text into the next.
    """
    return f" {SEPARATOR} ".join(filter(None, (" ".join(tokens(text)) for text in texts)))


def storable(text: str) -> str:
    """The text with ``?`` for half characters (lone surrogates), which no index and no request can carry."""
    return text.encode("utf-8", "replace").decode()
