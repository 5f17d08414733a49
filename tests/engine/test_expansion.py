"""Query terms → features in both languages, and what frozen frequencies say about them."""

import numpy as np
import pytest
from scipy import sparse

from matchmaking.engine.expansion import REVERSE_WEIGHT, Expansion, each, links, total
from matchmaking.engine.vocabulary import Vocabulary
from matchmaking.engine.word_tables import WordTable


@pytest.fixture
def expansion(small_lexicon):
    features = Vocabulary(small_lexicon.stems, small_lexicon.heads, WordTable.of(["durian"]))
    return Expansion(features, links(small_lexicon))


def weights(expansion, term):
    row = expansion.of([term])
    return {expansion.features.word(i): w for i, w in zip(row.indices.tolist(), row.data.tolist(), strict=True)}


def test_a_term_shows_up_as_itself_and_in_the_other_language(expansion):
    assert weights(expansion, "物流") == {"物流": 1.0, "logist": 1.0, "distribut": 0.5}
    assert weights(expansion, "distribut") == {"distribut": 1.0, "物流": REVERSE_WEIGHT * 0.5}


def test_a_term_outside_the_lexicon_shows_up_as_itself_once_it_has_a_column(expansion):
    assert weights(expansion, "durian") == {"durian": 1.0}
    assert weights(expansion, "mango") == {}
    expansion.features.admit(["mango"])
    assert weights(expansion, "mango") == {"mango": 1.0}


def test_no_terms_have_no_rows_and_all_columns(expansion):
    assert expansion.of([]).shape == (0, len(expansion.features))


def test_columns_beyond_the_frequencies_count_nothing():
    frequencies = np.array([3.0, 5.0])
    held = sparse.csr_array(np.array([[1.0, 0.5, 7.0], [0.0, 0.0, 1.0], [0.0, 2.0, 0.0]]))
    assert total(held, frequencies).tolist() == [5.5, 0.0, 10.0]
    assert total(held[:, :1], frequencies).tolist() == [3.0, 0.0, 0.0]
    assert total(held[:0], frequencies).tolist() == []
    assert total(held, np.zeros(0)).tolist() == [0.0, 0.0, 0.0]
    assert each(frequencies, np.array([1, 2, 0])).tolist() == [5.0, 0.0, 3.0]
