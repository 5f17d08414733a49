import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from matchmaking.engine.ranking import best_k, diverse_k, exposure_cap, share_out


def test_best_k_breaks_ties_by_place_and_keeps_to_the_floor():
    scores = np.array([0.2, 0.9, 0.2, 0.05, 0.2], dtype=np.float32)
    assert best_k(scores, 3, 0.1).tolist() == [1, 0, 2]
    assert best_k(scores, 10, 0.1).tolist() == [1, 0, 2, 4]


@given(st.lists(st.integers(0, 20), max_size=30), st.integers(1, 8))
def test_best_k_is_the_head_of_the_sorted_list(values, k):
    scores = np.array(values, dtype=np.float32)
    expected = sorted((i for i, v in enumerate(values) if v > 3), key=lambda i: (-values[i], i))[:k]
    assert best_k(scores, k, 3).tolist() == expected


def test_a_twin_gives_way_to_somebody_else():
    likeness = np.array([[1, 1, 0], [1, 1, 0], [0, 0, 1]], dtype=float)
    assert diverse_k([0.9, 0.85, 0.8], likeness, 2, strength=0.2) == [0, 2]
    assert diverse_k([0.9, 0.85, 0.8], likeness, 2, strength=0.0) == [0, 1]


def test_a_capped_candidate_goes_to_those_it_suits_best():
    lists = {0: [(7, 0.9), (8, 0.1)], 1: [(7, 0.8), (8, 0.2)], 2: [(7, 0.7)]}
    assert share_out(lists, {7: 2}, 1) == {0: [(7, 0.9)], 1: [(7, 0.8)], 2: []}
    assert share_out(lists, {7: 1}, 2) == {0: [(7, 0.9), (8, 0.1)], 1: [(8, 0.2)], 2: []}


def test_exposure_follows_capacity_or_an_even_share():
    assert exposure_cap(3, 100, 100, 20) == 30
    assert exposure_cap(None, 100, 50, 20) == 240
    assert exposure_cap(None, 1, 50, 20) == 20
