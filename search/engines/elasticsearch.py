"""The Elasticsearch engine: asks what ``elasticsearch_query`` writes down."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

from elasticsearch import ApiError, TransportError
from elasticsearch.dsl.query import Prefix

from search.documents import SCHEMAS
from search.engines.answering import answering
from search.engines.base import (
    EngineUnavailableError,
    Indexed,
    Kind,
    Meaning,
    Ranked,
    SearchQuery,
    SearchResult,
    Suggestion,
    slug,
)
from search.engines.elasticsearch_answers import hit_of, ids, indexed, nearest, ranked
from search.engines.elasticsearch_asking import ElasticsearchAsking
from search.engines.elasticsearch_documents import has_column_of_words, spaces_of
from search.engines.elasticsearch_query import (
    head_request,
    nearest_request,
    page_of_head_request,
    ranked_request,
    search_request,
)
from search.engines.elasticsearch_words import candidates, candidates_request, counts, counts_request
from search.engines.elasticsearch_writing import ElasticsearchWriting
from search.engines.facets import ordered_facets
from search.engines.highlight import Marker
from search.engines.spelling import nearest as nearest_words
from search.engines.spelling import slips_allowed
from search.engines.suggesting import CANDIDATES, suggestions
from search.naming import suggest_prefix


class ElasticsearchEngine(ElasticsearchAsking, ElasticsearchWriting):
    """Search on an Elasticsearch server of the 8 line, through ``elasticsearch.dsl``.

    ``url`` names one node, or several of a cluster with commas between them.
    """

    name = "elasticsearch"

    def search(self, query: SearchQuery) -> SearchResult:
        """See ``SearchEngine.search``; gives up after a second."""
        if not query.text.concepts and not query.text.blank:
            return SearchResult((), 0, ordered_facets((), query), self.name)
        head = list(dict.fromkeys(query.head))
        if head and query.selected:
            head = self._head(query, self._execute(head_request(query, self._put(query))))
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
        total, marker = answer["hits"]["total"]["value"] + len(head), Marker(query.text)
        return SearchResult(tuple(hit_of(marker, hit) for hit in page), total, ordered_facets(rows, query), self.name)

    def _page(self, query: SearchQuery, head: list[str]) -> tuple[dict[str, Any], list[dict[str, Any]], list[str]]:
        """The rest of a page and all counts, the page's share of the head, and what of the head is there; one trip."""
        asked, first = self._put(query), head[query.start : query.start + query.size]
        start = max(0, query.start - len(head))
        requests = [search_request(query, asked, start, query.size - len(first))]
        requests += [head_request(query, asked)] if head else []
        requests += [page_of_head_request(query, asked, first)] if first else []
        answer, *others = self._execute_all(requests, query)
        present = self._head(query, others[0]) if others else []
        found = {hit["_id"]: hit for hit in others[1]["hits"]["hits"]} if first else {}
        return answer, [found[id] for id in first if id in found], [id for id in head if id in present]

    def _head(self, query: SearchQuery, answer: dict[str, Any]) -> list[str]:
        """The ids of the head that are hits, in its order."""
        present = set(ids(answer))
        return [id for id in dict.fromkeys(query.head) if id in present]

    def ranked(self, query: SearchQuery, size: int) -> tuple[Ranked, ...]:
        """See ``SearchEngine.ranked``."""
        if not query.text.concepts:
            return ()
        return ranked(self._execute(ranked_request(query, self._put(query), size)))

    def nearest(self, query: SearchQuery, meaning: Meaning, size: int) -> tuple[Ranked, ...]:
        """See ``SearchEngine.nearest``: approximate, but for how many places of the graph are looked at."""
        fields = self._fields_of_live(query.kind)
        if slug(meaning.space) not in spaces_of(fields):
            return ()
        columns = has_column_of_words(fields)
        return nearest(self._execute(nearest_request(query, self._put(query), meaning, size, columns=columns)))

    def rankings(
        self, query: SearchQuery, meaning: Meaning, size: int
    ) -> tuple[tuple[Ranked, ...], tuple[Ranked, ...]]:
        """See ``SearchEngine.rankings``."""
        fields = self._fields_of_live(query.kind)
        if not query.text.concepts or slug(meaning.space) not in spaces_of(fields):
            return super().rankings(query, meaning, size)
        asked, columns = self._put(query), has_column_of_words(fields)
        both = [ranked_request(query, asked, size), nearest_request(query, asked, meaning, size, columns=columns)]
        try:
            by_words, near = self._execute_all(both, query)
        except EngineUnavailableError:
            # Perhaps another process has switched to a generation that has no such vectors.
            self._known_live.clear()
            raise
        return ranked(by_words), nearest(near)

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
            word: nearest_words(word, {other: held[other] for other in named.get(word, ()) if other in held})
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
                        source=False,
                        docvalue_fields=[{"field": name} for name in ("id", "visible", "content_hash")],
                        stored_fields="_none_",
                        track_total_hits=False,
                    )
                hits = answer["hits"]["hits"]
                yield from map(indexed, hits)
                if not hits:
                    return
                after = hits[-1]["sort"]
        finally:
            with suppress(ApiError, TransportError):
                self._client.close_point_in_time(id=point)
