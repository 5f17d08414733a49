import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaking.engine import vocabulary
from matchmaking.engine.vocabulary import Vocabulary
from matchmaking.engine.word_tables import WordTable

WORDS = st.lists(st.text(max_size=6), unique=True, max_size=40)


@given(WORDS, WORDS, WORDS)
def test_columns_run_through_the_tables_and_then_through_what_was_admitted(first, second, later):
    second = [word for word in second if word not in first]
    found = Vocabulary(WordTable.of(first), WordTable.of(second))
    found.admit(later)
    order = list(dict.fromkeys([*first, *second, *later]))
    assert list(found) == order
    assert dict(found) == {word: column for column, word in enumerate(order)}
    assert [found.word(column) for column in range(len(found))] == order
    assert (len(found), found.frozen) == (len(order), len(first) + len(second))


def test_an_unknown_word_that_was_asked_for_is_found_once_it_is_admitted():
    found = Vocabulary(WordTable.of(["food"]))
    assert (found.column("durian"), found.get("durian", 7), "durian" in found) == (-1, 7, False)
    with pytest.raises(KeyError):
        found["durian"]
    found.admit(["durian", "food", "durian"])
    assert (found["durian"], len(found)) == (1, 2)


def test_words_are_found_after_the_recent_answers_were_dropped(monkeypatch):
    monkeypatch.setattr(vocabulary, "MOST_RECENT", 3)
    words = [f"w{i}" for i in range(20)]
    found = Vocabulary(WordTable.of(words[:10]))
    found.admit(words[10:])
    assert [found.column(word) for word in words * 2] == [*range(20)] * 2
    assert len(found._recent) <= 3


def test_a_copy_knows_the_same_and_learns_for_itself():
    found = Vocabulary(WordTable.of(["食品", "food"]))
    found.admit(["durian"])
    other = copy.deepcopy(found)
    other.admit(["new"])
    assert list(other) == [*found, "new"]
    assert "new" not in found
