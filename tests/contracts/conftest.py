"""Engines under contract: each test runs on both, each run in an index of its own that is removed afterwards."""

import os
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from search.engines.elasticsearch import ElasticsearchEngine
from search.engines.engine import SearchEngine
from search.engines.fts5 import Fts5Engine


def elasticsearch_url() -> str:
    """The server to test against; without one the test is skipped, or fails where services are required."""
    url = os.environ.get("ELASTICSEARCH_URL", "")
    if not url and os.environ.get("YUXIN_REQUIRE_SERVICES") == "1":
        pytest.fail("YUXIN_REQUIRE_SERVICES=1 but ELASTICSEARCH_URL is not set")
    if not url:
        pytest.skip("no Elasticsearch: start it with .ci/services and set ELASTICSEARCH_URL")
    return url


def remove(engine: SearchEngine) -> None:
    """Leave nothing behind on a server."""
    if isinstance(engine, ElasticsearchEngine):
        engine.destroy()
    engine.close()


@pytest.fixture(scope="session")
def make_engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], SearchEngine]]:
    """A maker of engines by name, each with an index of its own."""
    made: list[SearchEngine] = []

    def make(name: str) -> SearchEngine:
        engine: SearchEngine
        if name == "fts5":
            engine = Fts5Engine(Path(tmp_path_factory.mktemp("fts5")) / "search.sqlite3")
        else:
            engine = ElasticsearchEngine(elasticsearch_url(), prefix=f"test-{uuid.uuid4().hex[:12]}")
        made.append(engine)
        return engine

    yield make
    for engine in made:
        remove(engine)


@pytest.fixture(params=["fts5", "elasticsearch"])
def engine(request: pytest.FixtureRequest, make_engine: Callable[[str], SearchEngine]) -> SearchEngine:
    """An empty engine with a live generation."""
    engine = make_engine(request.param)
    engine.ensure()
    return engine
