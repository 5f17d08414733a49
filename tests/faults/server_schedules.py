"""Schedules in which a server is struck: what web and workers see meanwhile, and what is there when it is back.

Each returns the faults it saw, by name; all are 0 where the design holds.
"""

import random
import time

from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext, override

from search.index import single_engines
from tests.faults.firms import change, faults, make, rebuild_once, word, work_once, work_until_empty
from tests.faults.processes import call, held, release, start
from tests.faults.schedules import wait_for_lease
from tests.faults.strikes import HOLD_SECONDS

FIRMS = 120
BACK_SECONDS = 90.0


def page(number):
    """What somebody sees who looks for a firm: the status of the page, the firm, and the notice of reduced search."""
    with override(settings.LANGUAGE_CODE):
        notice, address = gettext("Search is running in reduced mode"), reverse("search:find")
    answer = Client().get(address, {"q": word(number)})
    text = answer.content.decode()
    return {"status": answer.status_code, "there": f"/{word(number)}/" in text, "notice": notice in text}


def filled(firms=FIRMS):
    """An index with firms, live on every engine."""
    call(make, range(1, firms + 1))
    call(work_until_empty, 60.0)
    call(rebuild_once)
    assert call(engines_alive), "Elasticsearch has no live generation: the schedule would say nothing"


def engines_alive():
    """Whether each engine by itself answers from a live generation."""
    return all(engine.ping() for engine in single_engines())


def struck(strike, mend, notice=True):
    """Write, withdraw and search while a server is away, then let it come back and everything settle.

    ``notice``: whether searches are answered by the embedded engine meanwhile, and say so.
    """
    filled()
    strike()
    writes = [call_or_none(change, 1, "rename", "second"), call_or_none(change, 2, "withdraw")]
    late = start(work_once)
    kept, gone = call(page, 3), call(page, 2)
    new = start(work_until_empty, 1.0)
    mend()
    seen = {
        "failed_writes": writes.count(None),
        "failed_pages": sum(one["status"] != 200 for one in (kept, gone)) + (not kept["there"]),
        "without_notice": int(notice and not kept["notice"]),
        "shown_after_withdrawal": int(gone["there"]),
    }
    for worker in (late, new):
        worker.wait(120)
    return recovered() | seen


def recovered():
    """What is wrong after a server came back and workers went on by themselves."""
    wait_for_lease()
    left = call(work_until_empty, BACK_SECONDS)
    return call(faults) | {"stuck": left, "still_reduced": int(call(page, 3)["notice"])}


def call_or_none(work, *arguments):
    """What a process returned; None where it failed."""
    try:
        return call(work, *arguments)
    except RuntimeError:
        return None


def killed_mid_bulk(servers):
    """E1: a worker has written the embedded index and is writing Elasticsearch when that is killed."""
    [node] = servers.nodes
    filled()
    call(rename_all, "second")
    worker = start(work_once, faults="K4:hold@2")
    assert held("K4", worker)
    release("K4")
    time.sleep(random.random() * 0.05)
    node.kill()
    answered = call(page, 3)
    node.start()
    worker.wait(120)
    return recovered() | {"failed_pages": int(answered["status"] != 200 or not answered["there"])}


def rename_all(text):
    """One write for each firm, so that one bulk takes long."""
    for number in range(1, FIRMS + 1):
        change(number, "rename", text)


def killed(servers):
    """E1: the server is dead for a while."""
    [node] = servers.nodes
    return struck(node.kill, node.start)


def held_for_long(servers):
    """E2: the server is held for longer than a lease; what it had been sent, it takes late."""
    [node] = servers.nodes

    def mend():
        time.sleep(HOLD_SECONDS)
        node.resume()
        servers.wait()

    return struck(node.hold, mend)


def read_only(servers):
    """E3: an operator made every index read-only; searches go on."""
    return struck(lambda: _block(servers, True), lambda: _block(servers, None), notice=False)


def _block(servers, value):
    servers.nodes[0].ask("PUT", f"/{settings.SEARCH_INDEX_PREFIX}-*/_settings", {"index.blocks.write": value})


def disk_full(servers):
    """E3: the server itself finds its disk too full, blocks every index, and takes the block away when there is room."""
    [node] = servers.nodes
    marks = ("low", "high", "flood_stage")
    prefix = "cluster.routing.allocation.disk"

    def blocked():
        found = node.ask("GET", f"/{settings.SEARCH_INDEX_PREFIX}-*/_settings/index.blocks.*")
        return any(one["settings"] for one in found.values())

    def fill():
        full = {f"{prefix}.watermark.{mark}": "100000gb" for mark in marks} | {f"{prefix}.threshold_enabled": True}
        node.ask("PUT", "/_cluster/settings", {"persistent": full})
        _wait_until(blocked)

    def empty():
        free = {f"{prefix}.watermark.{mark}": "1b" for mark in marks}
        node.ask("PUT", "/_cluster/settings", {"persistent": free})
        _wait_until(lambda: not blocked())

    try:
        return struck(fill, empty, notice=False)
    finally:
        names = [f"{prefix}.threshold_enabled", *(f"{prefix}.watermark.{mark}" for mark in marks)]
        node.ask("PUT", "/_cluster/settings", {"persistent": dict.fromkeys(names)})


def _wait_until(condition, seconds=60.0):
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            raise TimeoutError("the server did not do what its documentation says")
        time.sleep(0.2)


def answer_lost(servers):
    """N1: Elasticsearch has applied a bulk, and nobody hears of it."""
    filled(20)
    call(change, 1, "rename", "second")
    worker = start(work_once, faults="N1:raise")
    call(change, 2, "withdraw")
    assert worker.wait(60) == 0
    return recovered()


QUICK = {
    "E1 killed": killed,
    "E1 killed mid-bulk": killed_mid_bulk,
    "E2 held": held_for_long,
    "E3 read-only": read_only,
    "N1 answer lost": answer_lost,
}
# A server looks at its disk every ten seconds.
SCHEDULES = QUICK | {"E3 full": disk_full}
