"""Keeps search alive when Elasticsearch is not: the embedded engine, fed all along, answers in its place."""

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

from matchmaking.core.fault_points import reached
from search.engines.base import (
    NO_SPACE,
    EngineUnavailableError,
    Generation,
    Indexed,
    Kind,
    Meaning,
    Ranked,
    SearchDocument,
    SearchQuery,
    SearchResult,
    Space,
    Suggestion,
    WriteResult,
)
from search.engines.engine import SearchEngine
from search.engines.patience import CutShortError, patience

logger = logging.getLogger(__name__)
Answer = TypeVar("Answer")


class CircuitBreaker:
    """Stops asking an engine that failed ``limit`` times in a row, for ``pause`` seconds.

    Then one request tries.
    """

    def __init__(self, limit: int = 2, pause: float = 10.0, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit = limit
        self._pause = pause
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._closed_until = 0.0

    def allows(self) -> bool:
        """Whether to ask now. After the pause one caller gets a yes, and the rest wait for what it finds."""
        with self._lock:
            if self._failures < self._limit:
                return True
            if self._clock() < self._closed_until:
                return False
            self._closed_until = self._clock() + self._pause
            return True

    @property
    def open(self) -> bool:
        """Whether the pause is over or none was needed; unlike ``allows`` it takes nobody's turn."""
        with self._lock:
            return self._failures < self._limit or self._clock() >= self._closed_until

    def succeeded(self) -> None:
        """The engine answered."""
        with self._lock:
            self._failures = 0

    def failed(self) -> None:
        """The engine did not answer."""
        with self._lock:
            self._failures += 1
            if self._failures >= self._limit:
                self._closed_until = self._clock() + self._pause


class FallbackEngine(SearchEngine):
    """``primary`` answers while it can.

    ``embedded`` otherwise, with ``reduced=True``. Both get every write.
    """

    def __init__(self, primary: SearchEngine, embedded: SearchEngine, breaker: CircuitBreaker | None = None) -> None:
        self.primary = primary
        self.embedded = embedded
        self.name = primary.name
        # One second lost is enough: the reader has two.
        self._breaker = breaker or CircuitBreaker(limit=1)
        self._writing = CircuitBreaker(limit=1)

    def search(self, query: SearchQuery) -> SearchResult:
        """See ``SearchEngine.search``."""
        result, primary = self._first(lambda engine: engine.search(query))
        if primary:
            return result
        return SearchResult(result.hits, result.total, result.facets, result.engine, reduced=True)

    def suggest(self, kind: Kind, typed: str, size: int = 8) -> tuple[Suggestion, ...]:
        """See ``SearchEngine.suggest``."""
        return self._first(lambda engine: engine.suggest(kind, typed, size))[0]

    def near_words(self, kind: Kind, words: Sequence[str]) -> dict[str, dict[str, int]]:
        """See ``SearchEngine.near_words``."""
        return self._first(lambda engine: engine.near_words(kind, words))[0]

    def ranked(self, query: SearchQuery, size: int) -> tuple[Ranked, ...]:
        """See ``SearchEngine.ranked``."""
        return self._first(lambda engine: engine.ranked(query, size))[0]

    def nearest(self, query: SearchQuery, meaning: Meaning, size: int) -> tuple[Ranked, ...]:
        """See ``SearchEngine.nearest``."""
        return self._first(lambda engine: engine.nearest(query, meaning, size))[0]

    def rankings(
        self, query: SearchQuery, meaning: Meaning, size: int
    ) -> tuple[tuple[Ranked, ...], tuple[Ranked, ...]]:
        """See ``SearchEngine.rankings``."""
        return self._first(lambda engine: engine.rankings(query, meaning, size))[0]

    def _first(self, ask: Callable[[SearchEngine], Answer]) -> tuple[Answer, bool]:
        """The answer, and whether it came from the primary engine."""
        if self._breaker.allows():
            try:
                answer = ask(self.primary)
            except EngineUnavailableError as error:
                if not isinstance(error, CutShortError):
                    self._breaker.failed()
                logger.warning("%s cannot answer, %s does: %s", self.primary.name, self.embedded.name, error)
            else:
                self._breaker.succeeded()
                return answer, True
        return ask(self.embedded), False

    def targets(self) -> frozenset[str]:
        """Marks of the generations of both; without those of a primary that does not answer."""
        try:
            return self.embedded.targets() | (self.primary.targets() if self._writing.open else frozenset())
        except EngineUnavailableError:
            self._writing.failed()
            return self.embedded.targets()

    def write(
        self, documents: Iterable[SearchDocument], *, seen: frozenset[str] | None = None, only: str | None = None
    ) -> WriteResult:
        """Write to both. A document counts as done only when both have it: the outbox retries the rest."""
        documents = list(documents)
        results = [self.embedded.write(documents, seen=seen, only=only)]
        reached("K4")
        results.append(self._write_primary(documents, seen, only))
        refused = {key: reason for result in results for key, reason in result.refused.items()}
        retry = {key: None for result in results for key in result.retry if key not in refused}
        unfinished = refused.keys() | retry.keys()
        written = {key: None for result in results for key in result.written if key not in unfinished}
        stale = tuple(key for key in results[0].stale if key not in unfinished and key not in written)
        return WriteResult(tuple(written), stale, tuple(retry), refused)

    def _write_primary(
        self, documents: list[SearchDocument], seen: frozenset[str] | None, only: str | None
    ) -> WriteResult:
        """A primary that just failed is left alone for a while: each try may take its whole time limit."""
        if not documents or not self._writing.allows():
            return WriteResult(retry=tuple(document.key for document in documents))
        result = self.primary.write(documents, seen=seen, only=only)
        if len(result.retry) == len(documents) and not self._has_new_generation(seen):
            self._writing.failed()
        else:
            self._writing.succeeded()
        return result

    def _has_new_generation(self, seen: frozenset[str] | None) -> bool:
        """Whether that, and no failure, is why nothing was written."""
        try:
            return seen is not None and not self.primary.targets() <= seen
        except EngineUnavailableError:
            return False

    def ping(self) -> bool:
        """Whether at least one engine answers."""
        return self.primary.ping() or self.embedded.ping()

    def create(self, generation: str, space: Space = NO_SPACE) -> None:
        """Create on both; ``EngineUnavailableError`` if one of them cannot."""
        self.embedded.create(generation, space)
        self.primary.create(generation, space)

    def switch(self, generation: str) -> None:
        """Switch both; if the second fails, calling again completes it."""
        self.primary.switch(generation)
        self.embedded.switch(generation)

    def drop(self, generation: str) -> None:
        """Drop on both."""
        self.primary.drop(generation)
        self.embedded.drop(generation)

    def ensure(self) -> None:
        """Make the embedded engine ready, and let the primary take writes if it answers.

        An empty primary is not made live: until a rebuild has filled it, the embedded engine knows more. One that does
        not answer here is not asked by the first reader either, who may be waiting for this.
        """
        self.embedded.ensure()
        try:
            with patience():
                generations = self.primary.generations()
            if not generations:
                self.primary.create("first")
        except EngineUnavailableError as error:
            if not isinstance(error, CutShortError):
                self._breaker.failed()
            logger.warning("%s is not ready: %s", self.primary.name, error)

    def generations(self) -> tuple[Generation, ...]:
        """Generations of the primary engine."""
        return self.primary.generations()

    def count(self, kind: Kind, generation: str | None = None) -> int:
        """Count in the primary engine."""
        return self.primary.count(kind, generation)

    def iterate(self, kind: Kind, generation: str | None = None) -> Iterator[Indexed]:
        """Iterate the primary engine; compare ``embedded`` on its own."""
        return self.primary.iterate(kind, generation)

    def refresh(self) -> None:
        """Refresh both; the primary only if it answers."""
        self.embedded.refresh()
        try:
            self.primary.refresh()
        except EngineUnavailableError as error:
            logger.warning("%s was not refreshed: %s", self.primary.name, error)

    def purge(self, kind: Kind, ids: Iterable[str]) -> None:
        """Purge both."""
        ids = list(ids)
        self.embedded.purge(kind, ids)
        self.primary.purge(kind, ids)

    def close(self) -> None:
        """Close both."""
        self.primary.close()
        self.embedded.close()
