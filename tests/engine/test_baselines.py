"""Rankings without a recommender: order, ties and the gates they share with ours."""

from dataclasses import replace

import pytest

from matchmaking.engine.baselines import PlainText, asked_text, by_popularity, by_sector, eligible, whole_text
from matchmaking.engine.profiles import Need, Text

from .conftest import provider, seeker


@pytest.fixture
def candidates():
    return [provider("p-b", "patents"), provider("p-a", "logistics"), provider("p-c", "loans")]


def test_the_gates_are_those_of_matching(candidates):
    asking = seeker("s", "patents", need={"required_credentials": frozenset({"licence"})})
    licensed = replace(candidates[0], key="p-l", credentials=frozenset({"licence"}))
    home = replace(candidates[0], key="p-h", country="CN")
    hidden = replace(candidates[0], key="p-i", visible=False)
    everyone = [*candidates, licensed, home, hidden, asking]
    assert [one.key for one in eligible(asking, None, everyone)] == ["p-b", "p-a", "p-c", "p-l"]
    assert [one.key for one in eligible(asking, asking.needs[0], everyone)] == ["p-l"]


def test_the_popular_come_first_and_names_settle_ties(candidates):
    assert by_popularity(candidates, {"p-c": 2.0}) == ["p-c", "p-a", "p-b"]


def test_a_sector_must_be_shared(candidates):
    both = provider("p-d", "loans", sectors=frozenset({"loans", "patents"}))
    asking = seeker("s", "patents", sectors=frozenset({"loans", "patents"}))
    assert by_sector(asking, [*candidates, both]) == ["p-d", "p-b", "p-c"]


def test_plain_words_find_their_own_language_only(candidates):
    plain = PlainText(candidates)
    assert plain.rank(Text(en="filing a patent"), candidates) == ["p-b"]
    assert plain.rank(Text(zh="冷链物流"), candidates)[0] == "p-a"
    english = [replace(one, name=Text(en=one.key), offers=()) for one in candidates]
    assert PlainText(english).rank(Text(zh="冷链物流"), english) == []


def test_plain_words_rank_only_whom_the_gates_let_pass(candidates):
    assert PlainText(candidates).rank(Text(en="patent loan"), candidates[2:]) == ["p-c"]


def test_a_need_is_asked_with_its_own_words():
    asking = seeker("s", "patents", need={"text": Text("", "within a year")})
    assert asked_text(asking, asking.needs[0]) == Text("专利", "within a year")
    assert asked_text(asking, None) == whole_text(asking) == Text("s公司\n专利", "s\nwithin a year")
    assert asked_text(asking, Need("other")) == Text()
