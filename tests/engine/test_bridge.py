import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaking.engine.breakdown import explain, prepare
from matchmaking.engine.bridge import K1, B, TextBridge

DOCUMENTS = ["cold chain logistics", "patent", "食品 物流", "food loan"]


@pytest.fixture
def bridge(small_lexicon):
    return TextBridge(lexicon=small_lexicon).fit(DOCUMENTS)


def score(bridge, query, documents=DOCUMENTS):
    queries = bridge.queries([bridge.analyse(query)])
    return bridge.scores(queries, bridge.documents([bridge.analyse(d) for d in documents]))[0]


def test_one_word_by_hand(bridge):
    # "patent": one document of four holds it, one word long where the mean is two words.
    norm = K1 * (1 - B + B * 1 / 2)
    gain = (K1 + 1) / (1 + norm)
    assert score(bridge, "patents")[1] == pytest.approx(gain / (K1 + 1), rel=1e-6)
    assert bridge.rarity(np.array([1.0]))[0] == pytest.approx(math.log1p(3.5 / 1.5))


@pytest.mark.parametrize(
    ("query", "best"), [("专利", 1), ("冷链", 0), ("patent", 1), ("food", 3), ("食品", 2), ("冷链物流", 0)]
)
def test_each_language_finds_the_other(bridge, query, best):
    assert int(score(bridge, query).argmax()) == best


def test_english_finds_chinese_and_chinese_finds_english(bridge):
    assert score(bridge, "food")[2] > 0
    assert score(bridge, "食品")[3] > 0


def test_nothing_in_common_scores_nothing(bridge):
    assert score(bridge, "贷款")[1] == 0
    assert score(bridge, "")[1] == 0
    assert score(bridge, "全无")[1] == 0


def test_names_meet_by_pinyin_in_both_directions(small_lexicon):
    latin = TextBridge(lexicon=small_lexicon).fit(["Fuling Zhacai", "Wanli Energy"])
    assert int(score(latin, "涪陵榨菜", ["Fuling Zhacai", "Wanli Energy"]).argmax()) == 0
    han = TextBridge(lexicon=small_lexicon).fit(["涪陵榨菜", "万里能源"])
    assert int(score(han, "Wanli Energy", ["涪陵榨菜", "万里能源"]).argmax()) == 1


@pytest.mark.parametrize("query", ["冷链物流 patents", "food", "涪陵 logistics", "食品 贷款"])
def test_an_explanation_adds_up_to_the_score(bridge, query):
    analysis = bridge.analyse(query)
    documents = bridge.documents([bridge.analyse(d) for d in [*DOCUMENTS, "Fuling food"]])
    totals = [explain(bridge, prepare(bridge, analysis), documents, row).total for row in range(5)]
    assert totals == pytest.approx(bridge.scores(bridge.queries([analysis]), documents)[0].tolist(), abs=1e-6)


def test_long_texts_of_one_trade_share_topics(dictionary):
    trades = {"sea": "vessel port cargo berth crane tug", "law": "court claim counsel appeal statute verdict"}
    rng = np.random.default_rng(0)
    texts = [" ".join(rng.choice(words.split(), 70)) for words in trades.values() for _ in range(20)]
    bridge = TextBridge(lexicon=dictionary).fit(texts)
    analyses = [bridge.analyse(t) for t in texts]
    topics = bridge.queries(analyses).topics
    assert topics[0] @ topics[1] > 0.9
    assert abs(topics[0] @ topics[20]) < 0.1


def test_a_word_admitted_later_is_found(bridge):
    query, document = bridge.analyse("durian"), bridge.analyse("durian puree")
    queries = bridge.queries([query])
    assert not bridge.scores(queries, bridge.documents([document])).any()
    bridge.admit([query, document])
    assert bridge.scores(bridge.queries([query]), bridge.documents([document]))[0, 0] > 0


WORDS = st.lists(
    st.sampled_from(["food", "patent", "loans", "物流", "食品", "专利", "new", "冷链"]), min_size=1, max_size=6
)


@settings(max_examples=40)
@given(WORDS, WORDS)
def test_scores_are_shares_and_do_not_depend_on_the_company_they_are_scored_in(small_lexicon, query, document):
    bridge = TextBridge(lexicon=small_lexicon).fit(DOCUMENTS)
    text = " ".join(document)
    alone = score(bridge, " ".join(query), [text])[0]
    assert score(bridge, " ".join(query), [*DOCUMENTS, text])[-1] == pytest.approx(alone, abs=1e-6)
    assert 0 <= alone < 1
