"""What a reader asks for, read from the address: every value is one of a list, or the request is refused."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from django.http import QueryDict

from search.analysis import LONGEST_QUERY
from search.documents import SCHEMAS
from search.engines.base import DEEPEST_HIT, Kind, Sort

LONGEST_INPUT = 10_000
PAGE_SIZE = 20
MOST_VALUES = 30
LONGEST_VALUE = 80
COMPARED_AT_MOST = 4
SORTS: dict[Kind, tuple[Sort, ...]] = {
    "company": (Sort.RELEVANCE, Sort.VERIFIED, Sort.UPDATED, Sort.NAME),
    "need": (Sort.RELEVANCE, Sort.UPDATED, Sort.NAME),
    "match": (Sort.RELEVANCE, Sort.UPDATED, Sort.NAME),
}
# The page that answers each kind of question, by name.
PAGES: dict[Kind, str] = {"company": "search:find", "need": "search:needs", "match": "search:matches"}
# Nobody answers within so many days yet: the group has no values in any document.
WITHOUT_VALUES = ("answer",)
# What interfaces of search servers are usually asked with; here it would do nothing, and saying so is more honest.
FOREIGN = frozenset({"size", "facet", "facets", "fields", "filter", "filters", "limit", "offset", "from", "order_by"})


class BadQuestionError(ValueError):
    """A parameter holds what is not on its list; named for the answer, never quoted."""


@dataclass(frozen=True, slots=True)
class Question:
    """One search as the address holds it. ``facets``: chosen values by group; ``picked``: slugs to compare."""

    kind: Kind
    text: str = ""
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: Sort = Sort.RELEVANCE
    page: int = 1
    expand: bool = True
    respell: bool = True
    picked: tuple[str, ...] = ()

    @property
    def cut(self) -> bool:
        """Whether only the beginning of the text is searched for."""
        return len(self.text) > LONGEST_QUERY

    @property
    def narrowed(self) -> bool:
        """Whether the reader asks for less than everything."""
        return bool(self.text.strip() or self.facets)

    def respelling(self, text: str) -> "Question":
        """The same question with its words written otherwise, from the first page on."""
        return replace(self, text=text, page=1)

    def pairs(self, *, without: tuple[str, ...] = ()) -> list[tuple[str, str]]:
        """The question as (name, value) pairs for an address or hidden fields, defaults and page left out."""
        pairs = [("q", self.text)] if self.text else []
        pairs += [(group, value) for group, values in self.facets.items() for value in values]
        pairs += [("sort", self.sort.value)] if self.sort is not Sort.RELEVANCE else []
        pairs += [] if self.expand else [("expand", "0")]
        pairs += [] if self.respell else [("respell", "0")]
        pairs += [("c", slug) for slug in self.picked]
        return [(name, value) for name, value in pairs if name not in without]

    def address(self, *, add: tuple[str, str] | None = None, drop: tuple[str, str | None] | None = None) -> str:
        """The query string of this question with one pair more or less; ``drop`` with None drops a whole name."""
        pairs = self.pairs()
        if drop is not None:
            pairs = [(name, value) for name, value in pairs if name != drop[0] or drop[1] not in (None, value)]
        query = QueryDict(mutable=True)
        for name, value in [*pairs, *([add] if add else [])]:
            query.appendlist(name, value)
        return f"?{query.urlencode()}"


def read_question(kind: Kind, query: QueryDict) -> Question:
    """Read a question; raises :class:`BadQuestionError` for what no page of ours ever writes into an address."""
    if any(name in FOREIGN or "[" in name for name in query):
        raise BadQuestionError("there is no such parameter")
    text = query.get("q", "")
    if len(text) > LONGEST_INPUT:
        raise BadQuestionError("q")
    return Question(
        kind=kind, text=text, facets=_facets(kind, query), sort=_sort(kind, query.get("sort", "")),
        page=_page(query.get("page", "1")), expand=query.get("expand") != "0", respell=query.get("respell") != "0",
        picked=_picked(kind, query),
    )  # fmt: skip


def facet_groups(kind: Kind) -> tuple[str, ...]:
    """Groups in which values may be chosen."""
    return tuple(group for group in SCHEMAS[kind].facets if group not in WITHOUT_VALUES)


def _facets(kind: Kind, query: QueryDict) -> dict[str, tuple[str, ...]]:
    found = {}
    for group in facet_groups(kind):
        values = tuple(dict.fromkeys(value for value in query.getlist(group) if value))
        if len(values) > MOST_VALUES or any(len(value) > LONGEST_VALUE for value in values):
            raise BadQuestionError(group)
        if values:
            found[group] = values
    return found


def _sort(kind: Kind, value: str) -> Sort:
    if not value:
        return Sort.RELEVANCE
    known = {sort.value: sort for sort in SORTS[kind]}
    if value not in known:
        raise BadQuestionError("sort")
    return known[value]


def _page(value: str) -> int:
    """A page number within reach; what is no number is refused, what is too far is for the caller to miss."""
    if not (value.isascii() and value.isdigit()) or len(value) > 9:
        raise BadQuestionError("page")
    return int(value)


def in_reach(page: int) -> bool:
    """Whether a page lies where results are handed out at all."""
    return 1 <= page <= DEEPEST_HIT // PAGE_SIZE


def _picked(kind: Kind, query: QueryDict) -> tuple[str, ...]:
    if kind != "company":
        return ()
    slugs = [slug for value in query.getlist("c") for slug in value.split(",") if slug]
    return tuple(dict.fromkeys(slug for slug in slugs if len(slug) <= 120))[:COMPARED_AT_MOST]
