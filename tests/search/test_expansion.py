"""Other wordings in both languages: terms first, then the dictionary, and never a look-up without end."""

import pytest

from matchmaking.matches.glosses import chinese_of, english_of
from search.analysis import analyse
from search.expansion import MOST_LOOKUPS, expansion
from search.suggesting import suggested
from tests.factories import TermFactory

pytestmark = pytest.mark.django_db


def added(words):
    return [set(concept.added) for concept in analyse(words, expansion()).concepts]


def test_a_term_is_found_by_any_of_its_wordings():
    TermFactory(
        code="w",
        label_zh="污水处理设计",
        label_en="Wastewater design",
        synonyms_zh=["排水工程"],
        synonyms_en=["sewage"],
    )
    assert {"Wastewater design", "sewage", "污水处理设计"} <= added("排水工程")[0]
    assert {"污水处理设计", "排水工程"} <= added("sewage")[0]


@pytest.mark.parametrize(
    ("chinese", "english"),
    [("物流", "logistics"), ("餐厅", "restaurant"), ("半导体", "semiconductor"), ("饮用水", "drinking water")],
)
def test_the_dictionary_knows_ordinary_words(chinese, english):
    assert english in english_of(chinese)


def test_the_dictionary_works_backwards_and_knows_its_limits():
    assert "污水" in chinese_of("sewage")
    assert english_of("") == chinese_of("") == english_of("渝新") == ()
    assert chinese_of("a (") == chinese_of("no such phrase at all") == ()


def test_a_word_that_only_points_to_another_is_called_what_that_one_is():
    assert "peking university" in english_of("北大")
    assert "variant of" not in english_of("期")
    assert "period" in english_of("期")


def test_two_words_may_be_said_apart():
    assert "food + distribute" in set.union(*added("食品经销")) or "food" in set.union(*added("食品经销"))


def test_a_changed_vocabulary_takes_effect():
    term = TermFactory(label_zh="甲乙丙", label_en="First")
    assert "First" in added("甲乙丙")[0]
    term.label_en = "Second thing"
    term.save()
    assert "Second thing" in added("甲乙丙")[0]
    assert [one.text for one in suggested("second")] == ["Second thing"]


def test_a_long_query_does_not_read_the_dictionary_for_ever(monkeypatch):
    asked = []
    monkeypatch.setattr("search.expansion.chinese_of", lambda words: asked.append(words) or ())
    analyse(" ".join(f"word{number}" for number in range(50)), expansion())
    assert len(asked) <= MOST_LOOKUPS
