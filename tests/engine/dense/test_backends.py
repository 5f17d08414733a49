import numpy as np
import pytest

from matchmaking.engine.dense.backends import Backend
from matchmaking.engine.dense.matching import reciprocal_top_k
from tests.engine.dense.conftest import made


@pytest.fixture(scope="module")
def wide():
    """Sides of several blocks, with gates, so that each worker has something to do."""
    return made(2600, 1, gates=2), made(2500, 2, gates=2)


def assert_same(one, other):
    for a, b in ((one.left, other.left), (one.right, other.right)):
        assert np.array_equal(a.ids, b.ids)
        assert np.array_equal(a.scores, b.scores)
        assert np.array_equal(a.counts, b.counts)


def test_processes_find_what_threads_find(wide):
    assert_same(reciprocal_top_k(*wide, 5), reciprocal_top_k(*wide, 5, backend=Backend("loky", 2)))


def test_a_dask_cluster_finds_what_threads_find(wide):
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        distributed.Client(cluster),
    ):
        found = reciprocal_top_k(*wide, 5, backend=Backend("dask", 2))
    assert_same(reciprocal_top_k(*wide, 5), found)


def test_dask_without_a_client_is_refused(wide):
    pytest.importorskip("distributed")
    with pytest.raises(ValueError, match="Client"):
        reciprocal_top_k(*wide, 5, backend=Backend("dask", 2))


def test_the_number_of_workers_changes_nothing(wide):
    assert_same(reciprocal_top_k(*wide, 5, backend=Backend(workers=1)), reciprocal_top_k(*wide, 5))


def test_another_backend_is_refused():
    with pytest.raises(ValueError, match="backend"):
        Backend("spark")
    with pytest.raises(ValueError, match="workers"):
        Backend(workers=0)
