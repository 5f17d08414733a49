"""Taking turns leaves nobody out for good, and by night nothing at all."""

from tests.turns import IN_TURN, WHOLE, due, taken, turns


def test_in_turn_everybody_takes_part():
    assert [taken(IN_TURN, "abc", number) for number in range(4)] == ["a", "b", "c", "a"]
    assert {taken("b", "abc", number) for number in range(4)} == {"b"}


def test_every_third_try_is_made_and_by_night_all():
    assert [number for number in range(7) if due(IN_TURN, number, 3)] == [0, 3, 6]
    assert all(due("all", number, 3) for number in range(7))


def test_what_is_not_in_turn_waits_for_the_night():
    for parameters in (turns("ab"), WHOLE):
        first, *others = parameters
        assert first == IN_TURN
        assert others
        assert all([mark.name for mark in one.marks] == ["nightly"] for one in others)
