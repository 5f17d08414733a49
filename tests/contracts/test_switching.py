"""A version once seen is not unseen again: what is written while searches change over from one index to another.

Elasticsearch shows what an index took only once that index has been refreshed, each index by itself; the embedded
engine shows a committed write at once, in every generation.
"""

import pytest

from search.analysis import analyse
from search.engines.base import SearchQuery
from search.engines.elasticsearch import ElasticsearchEngine
from tests.contracts.conftest import elasticsearch_url
from tests.contracts.corpus import firm


@pytest.fixture
def engine(make_engine):
    """A first generation that is searched and a second that is about to be; both know version 1."""
    engine = make_engine("elasticsearch")
    engine.ensure()
    engine.create("second")
    engine.write([firm(1, version=1)])
    engine.refresh()
    return engine


@pytest.fixture
def worker(engine):
    """The same indices, as another process has them."""
    worker = ElasticsearchEngine(elasticsearch_url(), prefix=engine._prefix)
    yield worker
    worker.close()


def shown(engine):
    """The version that a reader sees."""
    [hit] = engine.search(SearchQuery("company", analyse(""))).hits
    return hit.version


def becomes_visible(engine, generation):
    """What Elasticsearch does of itself once a second."""
    engine._client.indices.refresh(index=engine._index("company", generation))


def test_what_is_written_just_before_the_switch_stays_seen(engine, worker, monkeypatch):
    change_over = engine._client.indices.update_aliases

    def after_a_write(*, actions):
        if any("remove" in action for action in actions):
            worker.write([firm(1, version=2)])
            becomes_visible(engine, "first")
            assert shown(worker) == 2
        change_over(actions=actions)

    monkeypatch.setattr(engine._client.indices, "update_aliases", after_a_write)
    engine.switch("second")
    assert shown(worker) == 2


@pytest.mark.parametrize("back", ["second", "first"], ids=["forward", "and back"])
def test_the_searched_generation_is_written_last(engine, worker, monkeypatch, back):
    """A worker that is held up half-way has shown nothing that the next generation does not know."""
    for generation in dict.fromkeys(("second", back)):
        engine.switch(generation)
    write, taken = worker._client.bulk, []

    def watched(*, operations):
        taken.append([part["index"]["_index"] for part in operations[::2]])
        return write(operations=operations)

    monkeypatch.setattr(worker._client, "bulk", watched)
    worker.write([firm(1, version=2), firm(2, version=1)])
    other = {"first": "second", "second": "first"}[back]
    expected = [f"{engine._index('company', generation)}--write" for generation in (other, back)]
    assert taken == [[index] * 2 for index in expected]


def test_a_write_that_was_under_way_when_the_switch_began_is_seen_after_it(engine, worker, monkeypatch):
    """The worker wrote the next generation before anybody called it that, and the one searched then after the switch."""
    write, calls = worker._client.bulk, []

    def held_up(*, operations):
        calls.append(operations)
        if len(calls) == 1:
            answer = write(operations=operations)
            engine.switch("second")
            return answer
        return write(operations=operations)

    monkeypatch.setattr(worker._client, "bulk", held_up)
    assert not worker.write([firm(1, version=2)]).retry
    assert len(calls) == 2
    assert shown(engine) == 2


def test_nothing_of_a_switch_stays_behind(engine):
    engine.switch("second")
    engine.switch("first")
    aliases = engine._client.indices.get_alias(index=engine._patterns()).body
    assert not [name for index in aliases.values() for name in index["aliases"] if name.endswith("--next")]
