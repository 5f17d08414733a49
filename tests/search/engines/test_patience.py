"""A reader waits for a search server once, however many requests his answer takes."""

import socket
from types import SimpleNamespace

import elastic_transport
import pytest

from search.analysis import analyse
from search.engines import patience as module
from search.engines.base import EngineUnavailableError, SearchQuery
from search.engines.build import build_engine
from search.engines.fallback import FallbackEngine
from search.engines.fts5 import Fts5Engine
from search.engines.patience import SEARCH_SECONDS, CutShortError, patience, waiting
from search.index import searching


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands until it is turned."""
    clock = SimpleNamespace(now=0.0)
    monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: clock.now))
    return clock


def ask(clock, seconds):
    """A request that takes so long; returns how long it would have been allowed to."""
    with waiting(SEARCH_SECONDS) as most:
        clock.now += seconds
    return round(most, 3)


def test_requests_of_one_reader_share_one_limit(clock):
    with patience():
        assert [ask(clock, 0.4), ask(clock, 0.4), ask(clock, 0.2)] == [1.0, 0.6, 0.2]
        with pytest.raises(CutShortError), patience():
            ask(clock, 0.0)
    with patience():
        assert ask(clock, 0.4) == 1.0


def test_who_is_no_reader_has_the_whole_limit_each_time(clock):
    assert [ask(clock, 0.9), ask(clock, 0.9)] == [1.0, 1.0]


@pytest.mark.parametrize(("spent", "cut_short"), [(0.3, False), (0.7, True)])
def test_only_a_request_with_enough_time_speaks_against_the_server(clock, spent, cut_short):
    with patience():
        ask(clock, spent)
        with pytest.raises(EngineUnavailableError) as failed, waiting(SEARCH_SECONDS):
            raise EngineUnavailableError("slow")
    assert isinstance(failed.value, CutShortError) is cut_short


class Slow(Fts5Engine):
    """A server each of whose answers takes more than half of what a reader has."""

    name = "slow"

    def __init__(self, path, clock):
        super().__init__(path)
        self.clock, self.granted = clock, []

    def search(self, query):
        with waiting(SEARCH_SECONDS) as most:
            self.granted.append(most)
            self.clock.now += 0.6
        return super().search(query)

    def near_words(self, kind, words):
        with waiting(SEARCH_SECONDS) as most:
            self.granted.append(most)
            self.clock.now += 0.6
        return super().near_words(kind, words)


@pytest.fixture
def slow(clock, tmp_path):
    primary = Slow(tmp_path / "slow.sqlite3", clock)
    primary.ensure()
    engine = FallbackEngine(primary, Fts5Engine(tmp_path / "embedded.sqlite3"))
    engine.ensure()
    yield engine
    engine.close()


def test_what_a_reader_has_no_patience_for_is_answered_at_hand_and_forgiven(slow):
    with patience():
        reduced = [slow.search(SearchQuery("company")).reduced for _ in range(3)]
    assert reduced == [False, False, True]
    with patience():
        assert not slow.search(SearchQuery("company")).reduced


@pytest.mark.django_db
def test_a_page_waits_once(slow, client):
    # Nothing is found, so other spellings and ways out are looked for, with a search each.
    with searching(slow):
        answer = client.get("/en/find/", {"q": "wharfside plumbing", "place": "SG"})
    assert answer.status_code == 200
    granted = slow.primary.granted
    assert len(granted) == 2
    assert granted[1] < granted[0]


@pytest.fixture
def silent(tmp_path, monkeypatch):
    """Both engines, where the server takes connections and says nothing; and the limit of each request (seconds)."""
    limits = []
    perform = elastic_transport.Transport.perform_request

    def noting(self, *arguments, **options):
        limits.append(options["request_timeout"])
        return perform(self, *arguments, **options)

    monkeypatch.setattr(elastic_transport.Transport, "perform_request", noting)
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        engine = build_engine(tmp_path / "search.sqlite3", f"http://127.0.0.1:{server.getsockname()[1]}")
        engine.embedded.ensure()
        yield engine, limits
        engine.close()


def test_looking_up_what_the_index_holds_is_part_of_the_search(silent):
    engine, limits = silent
    with patience():
        assert engine.near_words("company", ["plumbing"]) == {"plumbing": {}}
        assert engine.search(SearchQuery("company", analyse("plumbing"))).reduced
    assert limits == [SEARCH_SECONDS]


def test_the_first_reader_of_a_process_waits_once_too(silent):
    engine, limits = silent
    with patience():
        engine.ensure()
        assert engine.search(SearchQuery("company", analyse("plumbing"))).reduced
    assert limits == [SEARCH_SECONDS]
