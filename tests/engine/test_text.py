import string
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaking.engine import text

BUSINESS_TEXT = st.text(alphabet=st.characters(exclude_categories=("Cs",)), max_size=40) | st.text(
    alphabet="進出口軟體冷鏈物流重庆火锅涪陵榨菜ＡＢ ab\u200b\u202e①㎏ﬁ’é", max_size=20
)


@pytest.mark.parametrize(
    ("raw", "normal"),
    [
        ("ＩＭＰＯＲＴ　進出口", "import 进出口"),
        ("软件", "软件"),
        ("軟體開發", "软件开发"),
        ("Yu\u200bxin\u202e Ltd", "yuxin ltd"),
        ("  a \n\t b ", "a b"),
    ],
)
def test_normal_form(raw, normal):
    assert text.normalise(raw) == normal


@given(BUSINESS_TEXT)
def test_normalising_twice_changes_nothing(raw):
    once = text.normalise(raw)
    assert text.normalise(once) == once


@given(BUSINESS_TEXT)
def test_every_han_character_begins_exactly_one_bigram(raw):
    runs = text.han_runs(text.normalise(raw))
    assert [gram[0] for gram in text.bigrams(raw)] == list("".join(runs))


def test_english_words_are_stemmed_and_function_words_dropped():
    assert text.tokenise_en("The exporters of exported F&B; café's 3D") == ["export", "export", "f&b", "cafe", "3d"]


def test_chinese_words_leave_out_function_words_and_latin():
    assert text.tokenise_zh("冷鏈物流，以及 halal 食品的出口") == ["冷链", "物流", "食品", "出口"]


def test_query_words_keep_order_and_both_scripts():
    assert text.query_words("Halal 冷链物流") == ["halal", "冷链", "物流"]


def test_a_query_of_function_words_alone_is_kept():
    assert text.query_words("的") == ["的"]


def test_pinyin_grams_weigh_lone_syllables_little():
    grams = text.pinyin_ngrams("重庆涪陵")
    assert grams["chongqing"] == grams["fuling"] == grams["chongqingfuling"] == 1.0
    assert grams["chong"] == 0.1
    assert "fu" not in grams


@given(st.text(alphabet=string.ascii_letters + " ", max_size=30))
def test_latin_text_has_neither_bigrams_nor_pinyin(raw):
    assert text.bigrams(raw) == []
    assert text.pinyin_ngrams(raw) == {}


def test_threads_do_not_mix_up_each_others_words():
    words = [
        a + b for a in ("nation", "engineer", "logist", "conform", "adjust") for b in ("alities", "ically", "ableness")
    ]
    expected = [text.stem.__wrapped__(word) for word in words]
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as pool:
            found = list(pool.map(lambda _: [text.stem.__wrapped__(word) for word in words * 20], range(8)))
    finally:
        sys.setswitchinterval(before)
    assert found == [expected * 20] * 8
