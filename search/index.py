"""The search engine of this process, as the settings say."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache

from django.conf import settings

from search.engines.build import build_engine
from search.engines.engine import SearchEngine
from search.engines.fallback import FallbackEngine

_building = threading.Lock()
_instead: ContextVar[SearchEngine | None] = ContextVar("engine asked instead", default=None)


def search_engine() -> SearchEngine:
    """Return the engine of this deployment, ready for writes and searches.

    Without ``ELASTICSEARCH_URL`` the embedded one on the file ``SEARCH_FTS5_PATH``; with it Elasticsearch, behind
    which the embedded one is fed too and answers when Elasticsearch does not.
    """
    if (engine := _instead.get()) is not None:
        return engine
    with _building:
        return _engine(str(settings.SEARCH_FTS5_PATH), settings.ELASTICSEARCH_URL, settings.SEARCH_INDEX_PREFIX)


@contextmanager
def searching(engine: SearchEngine) -> Iterator[None]:
    """Let this be the engine of all that is asked inside, and of nothing that other threads ask meanwhile."""
    before = _instead.set(engine)
    try:
        yield
    finally:
        _instead.reset(before)


@lru_cache(maxsize=1)
def _engine(path: str, url: str, prefix: str) -> SearchEngine:
    engine = build_engine(path, url, prefix)
    engine.ensure()
    return engine


def single_engines() -> list[SearchEngine]:
    """The engines behind :func:`search_engine`, each on its own, the embedded one first."""
    engine = search_engine()
    return [engine.embedded, engine.primary] if isinstance(engine, FallbackEngine) else [engine]


def forget_engine() -> None:
    """Close the engine of this process; the next use builds it anew."""
    with _building:
        if _engine.cache_info().currsize:
            _engine(str(settings.SEARCH_FTS5_PATH), settings.ELASTICSEARCH_URL, settings.SEARCH_INDEX_PREFIX).close()
        _engine.cache_clear()
