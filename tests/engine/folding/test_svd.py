import numpy as np
import pytest
from scipy import sparse

from matchmaking.engine.folding.svd import NoMatrix, NoSuchRank, directions, orthonormal


def planted(rows=400, columns=300, rank=20, noise=0.01, seed=0):
    """A sparse matrix of that rank, strengths falling by a tenth each, and a little noise."""
    chance = np.random.default_rng(seed)
    left, right = (np.linalg.qr(chance.standard_normal((n, rank)))[0] for n in (rows, columns))
    dense = (left * 10 * 0.9 ** np.arange(rank)) @ right.T + noise * chance.standard_normal((rows, columns))
    dense[chance.random(dense.shape) < 0.3] = 0
    return sparse.csr_array(dense.astype(np.float32))


@pytest.mark.parametrize("shape", [(400, 300), (50, 300), (300, 40), (1, 30), (30, 1)])
def test_it_finds_what_a_full_decomposition_finds(shape):
    matrix = planted(*shape, rank=min(20, *shape))
    k = min(10, *shape)
    found = directions(matrix, k, rounds=8)
    exact = np.linalg.svd(matrix.toarray(), full_matrices=False)
    np.testing.assert_allclose(found.strengths, exact.S[:k], rtol=1e-3)
    kept = np.linalg.norm(matrix.toarray() @ found.axes) ** 2
    assert kept == pytest.approx((exact.S[:k] ** 2).sum(), rel=1e-3)


def test_three_rounds_keep_nearly_all_that_can_be_kept():
    matrix = planted(noise=0.1)
    exact = np.linalg.svd(matrix.toarray(), compute_uv=False)[:20]
    assert (directions(matrix, 20).strengths ** 2).sum() > 0.95 * (exact**2).sum()


def test_axes_are_orthonormal_and_strongest_first():
    found = directions(planted(), 15)
    np.testing.assert_allclose(found.axes.T @ found.axes, np.eye(15), atol=1e-5)
    assert (np.diff(found.strengths) <= 0).all()
    assert found.axes.dtype == found.strengths.dtype == np.float32


def test_fold_is_the_product():
    matrix = planted()
    found = directions(matrix, 5)
    np.testing.assert_allclose(found.fold(matrix), matrix @ found.axes, rtol=1e-5)
    assert found.fold(matrix[:1]).shape == (1, 5)
    assert found.fold(matrix[:0]).shape == (0, 5)


def test_the_same_seed_gives_the_same_bits():
    one, two = (directions(planted(), 8, seed=3) for _ in range(2))
    np.testing.assert_array_equal(one.axes, two.axes)


def test_a_lower_rank_than_asked_for_is_no_failure():
    matrix = planted(rank=3, noise=0)
    matrix = sparse.csr_array(np.outer(matrix.toarray()[:, 0], matrix.toarray()[0]))
    found = directions(matrix, 6)
    assert np.isfinite(found.axes).all()
    assert (found.strengths[1:] < 1e-2 * found.strengths[0]).all()
    nothing = directions(sparse.csr_array((20, 10), dtype=np.float32), 4)
    assert not nothing.strengths.any()
    assert np.isfinite(nothing.axes).all()


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_value_that_is_no_number_is_refused(bad):
    matrix = planted()
    matrix.data[7] = bad
    with pytest.raises(NoMatrix, match="no finite"):
        directions(matrix, 4)


@pytest.mark.parametrize("shape", [(0, 5), (5, 0), (0, 0)])
def test_nothing_is_refused(shape):
    with pytest.raises(NoMatrix, match="holds nothing"):
        directions(sparse.csr_array(shape, dtype=np.float32), 1)


@pytest.mark.parametrize("k", [0, -1, 31])
def test_more_directions_than_there_are_is_refused(k):
    with pytest.raises(NoSuchRank):
        directions(planted(40, 30, rank=5), k)


def test_orthonormal_even_for_columns_that_are_nearly_alike():
    chance = np.random.default_rng(0)
    block = chance.standard_normal((500, 1)) + 1e-2 * chance.standard_normal((500, 12))
    basis = orthonormal(block.astype(np.float32))
    np.testing.assert_allclose(basis.T @ basis, np.eye(12), atol=1e-3)
