import numpy as np
import pytest
from scipy import sparse

from matchmaking.engine.folding.concepts import Concepts, likeliest
from matchmaking.engine.folding.words import Words


@pytest.fixture
def weigh(small_lexicon):
    """Texts → weights of concepts fitted on them."""

    def of(*texts):
        words = Words()
        counts = words.counts(texts)
        return Concepts(small_lexicon).fit(counts, words.columns).transform(counts, words.columns).toarray()

    return of


def test_both_languages_share_concepts(weigh):
    chinese, english, other = weigh("冷链物流", "cold chain logistics, distribution", "loan")
    assert chinese @ english > 0.8
    assert chinese @ other == 0


def test_a_word_without_rendering_stands_for_itself(weigh):
    one, same, other = weigh("榨菜专利", "榨菜", "专利")
    assert one @ same > 0
    assert one @ other > 0
    assert same @ other == 0


def test_rows_have_length_one_or_nothing(weigh):
    lengths = np.linalg.norm(weigh("冷链物流", "冷链 loan", "", "loan"), axis=1)
    np.testing.assert_allclose(lengths, [1, 1, 0, 1], rtol=1e-6)


def test_rare_concepts_weigh_more_and_repetition_less_each_time(weigh):
    rows = weigh("loan patent", "loan patent", "loan", "loan", "loan")
    assert np.diff(np.sort(rows[0]))[-1] > 0
    often, once = weigh("loan loan loan loan patent", "loan patent")
    share = often.max() / often[often > 0].min()
    assert 1 < share < 4
    assert once.max() == pytest.approx(once[once > 0].min())


def test_words_that_came_up_after_the_fit_are_left_out(small_lexicon):
    words = Words()
    counts = words.counts(["loan", "loan 榨菜", "榨菜"])
    concepts = Concepts(small_lexicon).fit(counts, words.columns)
    later = words.counts(["loan zirconium", "zirconium"])
    weights = concepts.transform(later, words.columns)
    assert weights.shape == (2, 2)
    assert weights.toarray().sum(axis=1).tolist() == [1, 0]


def test_an_empty_directory_has_no_concepts(small_lexicon):
    words = Words()
    counts = words.counts([])
    assert Concepts(small_lexicon).fit(counts, words.columns).transform(counts, words.columns).shape == (0, 0)


def test_likeliest_keeps_the_largest_of_each_row():
    table = sparse.csr_array(np.array([[0.1, 0.4, 0.2, 0.3], [0.25, 0.25, 0.25, 0.25], [0, 0, 0, 0], [0, 7, 0, 0]]))
    expected = [[0, 4 / 7, 0, 3 / 7], [0.5, 0.5, 0, 0], [0, 0, 0, 0], [0, 1, 0, 0]]
    np.testing.assert_allclose(likeliest(table, 2).toarray(), expected, rtol=1e-6)


def test_columns_do_not_depend_on_the_order_in_which_words_came_up(small_lexicon):
    texts, found = ["榨菜 zircon", "zircon loan", "loan 榨菜"], []
    for first in ([], ["zircon"]):
        words = Words()
        words.counts(first)
        counts = words.counts(texts)
        found.append(Concepts(small_lexicon).fit(counts, words.columns).transform(counts, words.columns).toarray())
    np.testing.assert_array_equal(*found)
