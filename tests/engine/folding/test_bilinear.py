import numpy as np
import pytest
from scipy import sparse

from matchmaking.engine.folding.bilinear import projections


def rows(count, long=60, seed=0):
    return sparse.random_array((count, long), density=0.2, rng=np.random.default_rng(seed), dtype=np.float32).tocsr()


def error(asks, firms, k):
    found = projections(asks, firms, k)
    return np.linalg.norm((asks @ firms.T).toarray() - found.asks(asks) @ found.firms(firms).T)


def test_enough_dimensions_lose_nothing():
    asks, firms = rows(40), rows(50, seed=1)
    assert error(asks, firms, 40) < 1e-3 * np.linalg.norm((asks @ firms.T).toarray())


def test_fewer_lose_hardly_more_than_any_rank_must():
    asks, firms = rows(200), rows(150, seed=1)
    exact = np.linalg.svd((asks @ firms.T).toarray(), compute_uv=False)
    for k in (1, 5, 20):
        assert error(asks, firms, k) < 1.05 * np.linalg.norm(exact[k:])


def test_what_nobody_asks_for_takes_no_dimension():
    asks = sparse.csr_array(np.eye(4, 10, dtype=np.float32))
    firms = sparse.csr_array(np.vstack([np.eye(4, 10), 100 * np.eye(6, 10, k=4)]).astype(np.float32))
    assert error(asks, firms, 4) < 1e-4


def test_a_newcomer_is_scored_like_those_who_were_there():
    asks, firms = rows(40), rows(50, seed=1)
    found = projections(asks, firms, 30)
    mixed = sparse.csr_array((asks[[0]] + asks[[1]]) / 2)
    np.testing.assert_allclose(found.asks(mixed)[0], found.asks(asks)[:2].mean(axis=0), atol=1e-5)


@pytest.mark.parametrize(("asks", "firms"), [(0, 5), (5, 0), (0, 0), (2, 3)])
def test_few_or_none_leave_zeros(asks, firms):
    found = projections(rows(asks), rows(firms, seed=1), 8)
    assert found.of_asks.shape == found.of_firms.shape == (60, 8)
    assert not found.of_asks[:, min(asks, firms) :].any()
    assert np.isfinite(found.of_asks).all()


def test_long_rows_without_anything_in_common_give_zeros():
    asks = sparse.csr_array(np.eye(3, 8, dtype=np.float32))
    firms = sparse.csr_array(np.eye(3, 8, k=4, dtype=np.float32))
    found = projections(asks, firms, 2)
    np.testing.assert_allclose(found.asks(asks) @ found.firms(firms).T, 0, atol=1e-6)
