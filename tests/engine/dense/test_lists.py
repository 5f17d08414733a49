import pytest

from matchmaking.engine.dense.lists import unpacked
from matchmaking.engine.dense.matching import reciprocal_top_k


def test_a_packed_list_reads_as_the_list(sides):
    lists = reciprocal_top_k(*sides, 4).left
    assert [unpacked(places) for places in lists.packed()] == [lists.of(row) for row in range(len(lists))]
    assert {len(places) for places in lists.packed()} == {4 * 8}


def test_half_a_place_is_refused():
    with pytest.raises(ValueError, match="buffer"):
        unpacked(b"12345")
