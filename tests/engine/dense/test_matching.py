import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaking.engine.dense import sweep
from matchmaking.engine.dense.backends import Backend
from matchmaking.engine.dense.gates import Conditions, gate_columns
from matchmaking.engine.dense.matching import reciprocal_top_k
from matchmaking.engine.dense.sides import side
from tests.engine.dense.conftest import brute, made

MEANS = ("sum", "harmonic", "geometric", "least")


def turned(pairs):
    return [(b, a) for a, b in pairs]


def assert_equal(matched, left, right, k, *, mean="sum", floor=-2.0, shut=()):
    for lists, ours, theirs, pairs in (
        (matched.left, left, right, shut),
        (matched.right, right, left, turned(shut)),
    ):
        for row, expected in enumerate(brute(ours, theirs, k, mean=mean, floor=floor, shut=pairs)):
            found = lists.of(row)
            assert np.allclose([s for _, s in found], [s for _, s in expected], atol=1e-5)
            assert len(found) == len(expected)
            assert len({i for i, _ in found}) == len(found)


@pytest.fixture
def small_blocks(monkeypatch):
    """Blocks of a few profiles, so that small sides have many of them."""
    monkeypatch.setattr("matchmaking.engine.dense.matching.ROWS", 16)
    monkeypatch.setattr("matchmaking.engine.dense.matching.COLUMNS", 32)
    monkeypatch.setattr("matchmaking.engine.dense.bounds.SAMPLE", 12)


@pytest.mark.parametrize("mean", MEANS)
@pytest.mark.parametrize("k", [1, 5, 60])
@pytest.mark.usefixtures("small_blocks")
def test_equals_brute_force(sides, mean, k):
    floor = -2.0 if mean == "sum" else 0.0
    assert_equal(reciprocal_top_k(*sides, k, mean=mean), *sides, k, mean=mean, floor=floor)


@settings(max_examples=40)
@given(
    left=st.integers(1, 40),
    right=st.integers(1, 90),
    k=st.integers(1, 12),
    seed=st.integers(0, 1000),
    gates=st.integers(0, 4),
    mean=st.sampled_from(MEANS),
    shut=st.sets(st.tuples(st.integers(0, 39), st.integers(0, 89)), max_size=60),
)
def test_equals_brute_force_with_gates_shut_pairs_and_few_permitted(left, right, k, seed, gates, mean, shut):
    a, b = made(left, seed, gates=gates), made(right, seed + 1, gates=gates)
    pairs = [(i, j) for i, j in shut if i < left and j < right]
    floor = -2.0 if mean == "sum" else 0.0
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("matchmaking.engine.dense.matching.ROWS", 16)
        patch.setattr("matchmaking.engine.dense.matching.COLUMNS", 16)
        patch.setattr("matchmaking.engine.dense.bounds.SAMPLE", 16)
        matched = reciprocal_top_k(a, b, k, mean=mean, shut=np.array(pairs, int).reshape(-1, 2))
        # Yesterday nothing was shut and nothing insisted on.
        open_sides = (side(one.needs, one.offers, wants=one.wants * 0, lacks=one.lacks) for one in (a, b))
        before = reciprocal_top_k(*open_sides, k + 3, mean=mean)
        again = reciprocal_top_k(a, b, k, mean=mean, shut=np.array(pairs, int).reshape(-1, 2), previous=before)
        alone = reciprocal_top_k(a, b, k, mean=mean, shut=np.array(pairs, int).reshape(-1, 2), one_sided=True)
    np.testing.assert_array_equal(alone.left.ids, matched.left.ids)
    assert not alone.right.counts.any()
    assert_equal(matched, a, b, k, mean=mean, floor=floor, shut=pairs)
    assert_equal(again, a, b, k, mean=mean, floor=floor, shut=pairs)


@settings(max_examples=30)
@given(seed=st.integers(0, 500), k=st.integers(1, 9), workers=st.integers(1, 3))
def test_ties_go_to_the_lower_number_whatever_the_blocks(seed, k, workers):
    # Coordinates in steps of 1/32: products are exact in float32, and many are equal.
    left, right = made(40, seed, dimensions=4, steps=2), made(60, seed + 1, dimensions=4, steps=2)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("matchmaking.engine.dense.matching.ROWS", 16)
        patch.setattr("matchmaking.engine.dense.matching.COLUMNS", 16)
        matched = reciprocal_top_k(left, right, k, backend=Backend(workers=workers))
    assert [matched.left.of(i) for i in range(40)] == brute(left, right, k)
    assert [matched.right.of(i) for i in range(60)] == brute(right, left, k)


@pytest.mark.usefixtures("small_blocks")
@pytest.mark.parametrize("one_sided", [True, False])
@pytest.mark.parametrize("k", [2, 30])
@pytest.mark.usefixtures("small_blocks")
def test_only_those_that_score_enough_to_be_of_use_are_listed(sides, k, one_sided):
    every = reciprocal_top_k(*sides, k)
    # A third of the profiles want nobody, a third anybody, and the others just their first two and whoever equals these.
    enough = every.left.scores[:, 1].copy()
    enough[::3], enough[1::3] = np.inf, -np.inf
    found = reciprocal_top_k(*sides, k, at_least=enough, one_sided=one_sided).left
    for row in range(len(found)):
        assert found.of(row) == [(other, score) for other, score in every.left.of(row) if score >= enough[row]]
    assert (found.complete_down_to >= np.maximum(enough, -2)).all()
    assert (found.complete_down_to <= np.maximum(enough, every.left.complete_down_to)).all()


def test_a_planted_partner_comes_first():
    left, right = made(64, 3), made(64, 4)
    order = np.random.default_rng(5).permutation(64)
    partners = side(left.offers[order], left.needs[order])
    matched = reciprocal_top_k(left, partners, 3)
    assert [int(order[i]) for i in matched.left.ids[:, 0]] == list(range(64))
    assert np.array_equal(matched.right.ids[:, 0], order)
    assert np.allclose(matched.left.scores[:, 0], 2, atol=1e-5)
    assert reciprocal_top_k(left, right, 3).left.scores[:, 0].max() < 2


def test_bounds_of_yesterday_never_change_the_lists(sides, small_blocks):
    """However wrong the lists of yesterday are, they are scored with the vectors of today."""
    truth = reciprocal_top_k(*sides, 5)
    others = reciprocal_top_k(made(70, 8), made(50, 9), 20)
    warm = reciprocal_top_k(*sides, 5, previous=others)
    for one, two in ((truth.left, warm.left), (truth.right, warm.right)):
        assert np.array_equal(one.ids, two.ids)
        assert np.array_equal(one.scores, two.scores)


def test_codes_become_gates_that_no_broken_pair_passes():
    countries = [frozenset({"CN"}), frozenset({"SG"}), frozenset({"CN"})]
    left = Conditions(requires=[frozenset(), frozenset({"iso"}), frozenset()], refuses=countries, holds=countries)
    right = Conditions(
        requires=[frozenset(), frozenset(), frozenset({"halal"})],
        refuses=[frozenset()] * 3,
        holds=[frozenset({"CN"}), frozenset({"CN", "iso"}), frozenset({"SG"})],
    )
    (wants, lacks), (wants_there, lacks_there) = gate_columns(left, right)
    alike = np.full((3, 1), 1.0)
    matched = reciprocal_top_k(
        side(alike, alike, wants=wants, lacks=lacks), side(alike, alike, wants=wants_there, lacks=lacks_there), 3
    )
    # 0 and 2 refuse China and hold no halal; 1 refuses Singapore and requires iso.
    assert [[i for i, _ in matched.left.of(row)] for row in range(3)] == [[], [1], []]
    assert [[i for i, _ in matched.right.of(row)] for row in range(3)] == [[], [1], []]


def test_few_permitted_partners_leave_places_free():
    left, right = made(5, 1), made(30, 2)
    wants, lacks = np.ones((5, 1), bool), np.zeros((5, 1), bool)
    there = np.ones((30, 1), bool)
    there[[3, 7]] = False
    matched = reciprocal_top_k(
        side(left.needs, left.offers, wants=wants, lacks=lacks),
        side(right.needs, right.offers, wants=np.zeros((30, 1), bool), lacks=there),
        20,
    )
    assert set(matched.left.counts) == {2}
    assert {i for row in range(5) for i, _ in matched.left.of(row)} == {3, 7}
    assert (matched.left.ids[:, 2:] == -1).all()
    assert (matched.left.complete_down_to == -2).all()


@pytest.mark.parametrize(("lefts", "rights"), [(0, 5), (5, 0), (0, 0)])
def test_an_empty_side_gives_empty_lists(lefts, rights):
    matched = reciprocal_top_k(made(lefts, 1), made(rights, 2), 3)
    assert matched.left.ids.shape == (lefts, 3)
    assert (matched.left.counts == 0).all()
    assert (matched.right.counts == 0).all()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"k": 0}, "k: 0"),
        ({"mean": "median"}, "mean: 'median'"),
        ({"shut": np.array([[70, 0]])}, "not there"),
        ({"shut": np.array([[-1, 0]])}, "not there"),
        ({"shut": np.array([[0.5, 0]])}, "whole numbers"),
        ({"shut": np.array([1, 2])}, "whole numbers"),
        ({"at_least": np.zeros(3, np.float32)}, "at_least: .*3"),
    ],
)
def test_bad_arguments_are_named(sides, change, message):
    with pytest.raises(ValueError, match=message):
        reciprocal_top_k(*sides, **{"k": 5, **change})


def test_lists_of_other_sides_are_refused(sides):
    with pytest.raises(ValueError, match="previous"):
        reciprocal_top_k(*sides, 5, previous=reciprocal_top_k(made(9, 1), made(50, 2), 5))
    with pytest.raises(ValueError, match="previous"):
        reciprocal_top_k(sides[0], made(40, 2), 5, previous=reciprocal_top_k(*sides, 5))


def test_sides_of_other_shapes_are_refused(sides):
    with pytest.raises(ValueError, match="dimensions differ"):
        reciprocal_top_k(sides[0], made(5, 1, dimensions=9), 5)
    with pytest.raises(ValueError, match="gates differ"):
        reciprocal_top_k(sides[0], made(5, 1, gates=2), 5)


def test_a_floor_below_which_a_broken_pair_could_win_is_refused():
    left, right = made(5, 1, gates=2), made(5, 2, gates=2)
    with pytest.raises(ValueError, match="floor"):
        reciprocal_top_k(left, right, 2, floor=-3)
    with pytest.raises(ValueError, match="floor"):
        reciprocal_top_k(left, right, 2, mean="harmonic", floor=-0.1)


def test_places_of_a_block_are_those_that_are_high():
    chance = np.random.default_rng(0)
    for share in (0, 0.01, 0.5, 1):
        high = chance.random((16, 48)) < share
        assert np.array_equal(sweep._places(high), np.flatnonzero(high))
