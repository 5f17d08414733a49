import numpy as np
import pytest

from matchmaking.engine.dense.packing import MOST_IDS
from matchmaking.engine.dense.sides import side

ROWS = np.eye(3, dtype=np.float32)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_what_is_no_number_is_refused(bad):
    broken = ROWS.copy()
    broken[1, 1] = bad
    with pytest.raises(ValueError, match="offers"):
        side(ROWS, broken)


def test_vectors_of_another_length_are_refused():
    with pytest.raises(ValueError, match="same shape"):
        side(ROWS, np.zeros((3, 4)))
    with pytest.raises(ValueError, match="same shape"):
        side(ROWS, np.zeros((2, 3)))
    with pytest.raises(ValueError, match="2D"):
        side(np.zeros(3), ROWS)


def test_rows_longer_than_one_are_refused():
    with pytest.raises(ValueError, match="length 2"):
        side(ROWS * 2, ROWS)


def test_text_is_refused():
    with pytest.raises(ValueError, match="could not convert"):
        side(np.array([["a"]]), np.array([["b"]]))


@pytest.mark.parametrize("bits", [np.full((3, 1), 2), np.zeros((2, 1)), np.zeros(3), np.full((3, 1), np.nan)])
def test_gates_are_zeros_and_ones_of_every_profile(bits):
    with pytest.raises(ValueError, match="wants"):
        side(ROWS, ROWS, wants=bits, lacks=np.zeros((3, 1)))


def test_more_profiles_than_can_be_told_apart_are_refused():
    many = np.zeros((MOST_IDS, 1), np.float32)
    with pytest.raises(ValueError, match="match in parts"):
        side(many, many)


def test_both_factors_of_a_pair_are_its_two_directions():
    ours, theirs = side(ROWS[:1], ROWS[1:2]), side(ROWS[1:2], ROWS[:1])
    assert float((ours.seeking() @ theirs.offering().T)[0, 0]) == 2
    assert float((theirs.seeking() @ ours.offering().T)[0, 0]) == 2
