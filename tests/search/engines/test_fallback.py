"""Search answers when Elasticsearch is refused, silent or gone, and nothing written meanwhile is lost."""

import socket
from collections.abc import Iterator
from functools import partial

import pytest

from search.analysis import analyse
from search.documents import company_document
from search.engines.base import EngineUnavailableError, SearchQuery
from search.engines.build import build_engine
from search.engines.elasticsearch import ElasticsearchEngine
from search.engines.fallback import CircuitBreaker, FallbackEngine
from search.engines.fts5 import Fts5Engine
from search.engines.patience import SEARCH_SECONDS

LAW = company_document({"id": 1, "version": 1, "name_en": "Law"})


@pytest.fixture(params=["refuses", "is silent"])
def unreachable(request) -> Iterator[str]:
    """The address of a server that refuses connections, or takes them and says nothing."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        if request.param == "is silent":
            server.listen()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


@pytest.fixture
def engine(unreachable, tmp_path) -> Iterator[FallbackEngine]:
    primary = ElasticsearchEngine(unreachable)
    # The silent server would hold every write for its whole time limit.
    primary._client = primary._searching
    primary._states = partial(primary._states, SEARCH_SECONDS)
    engine = FallbackEngine(primary, Fts5Engine(tmp_path / "search.sqlite3"), CircuitBreaker(limit=1, pause=60))
    engine.ensure()
    yield engine
    engine.close()


def test_the_embedded_engine_answers_and_says_so(engine):
    engine.embedded.write([LAW])
    result = engine.search(SearchQuery("company", analyse("law")))
    assert [hit.id for hit in result.hits] == ["1"]
    assert (result.engine, result.reduced) == ("fts5", True)
    assert [suggestion.id for suggestion in engine.suggest("company", "la")] == ["1"]
    assert engine.ping()


def test_a_write_is_searchable_and_asks_for_a_retry(engine):
    result = engine.write([LAW])
    assert result.retry == (("company", "1"),)
    assert result.written == ()
    assert engine.search(SearchQuery("company", analyse("law"))).total == 1


def test_a_rebuild_needs_both_engines(engine):
    with pytest.raises(EngineUnavailableError):
        engine.create("second")


class Flaky(Fts5Engine):
    """The embedded engine, as a primary that fails while told to."""

    name = "flaky"
    down = False
    asked = 0

    def search(self, query):
        self.asked += 1
        if self.down:
            raise EngineUnavailableError("down")
        return super().search(query)


@pytest.fixture
def flaky(tmp_path) -> Iterator[tuple[Flaky, FallbackEngine, list[float]]]:
    now = [0.0]
    primary = Flaky(tmp_path / "primary.sqlite3")
    breaker = CircuitBreaker(limit=2, pause=10, clock=lambda: now[0])
    engine = FallbackEngine(primary, Fts5Engine(tmp_path / "embedded.sqlite3"), breaker)
    primary.ensure()
    engine.ensure()
    yield primary, engine, now
    engine.close()


def test_a_failing_engine_is_left_alone_then_tried_again(flaky):
    primary, engine, now = flaky
    query = SearchQuery("company")
    primary.down = True
    assert [engine.search(query).reduced for _ in range(5)] == [True] * 5
    assert primary.asked == 2
    now[0] = 10.0
    assert [engine.search(query).reduced for _ in range(3)] == [True] * 3
    assert primary.asked == 3
    primary.down = False
    now[0] = 20.0
    assert [engine.search(query).reduced for _ in range(3)] == [False] * 3


def test_one_failure_between_answers_changes_nothing(flaky):
    primary, engine, _ = flaky
    for down in (True, False, True, False):
        primary.down = down
        assert engine.search(SearchQuery("company")).reduced is down


def test_when_both_have_it_a_write_is_done(flaky):
    primary, engine, _ = flaky
    assert engine.write([LAW]).written == (("company", "1"),)
    assert engine.count("company") == engine.embedded.count("company") == 1
    newer = company_document({"id": 1, "version": 2, "name_en": "Law"})
    primary.write([newer])
    assert engine.write([LAW]).written == (("company", "1"),)
    engine.write([newer])
    assert engine.write([LAW]).stale == (("company", "1"),)


def test_an_empty_primary_does_not_answer_until_it_was_filled(tmp_path):
    primary = Fts5Engine(tmp_path / "primary.sqlite3")
    engine = FallbackEngine(primary, Fts5Engine(tmp_path / "embedded.sqlite3"), CircuitBreaker(pause=0))
    engine.embedded.ensure()
    engine.embedded.write([LAW])
    engine.ensure()
    assert engine.search(SearchQuery("company", analyse("law"))).reduced
    newer = company_document({"id": 1, "version": 2, "name_en": "Law"})
    assert engine.write([newer]).written
    engine.create("second")
    engine.write([newer])
    engine.switch("second")
    engine.drop("first")
    result = engine.search(SearchQuery("company", analyse("law")))
    assert (result.total, result.reduced) == (1, False)
    engine.close()


def test_the_engine_is_chosen_by_what_is_there(tmp_path):
    embedded = build_engine(tmp_path / "search.sqlite3")
    both = build_engine(tmp_path / "search.sqlite3", "http://127.0.0.1:9", "yuxin")
    assert isinstance(embedded, Fts5Engine)
    assert isinstance(both, FallbackEngine)
    assert (embedded.name, both.name) == ("fts5", "elasticsearch")
    both.close()
