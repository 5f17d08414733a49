"""An index of its own for each test: the embedded engine, and Elasticsearch with the embedded one behind it."""

import os
import threading
import uuid
from collections.abc import Iterator

import pytest
from django.core.management import call_command

from matchmaking.core import outbox
from search.engines.elasticsearch import ElasticsearchEngine
from search.index import forget_engine, search_engine
from tests.search.playing import Server


def _own_index(settings, tmp_path, url):
    forget_engine()
    settings.SEARCH_FTS5_PATH = tmp_path / "search.sqlite3"
    settings.ELASTICSEARCH_URL = url
    settings.SEARCH_INDEX_PREFIX = f"test-{uuid.uuid4().hex[:12]}"


@pytest.fixture
def embedded(settings, tmp_path, db):
    """The embedded engine alone."""
    _own_index(settings, tmp_path, "")
    yield search_engine()
    forget_engine()


@pytest.fixture(params=["fts5", "elasticsearch"])
def index(request, settings, tmp_path, db):
    """Each engine as a deployment has it, living and empty."""
    url = os.environ.get("ELASTICSEARCH_URL", "") if request.param == "elasticsearch" else ""
    if request.param == "elasticsearch" and not url:
        if os.environ.get("YUXIN_REQUIRE_SERVICES") == "1":
            pytest.fail("YUXIN_REQUIRE_SERVICES=1 but ELASTICSEARCH_URL is not set")
        pytest.skip("no Elasticsearch: start it with .ci/services and set ELASTICSEARCH_URL")
    _own_index(settings, tmp_path, url)
    call_command("search_rebuild", "--json", stdout=open(os.devnull, "w"))  # noqa: SIM115
    engine = search_engine()
    yield engine
    if primary := getattr(engine, "primary", None):
        assert isinstance(primary, ElasticsearchEngine)
        primary.destroy()
    forget_engine()


@pytest.fixture
def settle():
    """Let the worker take every mark for search, and make what it wrote visible."""

    def work():
        outbox.drain_all(topics=["doc"])
        search_engine().refresh()

    return work


@pytest.fixture
def server() -> Iterator[Server]:
    """A played Elasticsearch."""
    server = Server()
    thread = threading.Thread(target=server.http.serve_forever)
    thread.start()
    yield server
    server.http.shutdown()
    server.http.server_close()
    thread.join()
