"""Other wordings of what a reader typed, in both languages: 污水处理 also finds "sewage treatment".

The vocabulary comes first; a word that no term covers is looked up in the dictionary.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.db import connection

from directory.models import Term, TermKind
from matchmaking.engine.text import fold, has_han, normalise
from matchmaking.matches.glosses import chinese_of, english_of
from search.analysis import Expansion
from search.engines.spelling import spelt_words

KINDS = (
    TermKind.SECTOR,
    TermKind.SERVICE_TYPE,
    TermKind.PRODUCT_CATEGORY,
    TermKind.CREDENTIAL_SCHEME,
    TermKind.PLACE,
    TermKind.MARKET,
)
TRADES = (TermKind.SECTOR, TermKind.SERVICE_TYPE, TermKind.PRODUCT_CATEGORY)
MOST_RELATED = 4
# Neighbouring words that the dictionary is asked for together, and look-ups for one query: it is a file on disk.
LONGEST_PHRASE = 2
_WORDED = "".join(f", SUM(LENGTH(CAST({column} AS text)))" for column in (
    "label_zh", "label_en", "synonyms_zh", "synonyms_en"))  # fmt: skip
_VERSION = (
    f"SELECT COUNT(id), MAX(id){_WORDED} FROM {Term._meta.db_table} "
    f"WHERE active AND kind IN ({', '.join(['%s'] * len(KINDS))})"
)
MOST_LOOKUPS = 24


@dataclass(frozen=True, slots=True)
class Label:
    """A term's label in both languages, as written and in normal form, and the kind of term."""

    zh: str
    en: str
    key_zh: str
    key_en: str
    kind: str

    @property
    def trade(self) -> bool:
        """Whether it says what a company does."""
        return self.kind in TRADES


class BilingualExpansion(Expansion):
    """The wordings of terms, and behind them the dictionary. Made anew for each query: it counts its look-ups."""

    def __init__(self, terms: Expansion, labels: Sequence[Label]) -> None:
        super().__init__()
        object.__setattr__(self, "_terms", terms)
        object.__setattr__(self, "_labels", labels)
        object.__setattr__(self, "_asked", {})

    def others(self, words: Sequence[str]) -> tuple[str, ...]:
        """See ``Expansion.others``: wordings of terms first, then those of the dictionary.

        A word that is no term stands for the terms whose label holds it: 冷链 for "Cold chain logistics".
        """
        terms: Expansion = self._terms  # type: ignore[attr-defined]
        wordings = terms.others(words) or self._labels_with(words)
        return tuple(dict.fromkeys((*wordings, *self._glosses(words), *self._word_by_word(words))))

    def _labels_with(self, words: Sequence[str]) -> tuple[str, ...]:
        """English labels of what companies do, where the Chinese label holds this one Chinese word."""
        labels: Sequence[Label] = self._labels  # type: ignore[attr-defined]
        if len(words) != 1 or len(words[0]) < 2 or not has_han(words[0]):
            return ()
        return tuple(label.en for label in labels if label.trade and words[0] in label.key_zh)[:MOST_RELATED]

    def _word_by_word(self, words: Sequence[str]) -> Iterator[str]:
        """Two neighbouring words said with other words that need not be neighbours: 食品经销, "food + distribute"."""
        if len(words) == 2 and all(has_han(word) for word in words):
            first, second = (self._glosses([word])[:2] for word in words)
            yield from (f"{one} + {other}" for one in first for other in second)

    def knows(self, words: Sequence[str]) -> bool:
        """See ``Expansion.knows``."""
        terms: Expansion = self._terms  # type: ignore[attr-defined]
        return terms.knows(words) or bool(self._glosses(words))

    def _glosses(self, words: Sequence[str]) -> tuple[str, ...]:
        asked: dict[tuple[str, ...], tuple[str, ...]] = self._asked  # type: ignore[attr-defined]
        key = tuple(words)
        if key not in asked:
            possible = len(words) <= LONGEST_PHRASE and len(asked) < MOST_LOOKUPS
            asked[key] = _looked_up(words) if possible else ()
        return asked[key]


def expansion() -> Expansion:
    """What a query may be expanded with now; the part of the terms is kept until the vocabulary changes."""
    version = term_version()
    return BilingualExpansion(_of_terms(version), term_labels(version))


def expansion_without_terms() -> Expansion:
    """The dictionary alone, where there is no vocabulary to read."""
    return BilingualExpansion(Expansion(), ())


def term_words() -> frozenset[str]:
    """The English words of labels and synonyms that a slip may be mended to."""
    return _words(term_version())


def _looked_up(words: Sequence[str]) -> tuple[str, ...]:
    if all(has_han(word) for word in words):
        joined = "".join(words)
        return english_of(joined) if len(joined) > 1 else ()
    if not any(has_han(word) for word in words):
        return chinese_of(" ".join(words))
    return ()


def term_version() -> tuple[int, ...]:
    """Changes when a term is added, retired or worded differently; one query."""
    # Asked for every query, and putting it together anew took longer than half of the answer of the index.
    with connection.cursor() as cursor:
        cursor.execute(_VERSION, [kind.value for kind in KINDS])
        return tuple(value or 0 for value in cursor.fetchone())


@lru_cache(maxsize=2)
def _of_terms(version: tuple[int, ...]) -> Expansion:
    return Expansion(tuple(_groups(Term.objects.filter(active=True, kind__in=KINDS))))


@lru_cache(maxsize=2)
def term_labels(version: tuple[int, ...]) -> tuple[Label, ...]:
    """The labels of all terms that queries are expanded with."""
    terms = Term.objects.filter(active=True, kind__in=KINDS).values_list("label_zh", "label_en", "kind")
    return tuple(Label(zh, en, fold(normalise(zh)), fold(normalise(en)), kind) for zh, en, kind in terms)


@lru_cache(maxsize=2)
def _words(version: tuple[int, ...]) -> frozenset[str]:
    return frozenset(spelt_words(wording for group in _of_terms(version).groups for wording in group))


def _groups(terms: Iterable[Term]) -> Iterator[tuple[str, ...]]:
    for term in terms:
        # One-letter wordings (渝, 星) would expand every text that holds the character.
        wordings = (term.label_zh, term.label_en, *term.synonyms_zh, *term.synonyms_en)
        yield tuple(wording for wording in wordings if len(wording) > 1)
