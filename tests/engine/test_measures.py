"""Measures checked by hand."""

import math

import pytest

from matchmaking.engine import measures


def test_ndcg_by_hand():
    grades = {"a": 3, "b": 1}
    assert measures.ndcg_at_k(["a", "b"], grades) == 1.0
    ideal = 3 + 1 / math.log2(3)
    assert measures.ndcg_at_k(["x", "a"], grades) == pytest.approx(3 / math.log2(3) / ideal)
    assert measures.ndcg_at_k([], grades) == 0.0
    assert measures.ndcg_at_k(["x"] * 10 + ["a"], grades, 10) == 0.0


def test_recall_counts_the_top_grade_only():
    grades = {"a": 3, "b": 1}
    assert measures.recall_at_k(["b", "a"], grades, 1) == 0.0
    assert measures.recall_at_k(["b", "a"], grades, 2) == 1.0
    assert measures.recall_at_k(["b"], {"b": 1}, 1, top=3) == 0.0


def test_parity_and_coverage_by_hand():
    assert measures.parity_at_k(["a", "b", "c"], ["b", "c", "d"], 3) == pytest.approx(2 / 3)
    assert measures.parity_at_k([], []) == 1.0
    assert measures.coverage([["a", "b"], ["a", "c"]], ["a", "b", "c", "d"], 1) == 0.25


def test_what_is_found_of_all_that_is_good():
    grades = {"a": 3, "b": 2, "c": 1}
    assert measures.found_at_k(["a", "c", "b"], grades, 2, least=2) == 0.5
    assert measures.found_at_k(["c"], {"c": 1}, 2, least=2) is None


def test_gini_by_hand():
    assert measures.gini([2, 2, 2]) == 0.0
    assert measures.gini([0, 0, 0, 4]) == pytest.approx(0.75)
    assert measures.gini([1, 3]) == pytest.approx(0.25)
    assert measures.gini([]) == measures.gini([0, 0]) == 0.0


def test_novelty_by_hand():
    assert measures.novelty([["a"], ["a"]]) == 0.0
    assert measures.novelty([["a"], ["b"], ["c"], ["d"]]) == 2.0
    # Two of four places are held by whom both lists show (0 bits), two by whom one of two shows (1 bit).
    assert measures.novelty([["a", "b"], ["a", "c"]]) == pytest.approx(2 / 4)
    assert measures.novelty([["x", "a"], ["x", "a"]], k=1) == 0.0
    assert measures.novelty([]) == measures.novelty([[]]) == 0.0


def test_a_bootstrap_says_how_sure_a_difference_is():
    sure = measures.paired_difference([0.2] * 30, [str(i) for i in range(30)])
    assert (sure.mean, sure.low, sure.high) == pytest.approx((0.2, 0.2, 0.2))
    mixed = measures.paired_difference([0.3, -0.3] * 15, [str(i) for i in range(30)])
    assert mixed.mean == pytest.approx(0)
    assert mixed.low < -0.05 < 0.05 < mixed.high
    uneven = [1 / (i + 2) for i in range(30)]
    drawn = {measures.paired_difference(uneven, [str(i) for i in range(30)]) for _ in range(3)}
    assert len(drawn) == 1
    with pytest.raises(ValueError, match="nothing"):
        measures.paired_difference([], [])


def test_lists_of_one_seeker_are_drawn_together():
    differences = [0.4] * 10 + [0.0] * 10
    alone = measures.paired_difference(differences, [str(i) for i in range(20)])
    together = measures.paired_difference(differences, ["a"] * 10 + ["b"] * 10)
    assert (together.low, together.high) == pytest.approx((0.0, 0.4))
    assert together.low < alone.low < alone.high < together.high
