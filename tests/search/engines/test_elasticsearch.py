"""What Elasticsearch answers on a bad day, played by a small server, and what it is asked."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from search.analysis import analyse
from search.documents import company_document
from search.engines.base import EngineUnavailableError, SearchQuery
from search.engines.elasticsearch import ElasticsearchEngine

ALIASES = {
    f"yuxin-{kind}-first": {"aliases": {f"yuxin-{kind}": {}, f"yuxin-{kind}-first--write": {}}}
    for kind in ("company", "need", "match")
}
FOUND = {"timed_out": False, "_shards": {"failed": 0}, "hits": {"total": {"value": 0}, "hits": []}, "aggregations": {}}


class Server:
    """Answers each path with (status, body) from a table, and keeps what it was sent."""

    def __init__(self) -> None:
        self.answers = {"/_alias": (200, ALIASES)}
        self.received: list[tuple[str, str]] = []
        table = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                sent = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
                table.received.append((self.path, sent))
                found = (answer for end, answer in table.answers.items() if end in self.path)
                status, body = next(found, (404, {}))
                content = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("X-Elastic-Product", "Elasticsearch")
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def do_GET(self) -> None:
                self.do_POST()

            def do_PUT(self) -> None:
                self.do_POST()

            def log_message(self, *arguments: object) -> None:
                """Say nothing."""

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}"


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    thread = threading.Thread(target=server.http.serve_forever)
    thread.start()
    yield server
    server.http.shutdown()
    server.http.server_close()
    thread.join()


@pytest.fixture
def engine(server) -> Iterator[ElasticsearchEngine]:
    engine = ElasticsearchEngine(server.url)
    yield engine
    engine.close()


def test_each_document_of_a_batch_has_its_own_outcome(engine, server):
    statuses = [201, 409, 429, 503, 400, 404]
    items = [{"index": {"status": status, "error": {"type": "strict_dynamic"}}} for status in statuses]
    server.answers["/_bulk"] = (200, {"errors": True, "items": items})
    result = engine.write([company_document({"id": status, "version": 1}) for status in statuses])
    assert result.written == (("company", "201"),)
    assert result.stale == (("company", "409"),)
    assert [key[1] for key in result.retry] == ["429", "503", "404"]
    assert result.refused == {("company", "400"): "strict_dynamic"}


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_bulk_that_fails_as_a_whole_is_retried(engine, server, status):
    server.answers["/_bulk"] = (status, {"error": "overloaded"})
    assert engine.write([company_document({"id": 1, "version": 1})]).retry == (("company", "1"),)


def test_writes_go_to_the_writing_alias_with_their_version(engine, server):
    server.answers["/_bulk"] = (200, {"items": [{"index": {"status": 200}}]})
    engine.write([company_document({"id": 1, "version": 7})])
    action = json.loads(server.received[-1][1].splitlines()[0])["index"]
    assert action["_index"] == "yuxin-company-first--write"
    assert (action["version"], action["version_type"], action["require_alias"]) == (7, "external_gte", True)


@pytest.mark.parametrize(
    "answer",
    [
        (200, FOUND | {"timed_out": True}),
        (200, FOUND | {"_shards": {"failed": 1}}),
        (400, {"error": "bad"}),
        (404, {"error": "no such index"}),
        (429, {"error": "busy"}),
        (503, {"error": "down"}),
    ],
    ids=["timed out", "half an index", "400", "404", "429", "503"],
)
def test_half_an_answer_is_none(engine, server, answer):
    server.answers["/_search"] = answer
    with pytest.raises(EngineUnavailableError):
        engine.search(SearchQuery("company", analyse("law")))


def test_a_query_is_only_ever_words_in_a_fixed_template(engine, server):
    server.answers["/_search"] = (503, {})
    with pytest.raises(EngineUnavailableError):
        engine.search(SearchQuery("company", analyse('name:law OR (tax AND /.*/) "污水处理" _exists_:id')))
    sent = server.received[-1][1]
    assert not any(word in sent for word in ("query_string", "script", "regexp", "wildcard", "_exists_"))
    assert "污水 水处 处理" in json.dumps(json.loads(sent), ensure_ascii=False)
