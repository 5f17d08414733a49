import numpy as np
import pytest

from matchmaking.engine.dense.joining import by_owner, join
from matchmaking.engine.dense.lists import Lists

K = 6


def ranked(rows, others, places, seed, *, levels=8):
    """Lists of random counterparts, some shorter than others; few ``levels`` make many ties."""
    chance = np.random.default_rng(seed)
    ids = np.full((rows, places), -1, np.int32)
    scores = np.full((rows, places), -np.inf, np.float32)
    counts = chance.integers(0, places + 1, rows)
    complete = np.zeros(rows, np.float32)
    for row, count in enumerate(counts.tolist()):
        found = chance.choice(others, count, replace=False)
        marks = chance.integers(-levels, levels, count).astype(np.float32)
        order = np.lexsort((found, -marks))
        ids[row, :count], scores[row, :count] = found[order], marks[order]
        complete[row] = scores[row, -1] if count == places else -levels
    return Lists(ids, scores, counts, complete)


def best(pairs, k):
    """(counterpart, score), each counterpart once with its best score, best first, lower numbers first."""
    highest = {}
    for other, score in pairs:
        highest[other] = max(score, highest.get(other, -np.inf))
    return sorted(highest.items(), key=lambda pair: (-pair[1], pair[0]))[:k]


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("size", [1, 50, 3000])
def test_two_matches_join_to_the_best_of_both(seed, size):
    ours, others = ranked(size, 40, K, seed), ranked(size, 20, K, seed + 100)
    rows, candidates = np.arange(size)[::2], np.arange(40, 60)
    before = {row: ours.of(row) for row in range(size)}
    down_to = ours.complete_down_to.copy()
    found = Lists(others.ids[rows], others.scores[rows], others.counts[rows], others.complete_down_to[rows])
    join(ours, rows, found, candidates)
    for row in range(size):
        joined = [(40 + other, score) for other, score in others.of(row)] if row % 2 == 0 else []
        assert ours.of(row) == best([*before[row], *joined], K)
        if row % 2 == 0:
            last = [ours.scores[row, -1]] if len(ours.of(row)) == K else []
            assert ours.complete_down_to[row] == max([down_to[row], others.complete_down_to[row], *last])
        else:
            assert ours.complete_down_to[row] == down_to[row]


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("firms", [3, 40, 2500])
def test_rows_of_one_owner_become_one_list_that_names_nobody_twice(seed, firms):
    chance = np.random.default_rng(seed)
    owners = np.repeat(np.arange(firms), chance.integers(0, 4, firms))
    candidates = np.sort(chance.integers(0, 30, 60))
    lists = ranked(len(owners), 60, K, seed)
    found = by_owner(lists, owners, candidates, firms, 4)
    for firm in range(firms):
        rows = np.flatnonzero(owners == firm).tolist()
        pairs = [(int(candidates[other]), score) for row in rows for other, score in lists.of(row)]
        assert found.of(firm) == best(pairs, 4)
        bounds = [lists.complete_down_to[row] for row in rows] + (
            [found.scores[firm, -1]] if len(found.of(firm)) == 4 else []
        )
        assert found.complete_down_to[firm] == max(bounds, default=-np.inf)


def test_nobody_has_no_lists():
    none = by_owner(ranked(0, 3, K, 0), np.zeros(0, int), np.zeros(0, int), 2, 4)
    assert none.counts.tolist() == [0, 0]
