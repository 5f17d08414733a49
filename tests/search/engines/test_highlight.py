"""Marks stand in the original text and never let markup through."""

import html
import re

from hypothesis import given
from hypothesis import strategies as st

from search.analysis import Expansion, analyse
from search.engines.highlight import LONGEST_SNIPPET, Marker


def marked(query: str, text: str, expansion: Expansion | None = None) -> str:
    return Marker(analyse(query, expansion)).marks({"text": text}).get("text", "")


def test_traditional_text_is_marked_as_written():
    assert marked("软件 进口", "軟體進口") == "<mark>軟體進口</mark>"


def test_every_form_of_an_english_word_is_marked():
    assert marked("design", "Designs, designing.") == "<mark>Designs</mark>, <mark>designing</mark>."


def test_a_phrase_is_marked_only_where_it_stands_together():
    expansion = Expansion((("冷链", "cold chain"),))
    assert marked("冷链", "cold rolled chain; cold chain", expansion) == "cold rolled chain; <mark>cold chain</mark>"


def test_one_character_is_marked_inside_words():
    assert marked("盐", "井盐") == "井<mark>盐</mark>"


def test_full_width_letters_are_marked():
    assert marked("abc", "ＡＢＣ 公司") == "<mark>ＡＢＣ</mark> 公司"


def test_long_texts_are_cut_around_the_first_find():
    snippet = marked("污水", "前" * 500 + "污水" + "后" * 500)
    assert "<mark>污水</mark>" in snippet
    assert snippet.startswith("…")
    assert snippet.endswith("…")
    assert len(snippet) < LONGEST_SNIPPET + 30


def test_fields_without_a_find_are_left_out():
    assert Marker(analyse("law")).marks({"a": "Law", "b": "tax"}) == {"a": "<mark>Law</mark>"}
    nothing = Marker(analyse("")).marks({"a": "Law"})
    assert (dict(nothing), len(nothing), nothing.matched) == ({}, 0, ())


def test_only_fields_that_are_asked_for_are_taken_apart(monkeypatch):
    read = []
    monkeypatch.setattr(
        Marker, "spans", lambda marker, text, spans=Marker.spans: (read.append(text), spans(marker, text))[1]
    )
    marks = Marker(analyse("law tax")).marks({"a": "Law", "b": "tax", "c": "port"})
    assert (marks["b"], marks["b"], read) == ("<mark>tax</mark>", "<mark>tax</mark>", ["tax"])
    assert marks.matched == ("law", "tax")
    assert read == ["tax", "Law", "port"]


@given(
    st.text(alphabet="<>&\"'污水處理处a b软體é\u200bＡ", max_size=60), st.text(alphabet="污水处理a b软体e", max_size=8)
)
def test_without_marks_the_text_is_what_it_was(text, query):
    shown = marked(query, text)
    if shown:
        assert html.unescape(re.sub(r"</?mark>", "", shown)) == text
        assert "<" not in re.sub(r"</?mark>", "", shown)
