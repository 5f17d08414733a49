"""The Elasticsearch engine: writes in bulk, and asks what ``elasticsearch_query`` writes down."""

import base64
import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import islice
from typing import Any

import numpy as np
from elasticsearch import ApiError, TransportError
from elasticsearch.dsl.query import Prefix

from matchmaking.core.fault_points import reached
from search.documents import SCHEMAS
from search.engines.answering import answering
from search.engines.base import (
    DocumentRefusedError,
    EngineUnavailableError,
    Hit,
    Indexed,
    Key,
    Kind,
    Meaning,
    Ranked,
    SearchDocument,
    SearchQuery,
    SearchResult,
    State,
    Suggestion,
    WriteResult,
    slug,
)
from search.engines.elasticsearch_asking import ElasticsearchAsking
from search.engines.elasticsearch_documents import body, spaces_of
from search.engines.elasticsearch_generations import write_alias
from search.engines.elasticsearch_query import (
    head_request,
    nearest_request,
    page_of_head_request,
    ranked_request,
    search_request,
)
from search.engines.elasticsearch_words import candidates, candidates_request, counts, counts_request
from search.engines.facets import ordered_facets
from search.engines.highlight import highlight
from search.engines.spelling import nearest, slips_allowed
from search.engines.suggesting import CANDIDATES, suggestions
from search.naming import suggest_prefix
from search.nearness import products

logger = logging.getLogger(__name__)
BATCH = 300
BulkLine = tuple[Key, State, dict[str, Any], dict[str, Any]]
# What says nothing about the document: an index that an operator or a full disk made read-only, and one of another
# shape, before the rebuild that follows an upgrade.
NOT_ITS_FAULT = ("cluster_block_exception", "strict_dynamic_mapping_exception")


class ElasticsearchEngine(ElasticsearchAsking):
    """Search on an Elasticsearch server of the 8 line, through ``elasticsearch.dsl``.

    ``url`` names one node, or several of a cluster with commas between them.
    """

    name = "elasticsearch"

    # --- Writing ---

    def targets(self) -> frozenset[str]:
        """See ``SearchEngine.targets``."""
        with answering():
            return frozenset(f"{self.name}:{generation}" for _, generation in self._states())

    def write(
        self, documents: Iterable[SearchDocument], *, seen: frozenset[str] | None = None, only: str | None = None
    ) -> WriteResult:
        """Write in bulk to all generations, or to one; Elasticsearch itself compares versions (``external_gte``)."""
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
            for key, (outcome, reason) in self._write_batch(accepted, seen, only).items():
                outcomes[outcome][key] = reason
        names = ("written", "stale", "retry")
        written, stale, retry = (tuple(outcomes[name]) for name in names)
        return WriteResult(written, stale, retry, outcomes["refused"])

    def _write_batch(
        self, documents: list[SearchDocument], seen: frozenset[str] | None, only: str | None
    ) -> dict[Key, tuple[str, str]]:
        """(outcome, reason) by key. What is not known to be done is to be retried."""
        outcome = {document.key: ("retry", "") for document in documents}
        if not documents:
            return outcome
        try:
            with answering():
                targets = self._states()
                if self._unseen(seen, targets):
                    return outcome
                if only is not None:
                    targets = {target: state for target, state in targets.items() if target[1] == only}
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
                source = body(document, self._fields(kind, generation))
                action = {
                    "_index": write_alias(self._index(kind, generation)),
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
        head = list(dict.fromkeys(query.head))
        if head and query.selected:
            head = self._head(query, self._execute(head_request(query, self._asked(query.kind))))
        answer, found, present = self._page(query, head)
        if present != head:
            # Something was withdrawn since the head was made; what follows it depends on how long it is.
            head = present
            answer, found, _ = self._page(query, head)
        rows = [
            (group, bucket["key"], bucket["doc_count"])
            for group in SCHEMAS[query.kind].facets
            for bucket in answer["aggregations"][group]["values"]["buckets"]
        ]
        page = [*found, *answer["hits"]["hits"]]
        total = answer["hits"]["total"]["value"] + len(head)
        return SearchResult(tuple(_hit(query, hit) for hit in page), total, ordered_facets(rows, query), self.name)

    def _page(self, query: SearchQuery, head: list[str]) -> tuple[dict[str, Any], list[dict[str, Any]], list[str]]:
        """The rest of a page and all counts, the page's share of the head, and what of the head is there; one trip."""
        asked, first = self._asked(query.kind), head[query.start : query.start + query.size]
        start = max(0, query.start - len(head))
        requests = [search_request(query, asked, start, query.size - len(first))]
        requests += [head_request(query, asked)] if head else []
        requests += [page_of_head_request(query, asked, first)] if first else []
        answer, *others = self._execute_all(requests, query.kind)
        present = self._head(query, others[0]) if others else []
        found = {hit["_id"]: hit for hit in others[1]["hits"]["hits"]} if first else {}
        return answer, [found[id] for id in first if id in found], [id for id in head if id in present]

    def _head(self, query: SearchQuery, answer: dict[str, Any]) -> list[str]:
        """The ids of the head that are hits, in its order."""
        present = {hit["_id"] for hit in answer["hits"]["hits"]}
        return [id for id in dict.fromkeys(query.head) if id in present]

    def ranked(self, query: SearchQuery, size: int) -> tuple[Ranked, ...]:
        """See ``SearchEngine.ranked``."""
        if not query.text.concepts:
            return ()
        return _ranked(self._execute(ranked_request(query, self._asked(query.kind), size)))

    def nearest(self, query: SearchQuery, meaning: Meaning, size: int) -> tuple[Ranked, ...]:
        """See ``SearchEngine.nearest``: approximate, but for how many places of the graph are looked at."""
        if slug(meaning.space) not in spaces_of(self._fields_of_live(query.kind)):
            return ()
        return _nearest(self._execute(nearest_request(query, self._asked(query.kind), meaning, size)))

    def rankings(
        self, query: SearchQuery, meaning: Meaning, size: int
    ) -> tuple[tuple[Ranked, ...], tuple[Ranked, ...]]:
        """See ``SearchEngine.rankings``."""
        if not query.text.concepts or slug(meaning.space) not in spaces_of(self._fields_of_live(query.kind)):
            return super().rankings(query, meaning, size)
        asked = self._asked(query.kind)
        both = [ranked_request(query, asked, size), nearest_request(query, asked, meaning, size)]
        try:
            by_words, near = self._execute_all(both, query.kind)
        except EngineUnavailableError:
            # Perhaps another process has switched to a generation that has no such vectors.
            self._known_live.clear()
            raise
        return _ranked(by_words), _nearest(near)

    def suggest(self, kind: Kind, typed: str, size: int = 8) -> tuple[Suggestion, ...]:
        """See ``SearchEngine.suggest``."""
        prefix = suggest_prefix(typed)
        if not prefix:
            return ()
        request = (
            self._asked(kind)
            .filter(Prefix(suggest_keys={"value": prefix}))
            .filter("term", visible=True)
            .sort("paused", "-weight", "name_zh", "id")
            .source(["suggest"])[:CANDIDATES]
        )
        found = self._execute(request)["hits"]["hits"]
        return suggestions(((hit["_id"], hit["_source"]["suggest"]) for hit in found), typed, size)

    def near_words(self, kind: Kind, words: Sequence[str]) -> dict[str, dict[str, int]]:
        """See ``SearchEngine.near_words``: one request for candidates, one for who holds them."""
        asked = [word for word in words if slips_allowed(word)]
        if not asked or "spelling" not in self._fields_of_live(kind):
            return {word: {} for word in words}
        named = candidates(self._execute(candidates_request(self._asked(kind), asked)), asked)
        every = sorted({other for others in named.values() for other in others})
        held = counts(self._execute(counts_request(self._asked(kind), every))) if every else {}
        return {
            word: nearest(word, {other: held[other] for other in named.get(word, ()) if other in held})
            for word in words
        }

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


def _ranked(answer: dict[str, Any]) -> tuple[Ranked, ...]:
    found = answer["hits"]["hits"]
    return tuple(Ranked(hit["_id"], float(round(hit["_score"])), hit["_source"]["paused"]) for hit in found)


def _nearest(answer: dict[str, Any]) -> tuple[Ranked, ...]:
    found = answer["hits"]["hits"]
    scores = products(np.array([hit["_score"] for hit in found])).tolist()
    near = (_near(hit, score) for hit, score in zip(found, scores, strict=True))
    return tuple(sorted(near, key=lambda one: (-one.score, one.id)))


def _near(found: dict[str, Any], score: float) -> Ranked:
    source = found["_source"]
    return Ranked(found["_id"], round(score, 5), source["paused"], base64.b64decode(source.get("words", "")))


def _hit(query: SearchQuery, found: dict[str, Any]) -> Hit:
    fields = found["_source"].get("fields", {})
    highlights, matched = highlight(query.text, fields)
    return Hit(found["_id"], found["_version"], round(found["_score"] or 0), highlights, matched)
