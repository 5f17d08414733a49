"""What a search engine is asked and what it answers.

Ranking is explained, not learned: each concept of a query counts 100 when it is found in a name, 10 in an
offer, 1 anywhere else, in either language alike; a query found whole in a name counts 1,000 more. Equal sums
are put in order by checked evidence (``SortKeys.weight``), then by the date of the last change.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from search.analysis import storable
from search.concepts import AnalysedQuery
from search.engines.documents import Kind, Tier
from search.engines.highlight import Marks

LARGEST_PAGE = 100
# So many documents a query may put before all others.
LARGEST_HEAD = 200
DEEPEST_HIT = 1000
OWNER_GROUP = "owner"
TIER_SCORE = {Tier.NAME: 100, Tier.OFFER: 10, Tier.TEXT: 1}
WHOLE_SCORE = 1000


class Sort(StrEnum):
    """Orders of a result; those who take no requests now come last in each of them but NAME."""

    RELEVANCE = "relevance"
    ANSWER = "answer"
    VERIFIED = "verified"
    NAME = "name"
    UPDATED = "updated"


@dataclass(frozen=True)
class SearchQuery:
    """One question.

    ``facets`` are OR inside a group, AND between groups, and are counted; ``filters`` just must hold. The documents
    with the ids of ``head`` are hits whatever the text says, and come first, in this order.

    Raises ``ValueError`` for a page out of reach, and for a search in matches that does not say whose.
    """

    kind: Kind
    text: AnalysedQuery = field(default_factory=AnalysedQuery)
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    owners: tuple[str, ...] = ()
    sort: Sort = Sort.RELEVANCE
    language: Literal["zh", "en"] = "zh"
    page: int = 1
    size: int = 20
    match: Literal["all", "any"] = "all"
    head: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if len(self.head) > LARGEST_HEAD:
            raise ValueError(f"a head of {len(self.head)}: at most {LARGEST_HEAD}")
        if not (1 <= self.size <= LARGEST_PAGE and self.page >= 1 and self.page * self.size <= DEEPEST_HIT):
            raise ValueError(f"no page {self.page} of {self.size}: at most {LARGEST_PAGE} a page, {DEEPEST_HIT} deep")
        if self.kind == "match" and not self.owners:
            raise ValueError("a search in matches must say whose matches")

    @property
    def start(self) -> int:
        """How many hits come before this page."""
        return (self.page - 1) * self.size

    @property
    def required(self) -> dict[str, tuple[str, ...]]:
        """All groups of keywords that must hold before facets are counted, owners among them."""
        owners = {OWNER_GROUP: self.owners} if self.owners else {}
        return _values(self.filters) | owners

    @property
    def selected(self) -> dict[str, tuple[str, ...]]:
        """Facet groups in which something is selected."""
        return _values(self.facets)

    def order(self) -> tuple[tuple[str, bool], ...]:
        """Sort keys, most important first, as (name, descending).

        ``score`` is the sum of the ranking rule above.
        """
        relevance = (
            ("paused", False),
            ("score", True),
            ("weight", True),
            ("updated_at", True),
            ("id", False),
        )
        first: tuple[tuple[str, bool], ...] = {
            Sort.RELEVANCE: (),
            Sort.ANSWER: (("paused", False), ("answer_days", False)),
            Sort.VERIFIED: (("paused", False), ("verified_at", True)),
            Sort.NAME: ((f"name_{self.language}", False),),
            Sort.UPDATED: (("paused", False), ("updated_at", True)),
        }[self.sort]
        taken = {name for name, _ in first}
        return (*first, *(key for key in relevance if key[0] not in taken))


@dataclass(frozen=True)
class Meaning:
    """What a query means: a vector, float32 (dimensions,), in the space called ``space``."""

    space: str
    vector: NDArray[np.float32]


@dataclass(frozen=True)
class Ranked:
    """One place of a ranking. ``score``: of the text by the rule above, or the product of two vectors.

    ``words``: those of the document, where it was found by its vector.
    """

    id: str
    score: float
    paused: bool = False
    words: bytes = b""


def _values(groups: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    return {group: tuple(map(storable, values)) for group, values in groups.items() if values}


@dataclass(frozen=True)
class Hit:
    """One found document. ``highlights`` are safe HTML by field name, worked out when they are asked for."""

    id: str
    version: int
    score: int
    highlights: Marks

    @property
    def matched(self) -> tuple[str, ...]:
        """The wordings that were found."""
        return self.highlights.matched


@dataclass(frozen=True)
class SearchResult:
    """A page of hits.

    Facet counts say how many hits there are after selecting: a group does not narrow itself.
    """

    hits: tuple[Hit, ...]
    total: int
    facets: Mapping[str, Mapping[str, int]]
    engine: str
    reduced: bool = False


@dataclass(frozen=True)
class Suggestion:
    """A record whose name fits what was typed."""

    id: str
    text: str
