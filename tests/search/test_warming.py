"""The first search need not load anything: that was done beside the start, and nothing waits for it or falls over it."""

import importlib

import pytest

from search import warming
from search.engines.base import EngineUnavailableError
from tests.factories import CompanyFactory


def test_a_question_of_each_kind_is_asked(embedded, settle, monkeypatch):
    CompanyFactory()
    asked = []
    search = embedded.search
    monkeypatch.setattr(embedded, "search", lambda query: asked.append(query.kind) or search(query))
    read = []
    monkeypatch.setattr("search.warming.reader", lambda: read.append(True))
    warming.load()
    assert (asked, read) == (["company", "need"], [True])


@pytest.mark.parametrize("error", [EngineUnavailableError("away"), OSError("no model"), RuntimeError("not migrated")])
def test_what_cannot_be_loaded_disturbs_nobody(error, monkeypatch, caplog):
    def fail():
        raise error

    monkeypatch.setattr("search.warming.load", fail)
    caplog.set_level("INFO", logger="search.warming")
    thread = warming.warm_up()
    thread.join(10)
    assert thread.daemon
    assert type(error).__name__ in caplog.text


def test_a_web_process_begins_to_load_when_it_starts(monkeypatch):
    begun = []
    monkeypatch.setattr("search.warming.warm_up", lambda: begun.append(True))
    import matchmaking.wsgi

    importlib.reload(matchmaking.wsgi)
    assert begun
