"""The Elasticsearch engine: one index per kind and generation, the live ones behind an alias.

Indices are called ``<prefix>-<kind>-<generation>``. The alias ``<prefix>-<kind>`` is the live one,
``…--building`` and ``…--retired`` mark the others; each index takes writes through an alias of its own, so
that a write that comes after a drop fails instead of making an index with guessed fields.
"""

import base64
import logging
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from itertools import islice
from typing import Any

import numpy as np
from elasticsearch import ApiError, Elasticsearch, TransportError, dsl
from elasticsearch.dsl.query import Prefix

from matchmaking.core.fault_points import reached
from search.analysis import suggest_prefix
from search.documents import SCHEMAS
from search.engines.answering import answering
from search.engines.base import (
    GENERATION_NAME,
    KINDS,
    NO_SPACE,
    DocumentRefusedError,
    EngineUnavailableError,
    Generation,
    Hit,
    Indexed,
    Key,
    Kind,
    Meaning,
    Ranked,
    SearchDocument,
    SearchQuery,
    SearchResult,
    Space,
    State,
    Suggestion,
    WriteResult,
    slug,
)
from search.engines.elasticsearch_documents import body, mapping
from search.engines.elasticsearch_query import (
    head_request,
    nearest_request,
    page_of_head_request,
    ranked_request,
    search_request,
)
from search.engines.engine import SearchEngine
from search.engines.facets import ordered_facets
from search.engines.highlight import highlight
from search.engines.suggesting import CANDIDATES, suggestions
from search.nearness import products

logger = logging.getLogger(__name__)
SEARCH_SECONDS = 1.0
STATE_SECONDS = 5.0
WRITE_SECONDS = 15.0
BATCH = 300
BulkLine = tuple[Key, State, dict[str, Any], dict[str, Any]]
# What says nothing about the document: an index that an operator or a full disk made read-only, and one of another
# shape, before the rebuild that follows an upgrade.
NOT_ITS_FAULT = ("cluster_block_exception", "strict_dynamic_mapping_exception")
SETTINGS = {"number_of_shards": 1, "auto_expand_replicas": "0-1"}


class ElasticsearchEngine(SearchEngine):
    """Search on an Elasticsearch server of the 8 line, through ``elasticsearch.dsl``."""

    name = "elasticsearch"

    def __init__(self, url: str, prefix: str = "yuxin") -> None:
        self._prefix = prefix
        self._client = Elasticsearch(url, request_timeout=WRITE_SECONDS, max_retries=0, retry_on_timeout=False)
        self._asking = self._client.options(request_timeout=STATE_SECONDS)
        self._searching = self._client.options(request_timeout=SEARCH_SECONDS)
        self._known_spaces: dict[str, Collection[str]] = {}

    def ping(self) -> bool:
        """Whether the server answers within a second and has a live generation."""
        try:
            with answering():
                return bool(self._searching.indices.exists_alias(name=self._live("company")))
        except EngineUnavailableError:
            return False

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _live(self, kind: Kind) -> str:
        return f"{self._prefix}-{kind}"

    def _index(self, kind: Kind, generation: str) -> str:
        return f"{self._prefix}-{kind}-{generation}"

    def _marker(self, kind: Kind, state: State) -> str:
        return self._live(kind) if state is State.LIVE else f"{self._live(kind)}--{state}"

    # --- Generations ---

    def create(self, generation: str, space: Space = NO_SPACE) -> None:
        """See ``SearchEngine.create``; an interrupted call is completed by the next."""
        if not GENERATION_NAME.fullmatch(generation):
            raise ValueError(f"a generation is named by a-z, 0-9 and _, not {generation!r}")
        with answering():
            for kind in KINDS:
                index = self._index(kind, generation)
                if self._client.indices.exists(index=index):
                    continue
                aliases: dict[str, Any] = {_write_alias(index): {}, self._marker(kind, State.BUILDING): {}}
                self._client.indices.create(
                    index=index, mappings=mapping(kind, space), settings=SETTINGS, aliases=aliases
                )

    def switch(self, generation: str) -> None:
        """See ``SearchEngine.switch``: all aliases of all kinds change in one call."""
        with answering():
            states = {name: state for (kind, name), state in self._states().items() if kind == "company"}
            if generation not in states:
                raise LookupError(generation)
            actions: list[dict[str, Any]] = []
            for kind in KINDS:
                for name, state in states.items():
                    to = State.LIVE if name == generation else State.RETIRED if state is State.LIVE else state
                    if to is not state:
                        index = self._index(kind, name)
                        actions.append({"remove": {"index": index, "alias": self._marker(kind, state)}})
                        actions.append({"add": {"index": index, "alias": self._marker(kind, to)}})
            if actions:
                self._client.indices.update_aliases(actions=actions)

    def drop(self, generation: str) -> None:
        """See ``SearchEngine.drop``."""
        with answering():
            if State.LIVE in (state for (_, name), state in self._states().items() if name == generation):
                raise ValueError(f"generation {generation} is live")
            indices = [self._index(kind, generation) for kind in KINDS]
            self._client.indices.delete(index=indices, ignore_unavailable=True)

    def destroy(self) -> None:
        """Delete every index under this prefix, the live ones too."""
        with answering():
            if indices := list(self._client.indices.get_alias(index=self._patterns()).body):
                self._client.indices.delete(index=indices, ignore_unavailable=True)

    def generations(self) -> tuple[Generation, ...]:
        """See ``SearchEngine.generations``."""
        with answering():
            states = self._states()
            mappings = self._client.indices.get_mapping(index=self._patterns()).body
        found: dict[str, list[str]] = {}
        spaces: dict[str, str] = {}
        for kind, name in states:
            meta = mappings.get(self._index(kind, name), {}).get("mappings", {}).get("_meta", {})
            found.setdefault(name, []).append(str(meta.get("fingerprint", ""))[:8])
            spaces[name] = Space(meta.get("space", "")).mark
        return tuple(
            Generation(
                name, next(state for (_, other), state in states.items() if other == name),
                "-".join(prints) + spaces[name],
            )
            for name, prints in sorted(found.items())
        )  # fmt: skip

    def _spaces(self, kind: Kind, generation: str) -> Collection[str]:
        """Slugs of the spaces whose vectors a generation takes; asked once, since a mapping never changes."""
        index = self._index(kind, generation)
        if index not in self._known_spaces:
            mappings = self._client.indices.get_mapping(index=index, ignore_unavailable=True).body
            if index not in mappings:
                return ()
            properties = mappings[index]["mappings"].get("properties", {})
            self._known_spaces[index] = frozenset(properties.get("meaning", {}).get("properties", ()))
        return self._known_spaces[index]

    def _spaces_of_live(self, kind: Kind) -> Collection[str]:
        with answering():
            live = [name for (of, name), state in self._states().items() if of == kind and state is State.LIVE]
            return self._spaces(kind, live[0]) if live else ()

    def _patterns(self) -> list[str]:
        return [f"{self._prefix}-{kind}-*" for kind in KINDS]

    def _states(self) -> dict[tuple[Kind, str], State]:
        """The state of each (kind, generation), read from the aliases of its index."""
        indices = self._asking.indices.get_alias(index=self._patterns()).body
        states: dict[tuple[Kind, str], State] = {}
        for kind in KINDS:
            start = self._index(kind, "")
            for index in sorted(indices):
                if index.startswith(start):
                    aliases = indices[index]["aliases"]
                    marked = [state for state in State if self._marker(kind, state) in aliases]
                    states[kind, index.removeprefix(start)] = marked[0] if marked else State.RETIRED
        return states

    # --- Writing ---

    def targets(self) -> frozenset[str]:
        """See ``SearchEngine.targets``."""
        with answering():
            return frozenset(f"{self.name}:{generation}" for _, generation in self._states())

    def write(self, documents: Iterable[SearchDocument], *, seen: frozenset[str] | None = None) -> WriteResult:
        """Write in bulk to all generations; Elasticsearch itself compares versions (``external_gte``)."""
        outcomes: dict[str, dict[Key, str]] = {"written": {}, "stale": {}, "retry": {}, "refused": {}}
        waiting = iter(documents)
        while batch := list(islice(waiting, BATCH)):
            accepted = []
            for document in batch:
                try:
                    SCHEMAS[document.kind].check(document)
                    accepted.append(document)
                except DocumentRefusedError as error:
                    outcomes["refused"][document.key] = str(error)
            for key, (outcome, reason) in self._write_batch(accepted, seen).items():
                outcomes[outcome][key] = reason
        names = ("written", "stale", "retry")
        written, stale, retry = (tuple(outcomes[name]) for name in names)
        return WriteResult(written, stale, retry, outcomes["refused"])

    def _write_batch(self, documents: list[SearchDocument], seen: frozenset[str] | None) -> dict[Key, tuple[str, str]]:
        """(outcome, reason) by key. What is not known to be done is to be retried."""
        outcome = {document.key: ("retry", "") for document in documents}
        if not documents:
            return outcome
        try:
            with answering():
                targets = self._states()
                if self._unseen(seen, targets):
                    return outcome
                lines = [line for document in documents for line in self._lines(document, targets)]
                operations = [part for _, _, action, source in lines for part in (action, source)]
                items = self._client.bulk(operations=operations)["items"] if operations else []
                reached("N1", EngineUnavailableError)
                if seen is not None and self._unseen(seen, self._states()):
                    return outcome
        except EngineUnavailableError as error:
            logger.warning("bulk write of %d documents is to be retried: %s", len(documents), error)
            return outcome
        found: dict[Key, list[tuple[str, str]]] = {}
        for (key, state, _, _), item in zip(lines, items, strict=True):
            result = _outcome(item["index"])
            # The way back may be of an older shape that cannot take the document.
            if state is not State.RETIRED or result[0] in ("written", "stale"):
                found.setdefault(key, []).append(result)
        # One generation that could not be written is enough for another try.
        for key, results in found.items():
            outcome[key] = min(results, key=lambda result: ("retry", "refused", "written", "stale").index(result[0]))
        return outcome

    def _unseen(self, seen: frozenset[str] | None, states: dict[tuple[Kind, str], State]) -> bool:
        return seen is not None and any(f"{self.name}:{generation}" not in seen for _, generation in states)

    def _lines(self, document: SearchDocument, targets: dict[tuple[Kind, str], State]) -> Iterator[BulkLine]:
        for (kind, generation), state in targets.items():
            if kind == document.kind:
                source = body(document, self._spaces(kind, generation) if document.vector else ())
                action = {
                    "_index": _write_alias(self._index(kind, generation)),
                    "_id": document.id,
                    "version": document.version,
                    "version_type": "external_gte",
                    "require_alias": True,
                }
                yield document.key, state, {"index": action}, source

    def refresh(self) -> None:
        """See ``SearchEngine.refresh``."""
        with answering():
            self._client.indices.refresh(index=self._patterns())

    def purge(self, kind: Kind, ids: Iterable[str]) -> None:
        """See ``SearchEngine.purge``."""
        with answering():
            query = {"bool": {"filter": [{"terms": {"id": list(ids)}}, {"term": {"visible": False}}]}}
            indices = f"{self._live(kind)}-*"
            self._client.delete_by_query(index=indices, query=query, conflicts="proceed", refresh=True)

    # --- Reading ---

    def search(self, query: SearchQuery) -> SearchResult:
        """See ``SearchEngine.search``; gives up after a second."""
        if not query.text.concepts and not query.text.blank:
            return SearchResult((), 0, ordered_facets((), query), self.name)
        head = self._head(query) if query.head else []
        first = head[query.start : query.start + query.size]
        start = max(0, query.start - len(head))
        answer = self._execute(search_request(query, self._asked(query.kind), start, query.size - len(first)))
        found = {}
        if first:
            hits = self._execute(page_of_head_request(query, self._asked(query.kind), first))["hits"]["hits"]
            found = {hit["_id"]: hit for hit in hits}
        rows = [
            (group, bucket["key"], bucket["doc_count"])
            for group in SCHEMAS[query.kind].facets
            for bucket in answer["aggregations"][group]["values"]["buckets"]
        ]
        page = [*(found[id] for id in first if id in found), *answer["hits"]["hits"]]
        total = answer["hits"]["total"]["value"] + len(head)
        return SearchResult(tuple(_hit(query, hit) for hit in page), total, ordered_facets(rows, query), self.name)

    def _asked(self, kind: Kind) -> dsl.Search:
        return dsl.Search(using=self._searching, index=self._live(kind))

    def _head(self, query: SearchQuery) -> list[str]:
        """The ids of the head that are hits, in its order."""
        found = self._execute(head_request(query, self._asked(query.kind)))["hits"]["hits"]
        present = {hit["_id"] for hit in found}
        return [id for id in dict.fromkeys(query.head) if id in present]

    def ranked(self, query: SearchQuery, size: int) -> tuple[Ranked, ...]:
        """See ``SearchEngine.ranked``."""
        if not query.text.concepts:
            return ()
        found = self._execute(ranked_request(query, self._asked(query.kind), size))["hits"]["hits"]
        return tuple(Ranked(hit["_id"], float(round(hit["_score"])), hit["_source"]["paused"]) for hit in found)

    def nearest(self, query: SearchQuery, meaning: Meaning, size: int) -> tuple[Ranked, ...]:
        """See ``SearchEngine.nearest``: approximate, but for how many places of the graph are looked at."""
        if slug(meaning.space) not in self._spaces_of_live(query.kind):
            return ()
        found = self._execute(nearest_request(query, self._asked(query.kind), meaning, size))["hits"]["hits"]
        scores = products(np.array([hit["_score"] for hit in found])).tolist()
        near = (_near(hit, score) for hit, score in zip(found, scores, strict=True))
        return tuple(sorted(near, key=lambda one: (-one.score, one.id)))

    def suggest(self, kind: Kind, typed: str, size: int = 8) -> tuple[Suggestion, ...]:
        """See ``SearchEngine.suggest``."""
        prefix = suggest_prefix(typed)
        if not prefix:
            return ()
        request = (
            dsl.Search(using=self._searching, index=self._live(kind))
            .filter(Prefix(suggest_keys={"value": prefix}))
            .filter("term", visible=True)
            .sort("paused", "-weight", "name_zh", "id")
            .source(["suggest"])[:CANDIDATES]
        )
        found = self._execute(request)["hits"]["hits"]
        return suggestions(((hit["_id"], hit["_source"]["suggest"]) for hit in found), typed, size)

    def _execute(self, request: dsl.Search) -> dict[str, Any]:
        with answering():
            answer: dict[str, Any] = request.extra(timeout=f"{int(SEARCH_SECONDS * 900)}ms").execute().to_dict()
        if answer["timed_out"] or answer["_shards"]["failed"]:
            raise EngineUnavailableError("only a part of the index answered in time")
        return answer

    def count(self, kind: Kind, generation: str | None = None) -> int:
        """See ``SearchEngine.count``."""
        with answering():
            index = self._index(kind, generation) if generation else self._live(kind)
            return int(self._client.count(index=index, query={"term": {"visible": True}})["count"])

    def iterate(self, kind: Kind, generation: str | None = None) -> Iterator[Indexed]:
        """See ``SearchEngine.iterate``: one point in time, read in pieces."""
        index = self._index(kind, generation) if generation else self._live(kind)
        with answering():
            point = self._client.open_point_in_time(index=index, keep_alive="2m")["id"]
        after: list[Any] | None = None
        try:
            while True:
                with answering():
                    answer = self._client.search(
                        pit={"id": point, "keep_alive": "2m"},
                        size=1000,
                        sort=[{"id": "asc"}],
                        search_after=after,
                        version=True,
                        source_includes=["visible", "content_hash"],
                        track_total_hits=False,
                    )
                hits = answer["hits"]["hits"]
                for hit in hits:
                    source = hit["_source"]
                    yield Indexed(hit["_id"], hit["_version"], source["visible"], source["content_hash"])
                if not hits:
                    return
                after = hits[-1]["sort"]
        finally:
            with suppress(ApiError, TransportError):
                self._client.close_point_in_time(id=point)


def _write_alias(index: str) -> str:
    return f"{index}--write"


def _outcome(item: dict[str, Any]) -> tuple[str, str]:
    status = item["status"]
    if status < 300:
        return "written", ""
    if status == 409:
        return "stale", ""
    # The reason names the type of the failure; it never quotes what a field held.
    reason = str(item.get("error", {}).get("type", status))
    if status in (404, 408, 429) or status >= 500 or reason in NOT_ITS_FAULT:
        return "retry", ""
    return "refused", reason


def _near(found: dict[str, Any], score: float) -> Ranked:
    source = found["_source"]
    return Ranked(found["_id"], round(score, 5), source["paused"], base64.b64decode(source.get("words", "")))


def _hit(query: SearchQuery, found: dict[str, Any]) -> Hit:
    fields = found["_source"].get("fields", {})
    highlights, matched = highlight(query.text, fields)
    return Hit(found["_id"], found["_version"], round(found["_score"] or 0), highlights, matched)
