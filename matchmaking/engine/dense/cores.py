"""Work on many rows, a stretch of them on each core; numpy and the BLAS release the interpreter meanwhile."""

import os
from collections.abc import Callable

from joblib import Parallel, delayed
from threadpoolctl import threadpool_limits


def shared_out(rows: int, work: Callable[[int, int], None]) -> None:
    """Do all rows, each core a stretch (first, last) of them, in which the BLAS takes no other core."""
    cores = len(os.sched_getaffinity(0))
    stretch = max(1, -(-rows // cores))
    with threadpool_limits(limits=1, user_api="blas"):
        Parallel(n_jobs=cores, backend="threading")(
            delayed(work)(first, min(first + stretch, rows)) for first in range(0, rows, stretch)
        )
