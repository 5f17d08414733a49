"""An index for the occasion: what the search page shows of it, by meaning, by words and as typed."""

import threading

import pytest
from django.utils import timezone

from matchmaking.engine.bridge import TextBridge
from matchmaking.matches.models import ModelVersion
from search import meaning
from search.engines.base import Space
from search.evaluation import own_index
from search.index import search_engine, searching
from search.reading import TextReader
from search.site_evaluation import Way, directory_index, shown
from tests.factories import CompanyFactory, TermFactory
from tests.search.test_reading import Letters

pytestmark = pytest.mark.django_db


@pytest.fixture
def firms(embedded):
    TermFactory(kind="service_type", label_zh="污水处理", label_en="Sewage treatment")
    texts = {"water": "Sewage treatment for estates", "tea": "Green tea in bulk", "law": "Patents and marks"}
    return {key: CompanyFactory(summary_zh="", summary_en=text) for key, text in texts.items()}


@pytest.fixture
def model(monkeypatch, firms):
    """A model with an encoder of letters in force."""
    texts = [firm.summary_en for firm in firms.values()]
    reader = TextReader(TextBridge(encoder=Letters()).fit(texts))
    monkeypatch.setattr(meaning, "_load", lambda: reader)
    monkeypatch.setattr(meaning, "_loaded", (None, None))
    return ModelVersion.objects.create(fingerprint="f" * 64, directory="none", active=True, activated_at=timezone.now())


def found(typed, way, depth=10):
    with directory_index("fts5", "", way) as documents:
        assert documents == 3
        return [(one.row.summary_en.split()[0], one.near) for one in shown(typed, depth, way)]


def test_words_as_typed_know_no_other_wordings(firms):
    assert found("污水处理", Way.WORDS) == [("Sewage", False)]
    assert found("污水处理", Way.TYPED) == []


def test_meaning_has_a_say_unless_words_alone_are_asked(model):
    assert ("Sewage", False) in found("sewage", Way.ALL)
    assert found("sewage treatment for estates and homes", Way.ALL) == [("Sewage", True)]
    assert found("sewage treatment for estates and homes", Way.WORDS) == []


def test_no_more_than_asked_for_and_all_pages_of_it(embedded):
    for _ in range(23):
        CompanyFactory(summary_en="Sewage treatment")
    with directory_index("fts5", "", Way.WORDS):
        assert len(shown("sewage", 22)) == 22
        assert len({one.row.pk for one in shown("sewage", 100)}) == 23


def test_another_engine_answers_inside_and_nobody_elses_questions(embedded):
    with own_index("fts5", "", Space()) as other:
        with searching(other):
            assert search_engine() is other
            elsewhere = []
            thread = threading.Thread(target=lambda: elsewhere.append(search_engine()))
            thread.start()
            thread.join()
            assert elsewhere == [embedded]
        assert search_engine() is embedded
