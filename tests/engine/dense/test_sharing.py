import numpy as np
import pytest

from matchmaking.engine.dense.lists import Lists
from matchmaking.engine.dense.sharing import shared
from matchmaking.engine.ranking import share_out


def ranked(rows, others, places, seed, levels=None):
    """Lists of random counterparts and scores, some shorter than others; few ``levels`` make many ties."""
    chance = np.random.default_rng(seed)
    ids = np.full((rows, places), -1, np.int32)
    scores = np.full((rows, places), -np.inf, np.float32)
    counts = chance.integers(0, places + 1, rows)
    for row, count in enumerate(counts):
        found = chance.choice(others, count, replace=False)
        marks = chance.random(count, np.float32) if levels is None else chance.integers(1, levels, count) / levels
        order = np.lexsort((found, -marks))
        ids[row, :count], scores[row, :count] = found[order], marks[order]
    return Lists(ids, scores, counts, np.zeros(rows, np.float32))


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("levels", [None, 4])
def test_the_best_pairs_are_placed_first(seed, levels):
    lists = ranked(60, 30, 12, seed, levels)
    caps = np.random.default_rng(seed).integers(1, 9, 30)
    found = shared(lists, caps, 5)
    expected = share_out({row: lists.of(row) for row in range(60)}, dict(enumerate(caps.tolist())), 5)
    assert {row: found.of(row) for row in range(60)} == expected
    assert (np.bincount(found.ids[found.ids >= 0], minlength=30) <= caps).all()


def test_nobody_gives_way_where_there_is_room():
    lists = ranked(20, 30, 6, 1)
    found = shared(lists, np.full(30, 20), 6)
    np.testing.assert_array_equal(found.ids, lists.ids)
    np.testing.assert_array_equal(found.scores, lists.scores)


def test_no_lists_are_shared_out_too():
    assert len(shared(ranked(0, 3, 4, 0), np.ones(3, int), 2)) == 0
