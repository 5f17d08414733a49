"""Who sweeps: threads of this process, or the workers of an existing engine by way of joblib.

Every worker takes each n-th block of the left side against all of the right; what they find is put together afterwards,
so the lists do not depend on who swept what.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass

from joblib import Parallel, delayed, parallel_config
from threadpoolctl import threadpool_limits

from .sweep import Plan, Swept, sweep, sweep_alone

NAMES = ("threads", "loky", "dask")


@dataclass(frozen=True)
class Backend:
    """Threads (which share their bounds), loky (processes of this machine) or dask (the cluster of the present client).

    ``workers``: how many; None for one per core that this process may use. ``dask`` needs the extra ``scale`` and a
    ``distributed.Client``; without one, joblib raises ValueError.
    """

    name: str = "threads"
    workers: int | None = None

    def __post_init__(self) -> None:
        if self.name not in NAMES:
            raise ValueError(f"backend: {self.name!r} is none of {', '.join(NAMES)}")
        if self.workers is not None and self.workers < 1:
            raise ValueError(f"workers: {self.workers} is no number of workers")

    def run(self, plan: Plan) -> Iterator[Swept]:
        """Sweep all blocks of the left side."""
        workers = min(self.workers or len(os.sched_getaffinity(0)), plan.left.blocks)
        shares = [range(first, plan.left.blocks, workers) for first in range(workers)]
        if self.name == "threads":
            with threadpool_limits(limits=1, user_api="blas"):
                yield from Parallel(n_jobs=workers, backend="threading")(delayed(sweep)(plan, s) for s in shares)
        elif self.name == "loky":
            yield from Parallel(n_jobs=workers, backend="loky")(delayed(sweep_alone)(plan, s) for s in shares)
        else:
            # Both sides go to each worker once, not with each task.
            with parallel_config(backend="dask", scatter=[plan]):
                yield from Parallel(n_jobs=workers)(delayed(sweep_alone)(plan, s) for s in shares)


THREADS = Backend()
