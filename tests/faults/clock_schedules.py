"""Schedules in which the database stops at once, or the clock of a worker is wrong; beside ``server_schedules``."""

from django.db import connection

from matchmaking.core.leases import claim, take_over
from tests.faults.firms import change, shown, turn_clock, work_once
from tests.faults.processes import call, held, release, start
from tests.faults.server_schedules import filled, recovered


def database_stopped(servers):
    """D1: the database stops at once while one transaction is open and a worker holds a lease."""
    filled(20)
    call(change, 1, "rename", "second")
    worker = start(work_once, faults="K2:hold")
    assert held("K2", worker)
    writer = start(change, 2, "withdraw", faults="W1:hold")
    assert held("W1", writer)
    servers.postgres.stop_at_once()
    servers.postgres.start()
    for label in ("K2", "W1"):
        release(label)
    said_so = worker.wait() != 0 and writer.wait() != 0
    return recovered() | {"pretended": int(not said_so), "half_done": int(not call(shown, 2))}


def clock_off(seconds):
    """C1: a worker whose clock is off works while another holds a lease and the firm is withdrawn."""
    filled(20)
    call(change, 1, "rename", "second")
    late = start(work_once, faults="K2:hold")
    assert held("K2", late)
    call(change, 1, "withdraw")
    call(change, 2, "rename", "second")
    assert start(work_once, seconds).wait() == 0
    release("K2")
    assert late.wait() == 0
    found = recovered()
    # Where one clock judges all leases, a wrong one changes nothing at all.
    early = call(steals, seconds) if connection.vendor == "postgresql" else 0
    return found | {"stolen_leases": early}


def steals(seconds):
    """How many entries a worker with such a clock takes from one that is alive."""
    change(5, "rename", "third")
    claim("alive", ["doc"])
    turn_clock(seconds)
    return len(take_over("other", ["doc"]))


def clock_ahead(servers):
    """C1, five minutes ahead."""
    return clock_off(300)


def clock_behind(servers):
    """C1, five minutes behind."""
    return clock_off(-300)


QUICK = {"D1 database stopped": database_stopped, "C1 clock ahead": clock_ahead}
SCHEDULES = QUICK | {"C1 clock behind": clock_behind}
