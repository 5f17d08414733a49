import numpy as np
import pytest
from scipy import sparse

from matchmaking.engine.folding.bilinear import projections
from matchmaking.engine.folding.rows import Rows


def rows(count, long=60, seed=0):
    """A third of the columns dense, between two sparse parts."""
    chance = np.random.default_rng(seed)
    parts = [sparse.random_array((count, long // 3), density=0.2, rng=chance, dtype=np.float32) for _ in range(3)]
    return Rows((parts[0].tocsr(), parts[1].toarray(), parts[2].tocsr()))


def sparse_rows(dense):
    return Rows((sparse.csr_array(np.asarray(dense, np.float32)),))


def scores(asks, firms):
    return asks.toarray() @ firms.toarray().T


def error(asks, firms, k):
    found = projections(asks, firms, k)
    return np.linalg.norm(scores(asks, firms) - found.asks(asks) @ found.firms(firms).T)


def test_enough_dimensions_lose_nothing():
    asks, firms = rows(40), rows(50, seed=1)
    assert error(asks, firms, 40) < 1e-3 * np.linalg.norm(scores(asks, firms))


def test_fewer_lose_hardly_more_than_any_rank_must():
    asks, firms = rows(200), rows(150, seed=1)
    exact = np.linalg.svd(scores(asks, firms), compute_uv=False)
    for k in (1, 5, 20):
        assert error(asks, firms, k) < 1.05 * np.linalg.norm(exact[k:])


def test_what_nobody_asks_for_takes_no_dimension():
    asks = sparse_rows(np.eye(4, 10))
    firms = sparse_rows(np.vstack([np.eye(4, 10), 100 * np.eye(6, 10, k=4)]))
    assert error(asks, firms, 4) < 1e-4


def test_a_newcomer_is_scored_like_those_who_were_there():
    asks, firms = rows(40), rows(50, seed=1)
    found = projections(asks, firms, 30)
    mixed = sparse_rows(asks.toarray()[:2].mean(axis=0, keepdims=True))
    np.testing.assert_allclose(found.asks(mixed)[0], found.asks(asks)[:2].mean(axis=0), atol=1e-5)


@pytest.mark.parametrize(("asks", "firms"), [(0, 5), (5, 0), (0, 0), (2, 3)])
def test_few_or_none_leave_zeros(asks, firms):
    found = projections(rows(asks), rows(firms, seed=1), 8)
    assert found.of_asks.shape == found.of_firms.shape == (60, 8)
    assert not found.of_asks[:, min(asks, firms) :].any()
    assert np.isfinite(found.of_asks).all()


def test_long_rows_without_anything_in_common_give_zeros():
    asks = sparse_rows(np.eye(3, 8))
    firms = sparse_rows(np.eye(3, 8, k=4))
    found = projections(asks, firms, 2)
    np.testing.assert_allclose(found.asks(asks) @ found.firms(firms).T, 0, atol=1e-6)
