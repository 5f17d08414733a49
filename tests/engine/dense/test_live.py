import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaking.engine.dense.live import LiveLists
from matchmaking.engine.dense.matching import reciprocal_top_k
from matchmaking.engine.dense.sides import side
from tests.engine.dense.conftest import brute, made

K, KEPT = 4, 9


def row_of(one, row):
    """A side of one profile."""
    rows = slice(row, row + 1)
    return side(one.needs[rows], one.offers[rows], wants=one.wants[rows], lacks=one.lacks[rows])


def replaced(one, row, other):
    arrays = {}
    for name in ("needs", "offers", "wants", "lacks"):
        arrays[name] = getattr(one, name).copy()
        arrays[name][row] = getattr(other, name)[0]
    return side(**arrays)


def assert_exact(live, left, right, shut, gone, mean, floor):
    closed = set(shut)
    closed |= {(row, other) for row in gone["left"] for other in range(len(right))}
    closed |= {(other, row) for row in gone["right"] for other in range(len(left))}
    for which, ours, theirs, pairs in (
        ("left", left, right, closed),
        ("right", right, left, {(b, a) for a, b in closed}),
    ):
        for row, expected in enumerate(brute(ours, theirs, K, mean=mean, floor=floor, shut=pairs)):
            found = live.of(which, row)
            assert len(found) == len(expected)
            assert np.allclose([s for _, s in found], [s for _, s in expected], atol=1e-5)


@settings(max_examples=40)
@given(
    seed=st.integers(0, 1000),
    gates=st.integers(0, 3),
    kept=st.integers(K + 1, KEPT),
    mean=st.sampled_from(["sum", "harmonic", "least"]),
    changes=st.lists(
        st.tuples(
            st.sampled_from(["left", "right"]),
            st.integers(0, 24),
            st.sampled_from(["change", "change", "change", "remove", "shut"]),
        ),
        min_size=5,
        max_size=40,
    ),
)
def test_after_any_changes_the_lists_are_those_of_a_full_match(seed, gates, kept, mean, changes):
    left, right = made(25, seed, gates=gates, dimensions=4), made(30, seed + 1, gates=gates, dimensions=4)
    floor = -2.0 if mean == "sum" else 0.0
    live = LiveLists(left, right, reciprocal_top_k(left, right, kept, mean=mean), K, mean=mean)
    shut, gone = set(), {"left": set(), "right": set()}
    for step, (which, row, how) in enumerate(changes):
        if how == "remove":
            gone[which].add(row)
            live.remove(which, row)
            continue
        new = row_of(made(3, seed + 100 + step, gates=gates, dimensions=4), 0)
        closed = {3, row} if how == "shut" else set()
        gone[which].discard(row)
        if which == "left":
            left = replaced(left, row, new)
            shut = {(a, b) for a, b in shut if a != row} | {(row, other) for other in closed}
        else:
            right = replaced(right, row, new)
            shut = {(a, b) for a, b in shut if b != row} | {(other, row) for other in closed}
        live.change(which, row, new, closed)
    assert_exact(live, left, right, shut, gone, mean, floor)


def test_a_change_tells_whose_lists_it_touched(sides):
    left, right = sides
    live = LiveLists(left, right, reciprocal_top_k(left, right, KEPT), K)
    before = {row: live.of("right", row) for row in range(len(right))}
    touched = set(live.change("left", 3, row_of(made(9, 77), 0)).tolist())
    changed = {row for row in before if live.of("right", row) != before[row]}
    assert changed
    assert changed <= touched
    assert len(touched) < len(right)


def test_nothing_changes_where_nothing_changed(sides):
    left, right = sides
    live = LiveLists(left, right, reciprocal_top_k(left, right, KEPT), K)
    before = [live.of("right", row) for row in range(len(right))]
    live.change("left", 3, row_of(left, 3))
    assert [[i for i, _ in live.of("right", row)] for row in range(len(right))] == [[i for i, _ in one] for one in before]


def test_what_does_not_fit_is_refused(sides):
    left, right = sides
    matched = reciprocal_top_k(left, right, KEPT)
    with pytest.raises(ValueError, match="more than 9 places"):
        LiveLists(left, right, matched, KEPT)
    with pytest.raises(ValueError, match="lists of these sides"):
        LiveLists(right, left, matched, K)
    live = LiveLists(left, right, matched, K)
    with pytest.raises(IndexError, match="no profile 70"):
        live.change("left", 70, row_of(left, 0))
    with pytest.raises(ValueError, match="factor"):
        live.change("left", 0, made(1, 1, dimensions=9))
    with pytest.raises(ValueError, match="shut"):
        live.change("left", 0, row_of(left, 0), {50})


def test_a_list_knows_down_to_where_it_is_complete():
    """Whoever was pushed out may be better than whoever comes next: the bound rises with each one pushed out."""

    def offering(*scores):
        offers = np.array(scores, float)[:, None]
        return side(np.zeros_like(offers), offers)

    asker = side(np.ones((1, 1)), np.zeros((1, 1)))
    givers = offering(0.5, 0.4, 0.3, 0.2, 0.1)
    live = LiveLists(givers, asker, reciprocal_top_k(givers, asker, 3), 2)
    live.change("left", 3, offering(0.9))
    live.change("left", 4, offering(0.8))  # pushes out .4
    live.remove("left", 3)
    live.change("left", 3, offering(0.35))
    live.remove("left", 4)
    assert [row for row, _ in live.of("right", 0)] == [0, 1]
