"""Ways on from a question that finds nothing: what to drop, and which services and trades are near to its words."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from directory.models import Term
from matchmaking.engine import text as language
from search.analysis import LONGEST_QUERY
from search.asking import telling
from search.cards import CompanyCard
from search.documents import SCHEMAS
from search.engines.base import SearchQuery
from search.engines.spelling import near
from search.facets import KINDS
from search.forms import Question
from search.index import search_engine
from search.meaning import reader
from search.permissions import match_policy
from search.queries import Answer, total_of
from search.rows import Row, loader

MOST_TRIES = 8
MOST_NEAR = 8
# Groups whose values say what companies do or want, and documents nearest in meaning whose values are named.
GROUPS = ("service", "category", "sector")
NEAREST = 20
# Less than this share of its words makes a term no near one.
LEAST_LIKENESS = 0.3


@dataclass(frozen=True, slots=True)
class WayOut:
    """A question with one condition less and what it finds: without a word (``group`` ``"q"``; all words where
    ``word`` is empty), or without what is chosen in a group (in all groups where ``group`` is empty).
    """

    group: str
    word: str
    total: int
    question: Question


@dataclass(frozen=True, slots=True)
class NearTerm:
    """A value of a group, how many results have it, and whether it is near to the query or merely frequent."""

    group: str
    code: str
    total: int
    near: bool


def ways_out(given: Answer, user: Any) -> list[WayOut]:
    """Of an answer without results: what to drop, and how many results that gives, most first."""
    policy = match_policy(given.question.kind, user)
    found = [
        WayOut(group, word, total, without)
        for group, word, without in [*_tries(given)][:MOST_TRIES]
        if without.narrowed and (total := total_of(without, policy))
    ]
    return sorted(found, key=lambda way: -way.total)


def _tries(given: Answer) -> Iterator[tuple[str, str, Question]]:
    """(group, word, question without it): single filters, all filters, all words, single words."""
    question = given.asked
    for group in question.facets:
        rest = {name: values for name, values in question.facets.items() if name != group}
        yield group, "", replace(question, facets=rest, page=1)
    if len(question.facets) > 1:
        yield "", "", replace(question, facets={}, page=1)
    words = [concept.own for concept in given.analysed.concepts]
    if words and question.facets:
        yield "q", "", question.respelling("")
    for word in words if len(words) > 1 else ():
        yield "q", word, question.respelling(" ".join(other for other in words if other != word))


def near_terms(given: Answer, user: Any) -> list[NearTerm]:
    """Services, product categories and sectors near to a query without results, by spelling, then by meaning.

    Where none is near, the most frequent: there is always a way on, unless nothing at all may be found.
    """
    question, policy = given.asked, match_policy(given.question.kind, user)
    if policy and not policy.owners:
        return []
    everything = SearchQuery(question.kind, owners=policy.owners if policy else (), size=1)
    groups = [group for group in GROUPS if group in SCHEMAS[question.kind].facets]
    facets = search_engine().search(everything).facets
    counts = {(group, code): total for group in groups for code, total in facets.get(group, {}).items()}
    named = dict.fromkeys((*_alike(question.text, counts), *_meant(question, everything)))
    close = [NearTerm(*key, counts[key], near=True) for key in named if key in counts]
    if close:
        return close[:MOST_NEAR]
    usual = sorted(counts, key=lambda key: (groups.index(key[0]), -counts[key], key[1]))
    return [NearTerm(*key, counts[key], near=False) for key in usual[:MOST_NEAR]]


def _alike(text: str, counts: Mapping[tuple[str, str], int]) -> list[tuple[str, str]]:
    """Values one of whose wordings shares words, or words nearly written so, with a text; the likest first."""
    asked = _pieces([text[:LONGEST_QUERY]])
    wordings = _wordings(counts)
    written = {piece for several in wordings.values() for wording in several for piece in wording}
    meant = {piece: {piece, *near(piece, written)} for piece in asked}
    scores = {
        key: max((_likeness(meant, wording) for wording in several), default=0.0) for key, several in wordings.items()
    }
    alike = (key for key in scores if scores[key] >= LEAST_LIKENESS)
    return sorted(alike, key=lambda key: (-scores[key], -counts[key], key))


def _wordings(keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], list[set[str]]]:
    """The pieces of every label and synonym of these values, in both languages."""
    groups = {str(kind): group for group, kind in KINDS.items()}
    wanted = set(keys)
    rows = Term.objects.filter(code__in={code for _, code in wanted}, kind__in=[KINDS[group] for group in GROUPS])
    found = {}
    for kind, code, zh, en, more_zh, more_en in rows.values_list(
        "kind", "code", "label_zh", "label_en", "synonyms_zh", "synonyms_en"
    ):
        if (groups[kind], code) in wanted:
            found[groups[kind], code] = [_pieces([wording]) for wording in (zh, en, *more_zh, *more_en)]
    return found


def _pieces(texts: Iterable[str]) -> set[str]:
    """Pairs of Chinese characters, and English words as they are written."""
    found: set[str] = set()
    for text in texts:
        found |= {pair for pair in language.bigrams(language.normalise(text)) if len(pair) == 2}
        found |= {word for word in language.latin_words(text) if word not in language.STOP_EN}
    return found


def _likeness(meant: Mapping[str, set[str]], wording: set[str]) -> float:
    """Twice what both share by all that both hold, 0 to 1."""
    shared = sum(1 for pieces in meant.values() if pieces & wording)
    return 2 * shared / (len(meant) + len(wording)) if shared else 0.0


def _meant(question: Question, everything: SearchQuery) -> list[tuple[str, str]]:
    """What those offer or want that are near in meaning, most often first; nothing where no encoder is in force."""
    current = reader() if SCHEMAS[question.kind].meaning and question.text.strip() else None
    read = current.query(question.text[:LONGEST_QUERY]) if current else None
    if read is None:
        return []
    nearest = search_engine().nearest(everything, read.meaning, NEAREST)
    ids = telling(nearest, read.weighed(nearest))
    rows = loader(question.kind, None)(ids)
    held = Counter(key for id in ids if id in rows for key in _values(rows[id]))
    return [key for key, _ in held.most_common()]


def _values(row: Row) -> list[tuple[str, str]]:
    """(group, code) of what a company offers, or a need asks for."""
    if isinstance(row, CompanyCard):
        return [("service", service.code) for service in row.services]
    services = [("service", term.code) for term in row.service_types.all()]
    return services + [("category", term.code) for term in row.product_categories.all()]
