"""A campaign of random faults on mostly cold firms: writers, workers, rebuilds and readers, killed and held all the time.

One fault point is one process that was ended or held for longer than a lease, or one server that was. Afterwards
everything must be as if nothing had happened.
"""

import random
import time

from tests.faults.cast import Cast
from tests.faults.firms import faults, make, rebuild_once, work_until_empty
from tests.faults.processes import call
from tests.faults.strikes import Strikes
from tests.faults.verdict import damaged, not_durable, writes

SETTLED_WITHIN = 60.0


def run(points, seed, servers=None):
    """Induce so many faults and report what came out of them; ``servers``: those of this run, to be struck as well."""
    chance = random.Random(seed)
    firms = max(120, points // 2)
    for first in range(1, firms + 1, 200):
        call(make, range(first, min(first + 200, firms + 1)))
    call(work_until_empty)
    call(rebuild_once)
    started = time.monotonic()
    cast = Cast(firms, chance, Strikes(servers, chance) if servers else None)
    cast.play(points)
    seen = cast.close()
    drained = time.monotonic()
    left = call(work_until_empty, SETTLED_WITHIN)
    settled = time.monotonic() - drained
    found = call(faults)
    return {
        "fault_points": sum(cast.induced.values()),
        "by_kind": dict(sorted(cast.induced.items())),
        "writes": call(writes),
        "seconds": round(time.monotonic() - started, 1),
        "settled_after": round(settled, 1),
        **found,
        "stuck": left,
        "not_durable": call(not_durable),
        "damaged": call(damaged),
        **seen,
    }
