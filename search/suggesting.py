"""What is offered while somebody types: services, products, places and names that begin so, in either language."""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import gettext

from directory.models import Company, TermKind
from search.expansion import TRADES, Label, term_labels, term_version
from search.index import search_engine
from search.naming import suggest_keys, suggest_prefix

MOST = 8
MOST_TERMS = 4
# Entries of the list of beginnings that are looked at; one letter begins many.
MOST_KEYS = 400


@dataclass(frozen=True, slots=True)
class Suggested:
    """A text to search for; ``group``: what it is, in the reader's language."""

    text: str
    group: str


def suggested(typed: str) -> list[Suggested]:
    """Labels of terms and names of visible companies with a word, its pinyin or initials beginning as typed.

    Raises ``EngineUnavailableError`` where search does not answer.
    """
    named = [Suggested(name, gettext("Company")) for name in _names(typed)]
    offered = [Suggested(text, _group(kind)) for text, kind in _terms(suggest_prefix(typed))]
    return list({one.text: one for one in (*offered[:MOST_TERMS], *named)}.values())[:MOST]


def _names(typed: str) -> list[str]:
    """Names that the index proposes, of companies that are visible at this moment."""
    proposed = search_engine().suggest("company", typed, MOST)
    ids = [one.id for one in proposed]
    visible = {str(pk) for pk in Company.objects.visible().filter(pk__in=ids).values_list("pk", flat=True)}
    return [one.text for one in proposed if one.id in visible]


def _terms(prefix: str) -> Iterable[tuple[str, str]]:
    """(label, kind) of terms: what begins as typed first, trades before places, short labels before long ones."""
    if not prefix:
        return []
    keys = _keys(term_version())
    at = bisect_left(keys, (prefix,))
    fitting = {(text, kind) for key, text, kind in keys[at : at + MOST_KEYS] if key.startswith(prefix)}
    return sorted(fitting, key=lambda one: (
        not suggest_prefix(one[0]).startswith(prefix), one[1] not in TRADES, len(one[0]), one[0],
    ))  # fmt: skip


@lru_cache(maxsize=2)
def _keys(version: tuple[int, ...]) -> list[tuple[str, str, str]]:
    """(beginning, label, kind) in order, of all labels in both languages."""
    return sorted(
        (key, text, label.kind)
        for label in term_labels(version)
        for text in _texts(label)
        for key in suggest_keys(text)
    )  # fmt: skip


def _texts(label: Label) -> tuple[str, ...]:
    return tuple(text for text in (label.zh, label.en) if text)


def _group(kind: str) -> str:
    return {
        TermKind.SECTOR: gettext("Sector"), TermKind.SERVICE_TYPE: gettext("Service"),
        TermKind.PRODUCT_CATEGORY: gettext("Product category"), TermKind.CREDENTIAL_SCHEME: gettext("Credential"),
        TermKind.PLACE: gettext("Place"), TermKind.MARKET: gettext("Market"),
    }[TermKind(kind)]  # fmt: skip
