import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaking.engine.dense import reranking
from matchmaking.engine.dense.matching import reciprocal_top_k
from matchmaking.engine.dense.reranking import rerank
from tests.engine.dense.conftest import brute, made

MEANS = ("sum", "harmonic", "geometric", "least")


def everybody(left, right):
    return np.tile(np.arange(len(right), dtype=np.int32), (len(left), 1))


def assert_lists(lists, expected):
    for row, places in enumerate(expected):
        found = lists.of(row)
        assert len(found) == len(places)
        assert len({other for other, _ in found}) == len(found)
        assert np.allclose([score for _, score in found], [score for _, score in places], atol=1e-5)


@settings(max_examples=60)
@given(
    left=st.integers(0, 30),
    right=st.integers(1, 60),
    k=st.integers(1, 12),
    seed=st.integers(0, 1000),
    gates=st.integers(0, 4),
    mean=st.sampled_from(MEANS),
    places=st.sampled_from([1, 100, 1 << 15]),
    shut=st.sets(st.tuples(st.integers(0, 29), st.integers(0, 59)), max_size=40),
)
def test_of_all_candidates_it_is_brute_force(left, right, k, seed, gates, mean, places, shut):
    a, b = made(left, seed, gates=gates), made(right, seed + 1, gates=gates)
    pairs = [(i, j) for i, j in shut if i < left and j < right]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reranking, "_PLACES", places)
        closed = np.array(pairs, int).reshape(-1, 2)
        lists = rerank(a, b.offering(), everybody(a, b), k, mean=mean, shut=closed)
    assert_lists(lists, brute(a, b, k, mean=mean, floor=-2.0 if mean == "sum" else 0.0, shut=pairs))


@settings(max_examples=40)
@given(seed=st.integers(0, 500), pool=st.integers(0, 40), k=st.integers(1, 8))
def test_of_some_candidates_it_is_brute_force_among_these(seed, pool, k):
    a, b = made(9, seed, gates=3), made(40, seed + 1, gates=3)
    chance = np.random.default_rng(seed)
    candidates = np.where(chance.random((9, pool)) < 0.2, -1, chance.integers(0, 40, (9, pool)))
    others = [(i, j) for i in range(9) for j in range(40) if j not in candidates[i]]
    assert_lists(rerank(a, b.offering(), candidates, k), brute(a, b, k, shut=others))


def test_equal_scores_rank_the_lower_number_first(sides):
    left, right = made(20, 5, dimensions=4, steps=2), made(30, 6, dimensions=4, steps=2)
    shuffled = everybody(left, right)[:, ::-1]
    found = rerank(left, right.offering(), shuffled, 7)
    assert np.array_equal(found.ids, reciprocal_top_k(left, right, 7).left.ids)


def test_reads_rows_of_candidates_only_from_a_file(sides, tmp_path):
    left, right = sides
    np.save(tmp_path / "offering.npy", right.offering())
    mapped = np.load(tmp_path / "offering.npy", mmap_mode="r")
    read = []

    class Watched(np.ndarray):
        def __getitem__(self, rows):
            read.append(np.array(rows))
            return np.asarray(super().__getitem__(rows))

    candidates = np.tile(np.array([[3, 30, 4, 30]]), (len(left), 1))
    lists = rerank(left, mapped.view(Watched), candidates, 2)
    assert {row for rows in read for row in rows.tolist()} <= {0, 3, 4, 30}
    others = [(i, j) for i in range(len(left)) for j in range(len(right)) if j not in (3, 4, 30)]
    assert_lists(lists, brute(left, right, 2, shut=others))


def test_it_does_not_claim_to_be_complete(sides):
    lists = rerank(sides[0], sides[1].offering(), everybody(*sides), 5)
    assert np.isinf(lists.complete_down_to).all()


@pytest.mark.parametrize(
    ("candidates", "more", "said"),
    [
        (np.zeros((3, 2), int), {}, "candidates: "),
        (np.zeros(70, int), {}, "candidates: "),
        (np.zeros((70, 2)), {}, "candidates: "),
        (np.full((70, 2), 50), {}, "not there"),
        (np.full((70, 2), -2), {}, "not there"),
        (np.zeros((70, 2), int), {"k": 0}, "k: 0"),
        (np.zeros((70, 2), int), {"mean": "median"}, "mean: "),
        (np.zeros((70, 2), int), {"shut": np.array([[70, 1]])}, "shut: "),
    ],
)
def test_refuses_what_does_not_fit(sides, candidates, more, said):
    with pytest.raises(ValueError, match=said):
        rerank(sides[0], sides[1].offering(), candidates, **more)


def test_refuses_other_columns_and_a_floor_under_broken_pairs(sides):
    with pytest.raises(ValueError, match="offering: "):
        rerank(sides[0], made(50, 2, dimensions=9).offering(), everybody(*sides))
    gated = made(5, 1, gates=2), made(6, 2, gates=2)
    with pytest.raises(ValueError, match="floor: "):
        rerank(gated[0], gated[1].offering(), everybody(*gated), floor=-3)
