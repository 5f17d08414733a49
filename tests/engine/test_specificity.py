import numpy as np
import pytest
from scipy import sparse

from matchmaking.engine.breakdown import explain, prepare
from matchmaking.engine.bridge import TextBridge
from matchmaking.engine.specificity import core, sharpened, surplus

SHELF = ["food drink water", "food meat salt", "food drink water", "food meat salt", "food drink water", "gin"]

DOCUMENTS = ["food drink water", "gin from oak vats"]


def test_a_query_counts_as_wordy_beyond_the_mean_document():
    assert surplus(np.array([0.0, 2.0, 4.0, 8.0, 16.0]), 4.0) == pytest.approx([0, 0, 0, 1, 1])
    assert 0 < surplus(np.array([5.0]), 4.0)[0] < 1


def test_rare_words_gain_and_the_whole_stays_the_same():
    weights = sparse.csr_array(np.array([[1.0, 1.0, 1.0], [1.0, 1.0, 1.0]]))
    rarity, held = np.array([1.0, 3.0, 9.0]), np.array([1.0, 1.0, 0.0])
    found = sharpened(weights, rarity, held, np.array([0.0, 1.0])).toarray()
    assert found[0] == pytest.approx([1, 1, 1])
    assert found[1, 1] / found[1, 0] == pytest.approx(3)
    assert found[1] @ (rarity * held) == pytest.approx(4)


def test_words_that_no_document_holds_leave_no_gap():
    weights = sparse.csr_array(np.array([[2.0]]))
    found = sharpened(weights, np.array([5.0]), np.array([0.0]), np.array([1.0]))
    assert np.isfinite(found.data).all()


@pytest.fixture
def bridge(small_lexicon):
    return TextBridge(lexicon=small_lexicon).fit(SHELF)


def scores(bridge, query):
    queries = bridge.queries([bridge.analyse(query)])
    return bridge.scores(queries, bridge.documents([bridge.analyse(text) for text in DOCUMENTS]))[0]


def test_a_wordy_query_goes_to_the_document_about_its_rarest_word(bridge):
    general, exact = scores(bridge, "food drink meat water salt gin")
    assert exact > general


def test_a_wordy_query_is_explained_by_what_it_scores(bridge):
    query = bridge.analyse("food drink meat water salt gin")
    documents = bridge.documents([bridge.analyse(text) for text in DOCUMENTS])
    totals = [explain(bridge, prepare(bridge, query), documents, row).total for row in range(2)]
    assert totals == pytest.approx(bridge.scores(bridge.queries([query]), documents)[0].tolist(), abs=1e-6)


def test_a_short_query_is_left_alone(bridge):
    analysis = bridge.analyse("drink gin")
    assert set(bridge.queries([analysis]).weights.data) == {1.0}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Food, drinks and meat: Gin", "gin"),
        ("gin gin food", "gin"),
        ("食品 杜松子酒", "杜松子酒"),
        ("和 的", ""),
        ("", ""),
    ],
)
def test_the_core_is_the_rarest_words_in_their_order(text, expected):
    rarity = {"food": 1.0, "drink": 1.0, "meat": 1.0, "gin": 5.0, "食品": 1.0, "杜松子酒": 6.0}
    found = core(text, lambda run: [w for w in ("食品", "杜松子酒", "和", "的") if w in run], rarity)
    assert found == expected


def test_equal_rarities_are_taken_in_the_order_of_the_text():
    assert core("b a c d", list, dict.fromkeys("abcd", 1.0)) == "b a"
