"""One list out of two rankings."""

from search.engines.base import Ranked
from search.fusion import MOST_ADDED, fused


def ranked(*ids: str, score: float = 100.0, step: float = 1.0, paused: tuple[str, ...] = ()) -> list[Ranked]:
    return [Ranked(id, score - place * step, id in paused) for place, id in enumerate(ids)]


def test_who_stands_well_in_both_comes_first():
    assert fused(ranked("a", "b", "c"), ranked("c", "d", "b"))[:2] == ("c", "b")


def test_where_words_cannot_tell_meaning_decides():
    alike = ranked("a", "b", "c", step=0)
    assert fused(alike, ranked("c", "a", "b"))[:3] == ("c", "a", "b")


def test_a_name_that_was_asked_for_stays_first():
    assert fused([Ranked("a", 1100), Ranked("b", 100)], ranked("b", "c"))[0] == "a"


def test_only_so_many_are_added():
    near = ranked(*(f"n{number}" for number in range(60)))
    found = fused(ranked("n50", "w"), near)
    assert {"n50", "w"} < set(found)
    assert len(found) == 2 + MOST_ADDED


def test_who_takes_no_requests_is_left_to_the_engine():
    assert fused(ranked("a", "p", paused=("p",)), ranked("q", "p", "b", paused=("p", "q"))) == ("a", "b")


def test_at_equal_worth_who_holds_the_words_comes_first():
    assert fused(ranked("b"), ranked("a")) == ("b", "a")
    assert fused(ranked("a"), ranked("b")) == ("a", "b")


def test_equal_worth_of_equals_has_an_order():
    assert fused(ranked("b", "a", step=0), []) == ("a", "b")


def test_who_lacks_words_is_named_only_if_it_answers():
    near = ranked("a", "b", "c")
    assert fused([], near, {"b"}) == ("b",)
    assert fused([], near, set()) == ()
    assert fused(ranked("w", "c"), near, {"b"}) == ("c", "w", "b")
