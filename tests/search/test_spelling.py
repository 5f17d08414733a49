"""Slips in a query: mended where nothing is found as typed, offered where little is, and never against the reader."""

import re
from urllib.parse import parse_qs

import pytest
from django.contrib.auth.models import AnonymousUser

from directory.models import Company
from search.forms import Question
from search.names import nearest_part
from search.queries import answer
from tests.factories import CompanyFactory, NeedFactory, TermFactory
from tests.search.asking import put

pytestmark = pytest.mark.django_db


def asked(text, kind="company", **question):
    given = answer(Question(kind, text, **question), AnonymousUser())
    return [found.row.slug if kind == "company" else found.row.pk for found in given.found], given


@pytest.fixture
def firms(index):
    """Names in both languages, and a word that one firm writes wrongly and others do not."""
    made = [
        CompanyFactory(slug="straits", legal_name_en="Straits Meridian Pte. Ltd.", legal_name_zh="海峡子午工程顾问有限公司"),
        CompanyFactory(slug="isle", legal_name_en="Verdant Isle 2024", legal_name_zh="青屿水务科技有限公司"),
        *(CompanyFactory(slug=f"harbour-{n}", legal_name_en=f"Harbour No{n}", legal_name_zh=f"港湾{n}") for n in range(10)),
        CompanyFactory(slug="harbur", legal_name_en="Harbur", legal_name_zh="海港"),
    ]  # fmt: skip
    put(*made)
    return made


@pytest.mark.parametrize(
    "typed",
    ["Stratis Meridian", "tsraits", "meridain straits", "stratis 海峡", "海峡子年工程顾问", "海峡紫午工程顾问有限公司"],
)
def test_a_slip_in_a_name_is_mended_at_once(firms, typed):
    found, given = asked(typed)
    assert found == ["straits"]
    assert given.respelt


def test_the_reader_is_told_and_can_have_it_as_typed(firms, page):
    for language, words in (("en", "Nothing holds “Stratis”."), ("zh-hans", "未找到“Stratis”")):
        _, html = page(language=language, q="Stratis")
        assert words in html
        assert "<b>Straits</b>" in html
        exactly = re.search(r'href="(\?[^"]*respell=0[^"]*)"', html)[1].replace("&amp;", "&")
        assert parse_qs(exactly[1:])["q"] == ["Stratis"]
        assert 'name="respell"' not in html
        assert "<b>Straits</b>" not in page(language=language, q="Stratis", respell="0")[1]


def test_where_little_is_found_the_other_spelling_is_only_offered(firms, page):
    found, given = asked("harbur")
    assert (found, given.respelt, given.spelling) == (["harbur"], False, "harbour")
    for language, words in (("en", "Did you mean"), ("zh-hans", "您要找的是不是")):
        html = page(language=language, q="harbur")[1]
        assert words in html
        assert '<a href="?q=harbour">harbour</a>' in html


@pytest.mark.parametrize(
    "typed", ['"stratis"', "“海峡子年工程顾问”", "isle 2025", "isel20", "harbour", "straits", "zzzzzz", "子年"]
)
def test_what_stands_in_quotes_is_a_number_or_is_known_stays(firms, typed):
    assert asked(typed)[1].spelling == ""


def test_one_s_own_words_stay_as_they_are(firms):
    assert asked("stratis", respell=False)[1].spelling == ""
    assert asked("stratis", expand=False)[1].spelling == ""


def test_a_word_of_the_dictionary_is_no_slip(index):
    put(CompanyFactory(slug="needles", legal_name_en="Needles", legal_name_zh="针"))
    assert asked("noodles") == ([], asked("noodles")[1])
    assert asked("noodles")[1].spelling == ""


def test_a_word_of_the_taxonomy_is_mended_to_and_found_in_the_other_language(index):
    TermFactory(code="eng.water", label_zh="污水处理", label_en="Sewerage", synonyms_en=["wastewater treatment"])
    put(CompanyFactory(slug="water", legal_name_zh="渝环", legal_name_en="", summary_zh="污水处理厂", summary_en=""))
    found, given = asked("wastewatr treatment")
    assert (found, given.spelling) == (["water"], "wastewater treatment")


def test_pages_of_a_mended_query_follow_each_other(index):
    put(*(CompanyFactory(legal_name_en=f"Harbour {number}") for number in range(23)))
    first, second = (asked("Harbuor", page=number)[0] for number in (1, 2))
    assert (len(first), len(second), set(first) & set(second)) == (20, 3, set())


def test_facets_do_not_make_a_word_a_slip(firms):
    assert asked("harbour", facets={"place": ("nowhere",)})[1].spelling == ""


def test_a_name_that_is_no_longer_shown_is_not_told(firms):
    Company.objects.filter(slug="straits").update(visibility="suspended")
    for typed in ("Stratis", "海峡子年工程顾问"):
        assert asked(typed)[1].spelling == ""


def test_needs_are_corrected_by_the_words_of_needs(index, firms):
    need = NeedFactory(title_zh="求购", title_en="Frozen durians wanted")
    put(need.company)
    assert asked("durains", "need")[0] == [need.pk]
    assert asked("stratis", "need")[1].spelling == ""


def test_a_query_of_many_words_costs_no_more_than_one_of_some(firms, monkeypatch):
    counted = {"ranked": 0, "near": 0}
    engine = type(__import__("search.index").index.search_engine())
    for name, key in (("ranked", "ranked"), ("near_words", "near")):
        asking = getattr(engine, name)

        def counting(self, *args, asking=asking, key=key):
            counted[key] += 1
            return asking(self, *args)

        monkeypatch.setattr(engine, name, counting)
    asked(" ".join(f"stratis{letter * 3}" for letter in "abcdefghijklmnopqrstuvwxyz" * 8))
    assert counted["near"] <= 1
    assert counted["ranked"] <= 10


@pytest.mark.parametrize(
    ("typed", "part"),
    [
        ("海峡子年", "海峡子午"), ("海峡午工程", "海峡子午工程"), ("海峡子午程顾问", "海峡子午工程顾问"), ("海峡子年工程故问", "海峡子午工程顾问"),
        ("海峡子午", None), ("海湾紫年", None),
    ],
)  # fmt: skip
def test_a_part_of_a_name_is_known_by_all_but_a_character_or_two(typed, part):
    assert nearest_part(typed, ["青屿水务", "海峡子午工程顾问"]) == part
