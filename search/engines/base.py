"""What a search engine is asked and what it answers: plain data, the same for every engine.

Ranking is explained, not learned: each concept of a query counts 100 when it is found in a name, 10 in an
offer, 1 anywhere else, in either language alike; a query found whole in a name counts 1,000 more. Equal sums
are put in order by checked evidence (``SortKeys.weight``), then by the date of the last change.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from search.analysis import storable
from search.concepts import AnalysedQuery

Kind = Literal["company", "need", "match"]
KINDS: tuple[Kind, ...] = get_args(Kind)
Key = tuple[Kind, str]
GENERATION_NAME = re.compile(r"[a-z0-9_]{1,40}")
LARGEST_PAGE = 100
# So many documents a query may put before all others.
LARGEST_HEAD = 200
DEEPEST_HIT = 1000
OWNER_GROUP = "owner"


class EngineUnavailableError(Exception):
    """The engine cannot answer now: not reachable, too slow, or without a live generation."""


class DocumentRefusedError(ValueError):
    """A document holds something its kind does not allow in an index."""


class Tier(StrEnum):
    """How much a field counts when a query is found in it."""

    NAME = "name"
    OFFER = "offer"
    TEXT = "text"


TIER_SCORE = {Tier.NAME: 100, Tier.OFFER: 10, Tier.TEXT: 1}
WHOLE_SCORE = 1000


class Sort(StrEnum):
    """Orders of a result; those who take no requests now come last in each of them but NAME."""

    RELEVANCE = "relevance"
    ANSWER = "answer"
    VERIFIED = "verified"
    NAME = "name"
    UPDATED = "updated"


class State(StrEnum):
    """Life of a generation: filled, then searched, then kept current for a way back until it is dropped."""

    BUILDING = "building"
    LIVE = "live"
    RETIRED = "retired"


@dataclass(frozen=True)
class SortKeys:
    """What results are put in order by.

    Times are whole seconds since 1970; ``answer_days`` is large when unknown.
    """

    paused: bool = False
    weight: int = 0
    answer_days: int = 9999
    verified_at: int = 0
    updated_at: int = 0
    name_zh: str = ""
    name_en: str = ""


@dataclass(frozen=True)
class SearchDocument:
    """One record as the index knows it. ``visible=False`` is a tombstone: version only, nothing to find.

    ``fields`` are texts by name, ``keywords`` the values by facet or filter group, ``owners`` the keys of
    those who may find a match, ``suggest`` the names offered while typing. ``vector`` is what the public texts mean,
    float16 as bytes, in the space called ``space``, and ``words`` what they are about, packed by ``search.reading``;
    both empty for none.
    """

    kind: Kind
    id: str
    version: int
    visible: bool = True
    fields: Mapping[str, str] = field(default_factory=dict)
    keywords: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: SortKeys = field(default_factory=SortKeys)
    owners: tuple[str, ...] = ()
    suggest: tuple[str, ...] = ()
    space: str = ""
    vector: bytes = b""
    words: bytes = b""

    @property
    def key(self) -> Key:
        """Kind and id: what identifies a document among all kinds."""
        return self.kind, self.id

    @cached_property
    def content_hash(self) -> str:
        """A hash of everything but the version, for telling a current document from a damaged one.

        Of vector and words it holds the space only: the same text may get another vector from another training, and
        both can be compared with any query of that space.
        """
        held = ("kind", "id", "visible", "fields", "keywords", "owners", "suggest", "space")
        content = {name: getattr(self, name) for name in held} | {"version": 0, "sort": asdict(self.sort)}
        canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, default=list)
        return hashlib.sha256(canonical.encode()).hexdigest()[:24]


def tombstone(kind: Kind, id: str, version: int) -> SearchDocument:
    """The document of a record that must not be found any more."""
    return SearchDocument(kind=kind, id=id, version=version, visible=False)


@dataclass(frozen=True)
class WriteResult:
    """What became of each document, by key.

    ``stale`` ones have a newer version in the index already, which is as good as written; ``refused`` ones
    can never be written, with the reason.
    """

    written: tuple[Key, ...] = ()
    stale: tuple[Key, ...] = ()
    retry: tuple[Key, ...] = ()
    refused: Mapping[Key, str] = field(default_factory=dict)


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
    """One found document.

    ``highlights`` are safe HTML by field name, ``matched`` the wordings that were found.
    """

    id: str
    version: int
    score: int
    highlights: Mapping[str, str] = field(default_factory=dict)
    matched: tuple[str, ...] = ()


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


@dataclass(frozen=True)
class Indexed:
    """What an index holds of one record; for comparing it with the database."""

    id: str
    version: int
    visible: bool
    content_hash: str


@dataclass(frozen=True)
class Space:
    """The space of an index's vectors: the name of what made them, and their length; no name for no vectors."""

    name: str = ""
    dimensions: int = 0

    @property
    def mark(self) -> str:
        """What a fingerprint carries of it."""
        return f"~{self.slug}" if self.name else ""

    @property
    def slug(self) -> str:
        """The name in lower-case letters, digits and ``_``."""
        return slug(self.name)


NO_SPACE = Space()


def slug(space: str) -> str:
    """The name of a space as a field of an index is called."""
    return re.sub(r"[^a-z0-9]+", "_", space.lower()).strip("_")[:60]


@dataclass(frozen=True)
class Generation:
    """One complete copy of the index. ``schema_hash`` changes when the documents' shape or analysis does."""

    name: str
    state: State
    schema_hash: str
