"""What Elasticsearch answers on a bad day, and what it is asked."""

import json
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from search.analysis import analyse
from search.documents import SCHEMAS, company_document
from search.engines.base import EngineUnavailableError, SearchQuery
from search.engines.elasticsearch import ElasticsearchEngine

ALIASES = {
    f"yuxin-{kind}-first": {"aliases": {f"yuxin-{kind}": {}, f"yuxin-{kind}-first--write": {}}}
    for kind in ("company", "need", "match")
}
FOUND = {"timed_out": False, "_shards": {"failed": 0}, "hits": {"total": {"value": 0}, "hits": []}, "aggregations": {}}


@pytest.fixture
def engine(server) -> Iterator[ElasticsearchEngine]:
    server.answers["/_alias"] = (200, ALIASES)
    # Indices of an earlier release, without fields for vectors and words as they are written.
    server.answers["/_mapping"] = (200, {index: {"mappings": {}} for index in ALIASES})
    engine = ElasticsearchEngine(server.url)
    yield engine
    engine.close()


def test_a_node_that_is_gone_is_left_for_another(engine, server):
    engine = ElasticsearchEngine(f"http://127.0.0.1:1,{server.url}")
    try:
        assert [engine.targets() for _ in range(4)] == [{"elasticsearch:first"}] * 4
    finally:
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
    assert "spelling" not in json.loads(server.received[-1][1].splitlines()[1])


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


@pytest.mark.parametrize("bad", [FOUND | {"timed_out": True}, {"error": {"type": "x"}, "status": 400}])
def test_half_an_answer_to_several_requests_is_none_either(engine, server, bad):
    query = SearchQuery("company", analyse("law"), head=("1",))
    server.answers["/_msearch"] = (200, {"responses": [FOUND, bad, FOUND]})
    with pytest.raises(EngineUnavailableError):
        engine.search(query)


def test_a_page_with_a_head_takes_one_request(engine, server):
    aggregations = {group: {"values": {"buckets": []}} for group in SCHEMAS["company"].facets}
    hit = {"_id": "1", "_version": 1, "_score": 3.0, "_source": {"fields": {"name_en": "Law"}}}
    of_head, of_page = (FOUND | {"hits": {"hits": [one]}} for one in ({"fields": {"id": ["1"]}}, hit))
    server.answers["/_msearch"] = (200, {"responses": [FOUND | {"aggregations": aggregations}, of_head, of_page]})
    found = engine.search(SearchQuery("company", analyse("law"), head=("1",)))
    assert [path for path, _ in server.received] == ["/yuxin-company/_msearch"]
    assert (found.total, [one.id for one in found.hits]) == (1, ["1"])


def test_a_query_is_only_ever_words_in_a_fixed_template(engine, server):
    server.answers["/_search"] = (503, {})
    with pytest.raises(EngineUnavailableError):
        engine.search(SearchQuery("company", analyse('name:law OR (tax AND /.*/) "污水处理" _exists_:id')))
    sent = server.received[-1][1]
    assert not any(word in sent for word in ("query_string", "script", "regexp", "wildcard", "_exists_"))
    assert "污水 水处 处理" in json.dumps(json.loads(sent), ensure_ascii=False)


def copies_asked(server):
    """Which copy each search since the last look was for, in a request of its own or among several."""
    asked = [(path, body) for path, body in server.received if "search" in path]
    server.received.clear()
    alone = [parse_qs(urlsplit(path).query)["preference"][0] for path, _ in asked if "/_search" in path]
    among = [json.loads(body.splitlines()[0])["preference"] for path, body in asked if "/_msearch" in path]
    return alone + among


def test_a_question_is_put_to_one_copy_of_the_index_whatever_its_page(engine, server):
    facets = {group: {"values": {"buckets": []}} for group in SCHEMAS["company"].facets}
    server.answers["/_search"] = (200, FOUND | {"aggregations": facets})
    server.answers["/_msearch"] = (200, {"responses": [FOUND | {"aggregations": facets}] * 3})
    tea = SearchQuery("company", analyse("tea"))
    for page in (tea, replace(tea, page=2), replace(tea, head=("1",)), replace(tea, facets={"country": ("CN",)})):
        engine.search(page)
    assert len(set(copies_asked(server))) == 1
    for other in (tea, SearchQuery("company", analyse("ginger")), SearchQuery("need", analyse("tea"))):
        server.answers["/_search"] = (200, FOUND | {"aggregations": {
            group: {"values": {"buckets": []}} for group in SCHEMAS[other.kind].facets
        }})  # fmt: skip
        engine.search(other)
    assert len(set(copies_asked(server))) == 3
