"""Generations on an Elasticsearch server: one index per kind and generation, their states in aliases.

Indices are called ``<prefix>-<kind>-<generation>``. The alias ``<prefix>-<kind>`` is the live one,
``…--building`` and ``…--retired`` mark the others, ``…--next`` for a moment the one that is about to go live; each
index takes writes through an alias of its own, so that a write that comes after a drop fails instead of making an
index with guessed fields.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from elasticsearch import Elasticsearch

from search.engines.answering import answering
from search.engines.base import (
    GENERATION_NAME,
    KINDS,
    NO_SPACE,
    EngineUnavailableError,
    Generation,
    Kind,
    Space,
    State,
)
from search.engines.elasticsearch_documents import mapping
from search.engines.engine import SearchEngine
from search.engines.patience import SEARCH_SECONDS, waiting

STATE_SECONDS = 5.0
WRITE_SECONDS = 15.0
SHARDS = {"number_of_shards": 1}
# A generation that is being filled is searched by nobody, and has no copy to keep in step: both come when it goes live.
FILLING = {"refresh_interval": "-1", "auto_expand_replicas": "false", "number_of_replicas": 0}
SEARCHED: dict[str, Any] = {"refresh_interval": None, "auto_expand_replicas": "0-1"}


class ElasticsearchGenerations(SearchEngine):
    """The part of the engine that makes, switches and drops indices, and knows the state of each."""

    def __init__(self, url: str, prefix: str = "yuxin") -> None:
        self._prefix = prefix
        hosts = url.split(",")
        # A node that is gone is left for the next at once; one that is slow has had its time.
        retries = len(hosts) - 1
        self._client = Elasticsearch(hosts, request_timeout=WRITE_SECONDS, max_retries=retries, retry_on_timeout=False)
        self._searching = self._client.options(request_timeout=SEARCH_SECONDS)
        self._known_fields: dict[str, Mapping[str, Any]] = {}

    def ping(self) -> bool:
        """Whether the server answers within a second and has a live generation."""
        try:
            with self._within(SEARCH_SECONDS) as (client, _):
                return bool(client.indices.exists_alias(name=self._live("company")))
        except EngineUnavailableError:
            return False

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    @contextmanager
    def _within(self, most: float) -> Iterator[tuple[Elasticsearch, float]]:
        """A client for one request of ``most`` seconds, or of what a reader's patience allows; and these seconds."""
        with waiting(most) as seconds, answering():
            # A client with another limit is made in a tenth of a millisecond.
            known = seconds == SEARCH_SECONDS
            yield (self._searching if known else self._client.options(request_timeout=seconds)), seconds

    def _live(self, kind: Kind) -> str:
        return f"{self._prefix}-{kind}"

    def _index(self, kind: Kind, generation: str) -> str:
        return f"{self._prefix}-{kind}-{generation}"

    def _marker(self, kind: Kind, state: State) -> str:
        return self._live(kind) if state is State.LIVE else f"{self._live(kind)}--{state}"

    def _next(self, kind: Kind) -> str:
        """Names the generation that is searched next, while searches are being switched over."""
        return f"{self._live(kind)}--next"

    def create(self, generation: str, space: Space = NO_SPACE) -> None:
        """See ``SearchEngine.create``; an interrupted call is completed by the next."""
        if not GENERATION_NAME.fullmatch(generation):
            raise ValueError(f"a generation is named by a-z, 0-9 and _, not {generation!r}")
        with answering():
            for kind in KINDS:
                index = self._index(kind, generation)
                if self._client.indices.exists(index=index):
                    continue
                aliases: dict[str, Any] = {write_alias(index): {}, self._marker(kind, State.BUILDING): {}}
                self._client.indices.create(
                    index=index, mappings=mapping(kind, space), settings=SHARDS | FILLING, aliases=aliases
                )

    def switch(self, generation: str) -> None:
        """See ``SearchEngine.switch``: all aliases of all kinds change in one call.

        Before, the generation is named as the next: from then on workers make visible in it what they write, and the
        refresh that follows does so for what was written until then.
        """
        with answering():
            states = {name: state for (kind, name), state in self._states().items() if kind == "company"}
            if generation not in states:
                raise LookupError(generation)
            indices = [self._index(kind, generation) for kind in KINDS]
            self._client.indices.put_settings(index=indices, settings={"index": SEARCHED})
            named = {self._index(kind, generation): self._next(kind) for kind in KINDS}
            self._client.indices.update_aliases(actions=[_alias("add", *each) for each in named.items()])
            self._client.indices.refresh(index=indices)
            actions = [_alias("remove", *each) for each in named.items()]
            for kind in KINDS:
                for name, state in states.items():
                    to = State.LIVE if name == generation else State.RETIRED if state is State.LIVE else state
                    if to is not state:
                        index = self._index(kind, name)
                        actions.append(_alias("remove", index, self._marker(kind, state)))
                        actions.append(_alias("add", index, self._marker(kind, to)))
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
        states = self._states()
        with self._within(WRITE_SECONDS) as (client, _):
            mappings = client.indices.get_mapping(index=self._patterns()).body
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

    def _fields(self, kind: Kind, generation: str, seconds: float = WRITE_SECONDS) -> Mapping[str, Any]:
        """The mapping of a generation, field by field; asked once, since it never changes. Empty if there is none."""
        index = self._index(kind, generation)
        if index not in self._known_fields:
            with self._within(seconds) as (client, _):
                mappings = client.indices.get_mapping(index=index, ignore_unavailable=True).body
            if index not in mappings:
                return {}
            self._known_fields[index] = mappings[index]["mappings"].get("properties", {})
        return self._known_fields[index]

    def _patterns(self) -> list[str]:
        return [f"{self._prefix}-{kind}-*" for kind in KINDS]

    def _states(self, seconds: float = STATE_SECONDS) -> dict[tuple[Kind, str], State]:
        """The state of each (kind, generation), read from the aliases of its index."""
        with self._within(seconds) as (client, _):
            indices = client.indices.get_alias(index=self._patterns()).body
        states: dict[tuple[Kind, str], State] = {}
        for kind in KINDS:
            start = self._index(kind, "")
            for index in sorted(indices):
                if index.startswith(start):
                    aliases = indices[index]["aliases"]
                    marked = [state for state in State if self._marker(kind, state) in aliases]
                    states[kind, index.removeprefix(start)] = marked[0] if marked else State.RETIRED
        return states


def _alias(act: str, index: str, alias: str) -> dict[str, Any]:
    """One step of a change of aliases: ``add`` or ``remove``."""
    return {act: {"index": index, "alias": alias}}


def write_alias(index: str) -> str:
    """What writes to an index go through."""
    return f"{index}--write"
