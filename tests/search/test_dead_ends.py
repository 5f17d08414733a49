"""A question that finds nothing: what to drop, and what is near; every way leads to as many results as it says."""

import html as escapes
import re

import pytest

from matchmaking.engine.bridge import TextBridge
from search import meaning, queries, ways_out
from search.reading import TextReader
from tests.factories import CompanyFactory, NeedFactory, OfferFactory, TermFactory
from tests.search.asking import names, put
from tests.search.test_reading import TEXTS, Letters

pytestmark = pytest.mark.django_db


@pytest.fixture
def reading(monkeypatch):
    """A model with an encoder of letters is in force; asked for before the index, whose vectors it makes."""
    reader = TextReader(TextBridge(encoder=Letters()).fit(TEXTS))
    for module in (meaning, queries, ways_out):
        monkeypatch.setattr(module, "reader", lambda: reader)


def ways(html):
    """(label, number, query string) of each way on."""
    found = re.findall(r'<a class="chip" href="(\?[^"]*)">([^<]*)<b>(\d+)</b>', html)
    return [(label.strip(" :："), int(total), escapes.unescape(address)) for address, label, total in found]


def followed(client, address, language="zh-hans", path=""):
    return client.get(f"/{language}/find/{path}{address}").content.decode()


def test_each_condition_that_is_to_blame_can_be_dropped(water, page, client):
    html = page(q="污水处理", place="SG", service="eng.water")[1]
    assert names(html) == []
    offered = ways(html)
    assert {label for label, _, _ in offered} >= {"去掉“新加坡”", "去掉“污水处理设计”", "不限筛选条件"}
    for _, total, address in offered:
        assert len(names(followed(client, address))) == total > 0


def test_where_two_filters_are_to_blame_all_can_be_dropped(water, page, client):
    html = page(q="污水处理", place="nowhere", service="none", language="en")[1]
    (label, total, address), *_ = ways(html)
    assert (label, total) == ("without any filter", 2)
    assert len(names(followed(client, address))) == 2


@pytest.mark.parametrize(
    ("language", "words"), [("zh-hans", "污水管网处理"), ("en", "wastewatr pipes"), ("en", "qqqq water designs")]
)
def test_near_services_are_named(water, page, client, language, words):
    html = page(language=language, q=words, expand="0")[1]
    label = {"zh-hans": "污水处理设计", "en": "Wastewater design"}[language]
    assert [(name, total) for name, total, address in ways(html) if address == "?service=eng.water"] == [(label, 1)]
    assert names(followed(client, "?service=eng.water")) == ["yuhuan"]


def test_where_nothing_is_near_what_is_frequent_is_named(water, page):
    html = page(language="en", q="zzzz")[1]
    assert "What others offer or look for here:" in html
    assert ("Wastewater design", 1, "?service=eng.water") in ways(html)
    assert "What others offer" not in page(language="en", q="wastewater")[1]


def test_words_without_letters_are_no_dead_end_either(water, page):
    assert ways(page(q="?!")[1])


def test_few_results_that_are_only_close_in_meaning_are_followed_by_ways_on(reading, index, page, client):
    made = [CompanyFactory(slug=slug, summary_en=text) for slug, text in (("near", "cold chain"), ("far", "soy sauce"))]
    put(*made)
    html = page(language="en", q="cold chain zebra")[1]
    assert names(html) == ["near"]
    assert "Nothing holds all these words" in html
    assert "Not what you look for?" in html
    assert ("without “zebra”", 1) in [(label, total) for label, total, _ in ways(html)]
    assert "Not what you look for?" not in page(language="en", q="cold chain")[1]


def test_somebody_is_always_the_nearest_but_to_words_without_sense_nobody_is_near(reading, index, page):
    firms = [CompanyFactory(summary_en=text) for text in ("cold chain", "soy sauce")]
    for firm in firms:
        OfferFactory(company=firm, service_type=TermFactory(label_en="Wastewater design", label_zh="污水设计"))
    put(*firms)
    html = page(language="en", q="zzqqxxjj")[1]
    assert ways(html)
    assert "Close to what you look for:" not in html
    filtered = page(language="en", q="cold chain", service="nowhere")[1]
    assert "Close to what you look for:" in filtered


def test_needs_have_ways_on_of_their_own(index, page, client):
    wanted = TermFactory(code="fruit", category=True, label_zh="冷冻榴莲", label_en="Frozen durian")
    need = NeedFactory(title_zh="求购", title_en="Wanted")
    need.product_categories.set([wanted])
    need.save()
    put(need.company)
    html = page("needs/", q="冷冻芒果")[1]
    assert ("冷冻榴莲", 1, "?category=fruit") in ways(html)


def test_terms_of_hidden_firms_are_not_named(index, page):
    hidden = CompanyFactory(suspended=True)
    OfferFactory(company=hidden, service_type=TermFactory(code="secret", label_zh="绝密勘探", label_en="Secret survey"))
    put(hidden, CompanyFactory())
    for words in ("绝密测绘", "zzzz"):
        assert "绝密勘探" not in page(q=words)[1]
