"""What an index holds: one document for each record that may be found, and what becomes of those that are written."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Literal, get_args

Kind = Literal["company", "need", "match"]
KINDS: tuple[Kind, ...] = get_args(Kind)
Key = tuple[Kind, str]


class DocumentRefusedError(ValueError):
    """A document holds something its kind does not allow in an index."""


class Tier(StrEnum):
    """How much a field counts when a query is found in it."""

    NAME = "name"
    OFFER = "offer"
    TEXT = "text"


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
class Indexed:
    """What an index holds of one record; for comparing it with the database."""

    id: str
    version: int
    visible: bool
    content_hash: str
