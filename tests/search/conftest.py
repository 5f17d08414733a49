"""An index of its own for each test: the embedded engine, and Elasticsearch with the embedded one behind it."""

import os
import threading
import uuid
from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.test import Client

from matchmaking.core import outbox
from search.engines.elasticsearch import ElasticsearchEngine
from search.index import forget_engine, search_engine
from tests.factories import CompanyFactory, OfferFactory, TermFactory
from tests.search.asking import put
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


@pytest.fixture
def page(client):
    """Ask a page and get (status, html)."""

    def ask(path="", language="zh-hans", who=None, **query):
        asking = client
        if who is not None:
            asking = Client()
            asking.force_login(who)
        response = asking.get(f"/{language}/find/{path}", query)
        return response.status_code, response.content.decode()

    return ask


@pytest.fixture
def water(index):
    """Three firms: a Chinese one, an English one, and one that does something else."""
    term = TermFactory(
        code="eng.water", label_zh="污水处理设计", label_en="Wastewater design",
        synonyms_zh=["污水处理"], synonyms_en=["sewage treatment", "wastewater treatment"],
    )  # fmt: skip
    TermFactory(code="zh", language=True, label_zh="中文", label_en="Chinese")
    chinese = CompanyFactory(legal_name_zh="渝环污水处理公司", legal_name_en="", summary_en="", slug="yuhuan")
    english = CompanyFactory(
        singapore=True, legal_name_zh="", legal_name_en="Straits Meridian", summary_zh="", slug="straits",
        summary_en="Process design for wastewater treatment and reuse plants.",
    )  # fmt: skip
    other = CompanyFactory(legal_name_zh="山城律师事务所", legal_name_en="Mountain Law", slug="law")
    OfferFactory(company=chinese, service_type=term)
    put(chinese, english, other)
    return {"chinese": chinese, "english": english, "other": other, "term": term}
