"""Chinese names of companies that a reader wrote with a wrong character, or with one too many or too few."""

from collections.abc import Iterable, Iterator

from rapidfuzz.distance import OSA

from directory.models import Company
from matchmaking.engine import text as language
from search.analysis import without_suffix
from search.concepts import Alternative, AnalysedQuery, Concept, Term
from search.engines.base import SearchQuery
from search.engines.engine import SearchEngine
from search.engines.spelling import TWO_SLIPS_FROM

SHORTEST = 4
MOST_NAMES = 30


def name_like(engine: SearchEngine, run: str) -> str | None:
    """The part of a visible company's name that a run of Chinese characters nearly is; None for none, or if it is one.

    The index names those that share most pairs of characters; the database says whose names may be told.
    """
    asked = without_suffix(language.normalise(run))
    if len(asked) < SHORTEST:
        return None
    pairs = tuple(_concept(pair) for pair in dict.fromkeys(language.bigrams(asked)[:-1]))
    query = SearchQuery("company", AnalysedQuery(pairs, blank=False), match="any")
    ids = [one.id for one in engine.ranked(query, MOST_NAMES)]
    rows = Company.objects.visible().filter(pk__in=ids).order_by("pk").values_list("legal_name_zh", "short_name_zh")
    return nearest_part(asked, [without_suffix(language.normalise(name)) for row in rows for name in row if name])


def nearest_part(asked: str, names: Iterable[str]) -> str | None:
    """The part of one of the names that differs least from what was asked; None where one holds it as it is."""
    allowed = 2 if len(asked) >= TWO_SLIPS_FROM else 1
    best: tuple[int, bool, bool, int, str] | None = None
    for part in (part for name in names for part in _parts(name, len(asked), allowed)):
        slips = OSA.distance(asked, part, score_cutoff=allowed)
        if not slips:
            return None
        if slips <= allowed:
            key = (slips, part[0] != asked[0], part[-1] != asked[-1], abs(len(part) - len(asked)), part)
            best = key if best is None else min(best, key)
    return best[-1] if best else None


def _parts(name: str, length: int, allowed: int) -> Iterator[str]:
    """All parts of a name that are about so long."""
    for size in range(max(1, length - allowed), length + allowed + 1):
        yield from (name[start : start + size] for start in range(len(name) - size + 1))


def _concept(pair: str) -> Concept:
    return Concept((Alternative(pair, (Term((pair,)),)),))
