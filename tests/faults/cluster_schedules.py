"""Schedules in which one of two nodes of a cluster is struck; beside ``server_schedules``."""

import time

from tests.faults.firms import change, work_until_empty
from tests.faults.processes import call, start
from tests.faults.server_schedules import call_or_none, page, recovered, struck
from tests.faults.strikes import HOLD_SECONDS


def a_node_killed(servers):
    """E1 in a cluster of two: one node is killed while workers write, and comes back."""
    [one, _] = servers.nodes
    return struck(one.kill, lambda: _launch(servers, one), notice=False)


def each_node_killed(servers):
    """The same for each of the two in turn: whichever leads the cluster is one of them."""
    return _each_struck(servers, lambda node: node.kill(), lambda node: _launch(servers, node))


def each_node_held(servers):
    """E2 in a cluster of two: each is held until the other has given it up, and comes back."""

    def mend(node):
        time.sleep(HOLD_SECONDS * 2)
        node.resume()
        servers.wait()

    return _each_struck(servers, lambda node: node.hold(), mend)


def _launch(servers, node):
    node.launch()
    servers.wait()


def _each_struck(servers, strike, mend):
    wrong = {}
    for node in servers.nodes:
        seen = again if wrong else _first
        found = seen(node, lambda node=node: strike(node), lambda node=node: mend(node))
        wrong |= {f"{name} ({node.name})": count for name, count in found.items()}
    return wrong


def _first(node, strike, mend):
    return struck(strike, mend, notice=False)


def again(node, strike, mend):
    """The second time, on firms that are there already."""
    strike()
    failed = [call_or_none(change, number, "rename", node.name) for number in range(10, 20)].count(None)
    worker = start(work_until_empty, 5.0)
    answered = call(page, 3)
    mend()
    worker.wait(120)
    return recovered() | {
        "failed_writes": failed,
        "failed_pages": int(answered["status"] != 200 or not answered["there"]),
    }


QUICK = {"E1 a node killed": a_node_killed}
SCHEDULES = QUICK | {"E1 each node killed": each_node_killed, "E2 each node held": each_node_held}
