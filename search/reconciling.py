"""Comparing an index with the database: what is missing, stale, an orphan, or shown though it must not be."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Model

from directory.models import Company, Need
from matchmaking.core import outbox
from matchmaking.core.models import OutboxEntry
from matchmaking.matches.models import Match
from search.building import company_documents, need_documents
from search.building.matches import fresh_documents
from search.engines.base import KINDS, Indexed, Key, Kind, SearchDocument
from search.engines.engine import SearchEngine
from search.indexing import Dirty, company_batches, entity_of
from search.meaning import stamped

# Per kind: id → (version, content hash) of what must be found.
Remembered = dict[Kind, dict[str, tuple[int, str]]]
FAULTS = ("missing", "stale", "orphan", "leaked")


@dataclass
class Differences:
    """Keys of documents by what is wrong with them.

    ``missing``: should be found and is not. ``stale``: found in an older or another form. ``orphan``: found, but there
    is no such row. ``leaked``: found, but nobody may see it.
    """

    missing: set[Key] = field(default_factory=set)
    stale: set[Key] = field(default_factory=set)
    orphan: set[Key] = field(default_factory=set)
    leaked: set[Key] = field(default_factory=set)

    @property
    def keys(self) -> set[Key]:
        """All of them."""
        return self.missing | self.stale | self.orphan | self.leaked

    @property
    def any(self) -> bool:
        """Whether anything is wrong."""
        return bool(self.keys)

    def counts(self) -> dict[str, int]:
        """How many of each."""
        return {name: len(getattr(self, name)) for name in FAULTS}

    def also_in(self, other: "Differences") -> "Differences":
        """What both found: a difference that lasted."""
        return Differences(
            self.missing & other.keys, self.stale & other.keys, self.orphan & other.keys, self.leaked & other.keys
        )


def compare(engine: SearchEngine, generation: str | None = None) -> Differences:
    """Compare one generation of an engine (the live one by default) with the database as it is now."""
    found = Differences()
    for kind in KINDS:
        _compare_kind(kind, _expected(kind), {one.id: one for one in engine.iterate(kind, generation)}, found)
    return found


def compare_with(engine: SearchEngine, generation: str, remembered: Remembered) -> Differences:
    """Compare a generation with documents as they were read; only what was not among them is read again.

    A document of a later version than remembered was written by somebody else since, and is as it should be.
    """
    found = Differences()
    for kind in KINDS:
        known, surplus = remembered[kind], set()
        missing = set(known)
        for there in engine.iterate(kind, generation):
            missing.discard(there.id)
            version, content = known.get(there.id, (-1, ""))
            if version < 0 and there.visible:
                surplus.add(there.id)
            elif there.version < version or (there.version == version and there.content_hash != content):
                found.stale.add((kind, there.id))
        found.missing |= {(kind, id) for id in missing}
        _judge_surplus(kind, surplus, found)
    return found


def _judge_surplus(kind: Kind, ids: set[str], found: Differences) -> None:
    """Whether documents that are found although nobody remembers them belong to rows that may be seen."""
    existing = _existing(kind, ids)
    dirty = dirty_of(Differences(stale={(kind, id) for id in existing}))
    documents = [*company_documents(dirty.companies), *need_documents(dirty.needs), *fresh_documents(dirty.seekers)]
    shown = {document.key for document in documents if document.visible}
    for id in ids:
        if (kind, id) not in shown:
            (found.leaked if id in existing else found.orphan).add((kind, id))


def _expected(kind: Kind) -> dict[str, tuple[int, str]]:
    """What should be found of a kind: id → (version, content hash)."""
    return {one.id: (one.version, one.content_hash) for one in stamped(_documents(kind)) if one.visible}


def _documents(kind: Kind) -> Iterator[SearchDocument]:
    for batch in company_batches():
        if kind == "company":
            yield from company_documents(batch)
        elif kind == "need":
            yield from need_documents(list(Need.objects.filter(company_id__in=batch).values_list("pk", flat=True)))
        else:
            yield from fresh_documents(batch)


def _compare_kind(
    kind: Kind, expected: dict[str, tuple[int, str]], indexed: dict[str, Indexed], found: Differences
) -> None:
    for id, (version, content) in expected.items():
        there = indexed.get(id)
        if there is None or not there.visible:
            found.missing.add((kind, id))
        elif there.content_hash != content or (kind != "match" and there.version != version):
            found.stale.add((kind, id))
    surplus = {id for id, there in indexed.items() if there.visible} - expected.keys()
    existing = _existing(kind, surplus)
    for id in surplus:
        (found.leaked if id in existing else found.orphan).add((kind, id))


def _existing(kind: Kind, ids: set[str]) -> set[str]:
    models: dict[Kind, type[Model]] = {"company": Company, "need": Need, "match": Match}
    numbers = [int(id) for id in ids if id.isdigit()]
    return {str(pk) for pk in models[kind]._default_manager.filter(pk__in=numbers).values_list("pk", flat=True)}


def dirty_of(found: Differences) -> Dirty:
    """What to build again for these differences; orphans are left to :func:`repair`."""
    numbers: dict[str, set[int]] = {"company": set(), "need": set(), "match": set()}
    for kind, id in found.keys:
        numbers[kind].add(int(id))
    seekers = Match.objects.filter(pk__in=numbers["match"]).values_list("seeker_id", flat=True)
    return Dirty(numbers["company"], numbers["need"], set(seekers))


@transaction.atomic
def repair(found: Differences) -> int:
    """Leave a dirty mark for every difference and nothing else; returns how many."""
    marks = sorted({entity_of(key) for key in found.keys if key[1].isdigit()})
    for entity, number in marks:
        outbox.mark("doc", entity, number)
    return len(marks)


def waiting_marks() -> int:
    """Changes that the worker has still to take."""
    return OutboxEntry.objects.filter(topic="doc", dead_at=None).count()
