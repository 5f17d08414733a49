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
    assert measures.popularity_baseline([["a", "b"], ["b"], ["c", "b"]], 2) == ["b", "a"]
