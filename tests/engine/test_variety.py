"""Likeness of candidates by what they say about themselves."""

import pytest

from matchmaking.engine.features import Block
from matchmaking.engine.profiles import Profile
from matchmaking.engine.recommender import MatchRecommender
from matchmaking.engine.variety import likeness

from .conftest import provider, seeker


def like(recommender, *firms):
    block = Block(firms, recommender.bridge_)
    return likeness([(block, i) for i in range(len(firms))])


def bare(key, **fields):
    return Profile(key, "SG", **fields)


@pytest.mark.parametrize(
    "field",
    [{"sectors": frozenset({"bank"})}, {"alliances": frozenset({"finance"})}, {"size": "50-249"}],
    ids=["sector", "alliance", "size"],
)
def test_firms_that_share_a_thing_are_alike_in_it(recommender, field):
    other = {name: "1-9" if name == "size" else frozenset({"other"}) for name in field}
    found = like(recommender, bare("a", **field), bare("b", **field), bare("c", **other), bare("d"))
    assert found[0, 1] == 1
    assert found[0, 2] == 0
    assert found[0, 3] == 0  # says nothing about it


def test_likeness_is_the_mean_of_what_both_say(recommender):
    one = bare("a", sectors=frozenset({"bank", "fund"}), size="1-9")
    two = bare("b", sectors=frozenset({"bank"}), size="10-49", alliances=frozenset({"finance"}))
    assert like(recommender, one, two)[0, 1] == pytest.approx((0.5 + 0) / 2)


def test_firms_of_one_group_are_as_alike_as_can_be(recommender):
    assert like(recommender, bare("a", group="g", size="1-9"), bare("b", group="g", size="10-49"))[0, 1] == 1


def test_nobody_is_like_nobody(recommender):
    assert likeness([]).shape == (0, 0)


def test_who_asks_for_one_thing_gets_the_best_however_alike(small_lexicon):
    asks = seeker("s", "loans")
    alike = [provider(f"a{i}", "loans", group="one") for i in range(3)]
    other = provider("z", "patents")
    engine = MatchRecommender(lexicon=small_lexicon, diversity=0.9, floor=0.0).fit([asks, *alike, other])
    assert {r.candidate for r in engine.recommend("s", k=3)} == {"a0", "z", "a1"}
    assert [r.candidate for r in engine.recommend("s", need="s-n", k=3)] == ["a0", "a1", "a2"]
