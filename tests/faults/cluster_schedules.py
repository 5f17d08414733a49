"""Schedules in which one of two nodes of a cluster is struck; beside ``server_schedules``."""

import time

from tests.faults.firms import change, work_until_empty
from tests.faults.processes import call, start
from tests.faults.server_schedules import call_or_none, page, recovered, struck
from tests.faults.strikes import HOLD_SECONDS


def node_killed(servers):
    """E1 in a cluster of two: one node is killed while workers write, and comes back."""
    return _node_struck(servers, lambda node: node.kill(), lambda node: node.launch())


def node_held(servers):
    """E2 in a cluster of two: one node is held until the other has given it up, and comes back."""
    return _node_struck(servers, lambda node: node.hold(), lambda node: node.resume())


def _node_struck(servers, strike, mend):
    """Each of the two in turn: whichever leads the cluster is one of them."""
    wrong = {}
    for node in servers.nodes:

        def back(node=node):
            time.sleep(HOLD_SECONDS * 2)
            mend(node)
            servers.wait()

        found = struck(lambda node=node: strike(node), back, notice=False) if not wrong else again(node, strike, back)
        wrong |= {f"{name} ({node.name})": count for name, count in found.items()}
    return wrong


def again(node, strike, mend):
    """The second time, on firms that are there already."""
    strike(node)
    failed = [call_or_none(change, number, "rename", node.name) for number in range(10, 20)].count(None)
    worker = start(work_until_empty, 5.0)
    answered = call(page, 3)
    mend()
    worker.wait(120)
    return recovered() | {
        "failed_writes": failed,
        "failed_pages": int(answered["status"] != 200 or not answered["there"]),
    }


SCHEDULES = {"E1 node killed": node_killed, "E2 node held": node_held}
