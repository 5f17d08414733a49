"""From what was typed to an answer of an engine: words, other wordings, meaning, and both rankings made into one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from search.analysis import Expansion, analyse
from search.concepts import AnalysedQuery
from search.engines.base import LARGEST_HEAD, Kind, Ranked, SearchQuery, Sort
from search.engines.engine import SearchEngine
from search.fusion import MOST_ADDED, fused
from search.reading import ReadQuery, TextReader, Weighed

# Places of each ranking that are fused; together with what is added they fit into a head.
DEPTH = 100
# Less than this is what any document has in common with any query.
LEAST_SCORE = 0.05
# Who lacks words of the query must tell more than chance, or half of it beside results that hold them all.
ALONE, BESIDE_WORDS = 1.0, 0.5
# What is longer says no more to an encoder.
LONGEST_READ = 2000

assert DEPTH + MOST_ADDED <= LARGEST_HEAD


@dataclass(frozen=True)
class Asked:
    """A query in both forms; ``read`` is None where there is no model, no encoder, or nothing to read."""

    text: AnalysedQuery
    read: ReadQuery | None = None


def ask(typed: str, expansion: Expansion | None = None, reader: TextReader | None = None) -> Asked:
    """Take a query apart, and read it where there is a reader."""
    analysed = analyse(typed, expansion)
    return Asked(analysed, reader.query(typed[:LONGEST_READ]) if reader and analysed.concepts else None)


def by_meaning(kind: Kind, sort: Sort) -> bool:
    """Whether meaning has a say in an answer: where it does not, a query need not be read."""
    return sort is Sort.RELEVANCE and kind != "match"


def headed(engine: SearchEngine, query: SearchQuery, read: ReadQuery | None) -> SearchQuery:
    """The query with what comes first in its answer; only where the order is by relevance.

    The head depends on text, owners and filters, never on chosen facets or the page: facets narrow one and the same
    set, and pages follow each other.
    """
    if read is None or not by_meaning(query.kind, query.sort):
        return query
    by_words, nearest = engine.rankings(query, read.meaning, DEPTH)
    weighed = read.weighed(nearest)
    least = BESIDE_WORDS if by_words else ALONE
    answering = frozenset(telling(nearest, weighed, least))
    return replace(query, head=fused(by_words, by_both(nearest, weighed), answering))


def telling(nearest: Sequence[Ranked], weighed: Sequence[Weighed], least: float = ALONE) -> list[str]:
    """Ids of those that tell more than chance, or than ``least`` of it: to any text somebody is the nearest."""
    return [one.id for one, each in zip(nearest, weighed, strict=True) if each.told > least]


def by_both(found: Sequence[Ranked], weighed: Sequence[Weighed]) -> list[Ranked]:
    """The ranking by meaning: the nearest vectors, put in order by words and meaning together."""
    order = sorted(zip(weighed, found, strict=True), key=lambda pair: (-pair[0].score, pair[1].id))
    return [replace(one, score=each.score, words=b"") for each, one in order if each.score >= LEAST_SCORE]
