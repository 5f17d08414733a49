"""What names are called for short, and how they sort."""

import pytest

from search.analysis import tokens
from search.naming import long_pinyin, name_tokens, short_forms, sort_name, suggest_keys


def test_names_sort_by_pinyin_among_latin_names():
    assert sorted(["重庆", "Beta", "北碚", "Zeta"], key=sort_name) == ["北碚", "Beta", "重庆", "Zeta"]


def test_suggestion_keys_are_bounded():
    keys = suggest_keys("很" * 500 + " word" * 500)
    assert len(keys) < 50
    assert max(map(len, keys)) <= 32


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("中恒诚信能源有限公司", "zhcxny"), ("重庆渝环水务有限公司", "yhsw"), ("Straits Legal Partners Pte. Ltd.", "slp"),
        ("Bank of Chongqing", "boc"), ("渝环水", "yhs"), ("重庆渝环水务集团 YHSW Group", "cqyhsw"),
    ],
)  # fmt: skip
def test_a_name_has_short_forms(name, short):
    assert short in short_forms(name)


@pytest.mark.parametrize("name", ["渝环", "Straits Law", "Law LLP", "", "3M 5G 6X", "的" * 300, "word " * 300])
def test_what_is_too_short_too_long_or_no_words_has_none(name):
    assert short_forms(name) == set()


def test_long_names_are_spelt_out_from_word_to_word():
    assert "haixiaziwugongcheng" in long_pinyin("海峡子午工程有限公司")
    assert long_pinyin("涪陵榨菜") == set()


def test_names_get_pinyin_and_marked_short_forms():
    assert name_tokens(["涪陵", ""]) == tokens("fuling")
    assert "§slp" in name_tokens(["Straits Legal Partners"])


def test_short_forms_are_suggested_too():
    assert {"yhsw", "cqyhsw"} <= suggest_keys("重庆渝环水务有限公司")
    assert "slp" in suggest_keys("Straits Legal Partners")
