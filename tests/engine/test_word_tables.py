import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaking.engine.word_tables import Texts, Wordings, WordTable

WORDS = st.lists(st.text(max_size=6), unique=True, max_size=40)


@given(WORDS, WORDS)
def test_a_table_answers_as_a_dict_does(words, others):
    table = WordTable.of(words)
    known = {word: place for place, word in enumerate(words)}
    assert list(table) == words
    assert [table.find(word) for word in [*words, *others]] == [known.get(word, -1) for word in [*words, *others]]


def test_half_a_character_is_kept_as_it_is():
    assert list(Texts.of(["\ud83c", ""])) == ["\ud83c", ""]
    assert WordTable.of(["a"]).find("\ud83c") == -1


def test_a_word_given_twice_is_refused():
    with pytest.raises(ValueError, match="once"):
        WordTable.of(["a", "b", "a"])


@pytest.mark.parametrize("name", ["text", "offsets", "slots"])
def test_arrays_that_do_not_fit_together_are_refused(name):
    arrays = WordTable.of(["食品", "food", "x"]).arrays()
    with pytest.raises(ValueError, match="are not those of"):
        WordTable(**arrays | {name: arrays[name][:-1]})
    with pytest.raises(ValueError, match="are not those of"):
        WordTable(**arrays | {name: arrays[name].astype(np.float64)})


def test_a_place_that_does_not_exist_is_an_error():
    with pytest.raises(IndexError):
        Texts.of(["a"])[1]


def test_wordings_keep_their_order_and_refuse_a_lack():
    found = Wordings.of({"logist": "logistics", "食品": "食物"})
    assert dict(found) == {"logist": "logistics", "食品": "食物"}
    assert found.get("none", "none") == "none"
    with pytest.raises(ValueError, match="one wording"):
        Wordings(WordTable.of(["a"]), Texts.of([]))
