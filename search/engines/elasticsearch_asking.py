"""How searches reach an Elasticsearch server: within a reader's patience, and half an answer is none."""

import time
import zlib
from collections.abc import Mapping
from typing import Any

from elasticsearch import dsl

from search.engines.base import EngineUnavailableError, Kind, State
from search.engines.elasticsearch_generations import ElasticsearchGenerations
from search.engines.patience import SEARCH_SECONDS
from search.engines.questions import SearchQuery

# Of the time that a request has, the server may use so much.
SHARE_OF_SERVER = 0.9
# The mapping that is searched is looked up again after so many seconds, since a rebuild may have switched.
KNOWN_SECONDS = 5.0


class ElasticsearchAsking(ElasticsearchGenerations):
    """The part of the engine that sends searches."""

    def __init__(self, url: str, prefix: str = "yuxin") -> None:
        super().__init__(url, prefix)
        self._known_live: dict[Kind, tuple[float, Mapping[str, Any]]] = {}

    def switch(self, generation: str) -> None:
        """See ``SearchEngine.switch``."""
        super().switch(generation)
        self._known_live.clear()

    def _asked(self, kind: Kind) -> dsl.Search:
        return dsl.Search(index=self._live(kind))

    def _put(self, query: SearchQuery) -> dsl.Search:
        return self._asked(query.kind).params(preference=_copy(query))

    def _execute(self, request: dsl.Search) -> dict[str, Any]:
        with self._within(SEARCH_SECONDS) as (client, seconds):
            answer: dict[str, Any] = request.using(client).extra(timeout=_server_time(seconds)).execute().to_dict()
        return _whole(answer)

    def _execute_all(self, requests: list[dsl.Search], query: SearchQuery) -> list[dict[str, Any]]:
        """The answers to several requests for one question, sent in one."""
        if len(requests) == 1:
            return [self._execute(requests[0])]
        with self._within(SEARCH_SECONDS) as (client, seconds):
            limit = _server_time(seconds)
            header = {"preference": _copy(query)}
            searches = [part for request in requests for part in (header, request.extra(timeout=limit).to_dict())]
            answers = client.msearch(index=self._live(query.kind), searches=searches)["responses"]
        return [_whole(answer) for answer in answers]

    def _fields_of_live(self, kind: Kind) -> Mapping[str, Any]:
        """The mapping that is searched, as a reader asks for it."""
        at, fields = self._known_live.get(kind, (0.0, {}))
        if not fields or time.monotonic() - at > KNOWN_SECONDS:
            states = self._states(SEARCH_SECONDS)
            live = [name for (of, name), state in states.items() if of == kind and state is State.LIVE]
            fields = self._fields(kind, live[0], SEARCH_SECONDS) if live else {}
            self._known_live[kind] = time.monotonic(), fields
        return fields


def _copy(query: SearchQuery) -> str:
    """Names the copy of an index that answers a question, the same for all its pages and whenever it is asked.

    Copies show what was written one after the other: asked of another, a question would be answered as it was before.
    """
    told = (query.kind, query.text, query.required)
    return f"question-{zlib.crc32(repr(told).encode()):08x}"


def _server_time(seconds: float) -> str:
    return f"{int(seconds * 1000 * SHARE_OF_SERVER)}ms"


def _whole(answer: dict[str, Any]) -> dict[str, Any]:
    """An answer of the whole index; half an answer is none: raises ``EngineUnavailableError``."""
    if "error" in answer:
        raise EngineUnavailableError(f"Elasticsearch answered {answer['status']}")
    if answer["timed_out"] or answer["_shards"]["failed"]:
        raise EngineUnavailableError("only a part of the index answered in time")
    return answer
