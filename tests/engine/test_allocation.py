"""Lists of everybody at once: the wishes of companies, cut to what candidates can serve."""

from dataclasses import replace

import numpy as np
import pytest

from matchmaking.engine.allocation import allocate
from matchmaking.engine.features import Block

from .conftest import provider, seeker

K = 2


@pytest.fixture
def allocated(recommender):
    """``allocated(firms, scores)``: the lists of K of these firms by (firms, firms) scores, without variety."""

    def lists(firms, scores):
        scored = ((i, np.arange(len(firms)), np.array(row, np.float32)) for i, row in enumerate(scores))
        return allocate(Block(firms, recommender.bridge_), scored, K, floor=0.1, diversity=0.0)

    return lists


def taking(firm, requests):
    return replace(firm, offers=(replace(firm.offers[0], capacity=requests),))


def test_each_gets_its_best_above_the_floor(allocated):
    firms = [seeker("s", "loans"), *(provider(f"p{i}", "loans") for i in range(4))]
    nobody = [0.0] * 5
    assert allocated(firms, [[0, 0.3, 0.9, 0.1, 0.5], nobody, nobody, nobody, nobody])[0] == [2, 4]
    assert allocated(firms, [[0, 0.3, 0.1, 0.1, 0.0], nobody, nobody, nobody, nobody])[0] == [1]


def test_who_is_full_goes_to_those_it_suits_best_and_others_move_up(allocated):
    seekers = [seeker(f"s{i:02d}", "loans") for i in range(12)]
    firms = [*seekers, taking(provider("small", "loans"), 1), provider("large", "loans")]
    scores = [[0.0] * 12 + [0.5 + i / 100, 0.4] for i in range(12)] + [[0.0] * 14] * 2
    lists = allocated(firms, scores)
    assert [i for i in range(12) if 12 in lists[i]] == list(range(2, 12))
    assert all(13 in lists[i] for i in range(12))


def test_who_is_not_visible_gets_no_list(allocated):
    firms = [seeker("s", "loans", visible=False), provider("p", "loans")]
    assert set(allocated(firms, [[0, 0.9], [0.9, 0]])) == {1}
