"""Real processes of the product, forked from one that has loaded it: they start at once and can be killed for good."""

import os
import pickle
import signal
import time
import traceback
import uuid
from pathlib import Path

from django.conf import settings
from django.db import connections

from matchmaking.core.fault_points import arm
from search.index import forget_engine, search_engine
from tests.faults.parents import end_with


class Child:
    """One forked process."""

    def __init__(self, pid, pipe):
        self.pid, self.pipe, self.status = pid, pipe, None

    def poll(self):
        """Its exit code, negative for a signal; None while it runs."""
        if self.status is None:
            done, status = os.waitpid(self.pid, os.WNOHANG)
            self.status = os.waitstatus_to_exitcode(status) if done else None
        return self.status

    def wait(self, seconds=60.0):
        """Wait for the end; returns the exit code. Ends a child that does not, and says so."""
        until = time.monotonic() + seconds
        while self.poll() is None:
            if time.monotonic() > until:
                self.signal(signal.SIGKILL)
                raise TimeoutError(f"process {self.pid} did not end within {seconds} s")
            time.sleep(0.005)
        return self.status

    def signal(self, number):
        """Send a signal, unless it is over."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def result(self, seconds=60.0):
        """What its work returned."""
        with os.fdopen(self.pipe, "rb") as stream:
            text = stream.read()
        if self.wait(seconds) or not text:
            raise RuntimeError(f"process {self.pid} ended with {self.status}: {text[:2000]!r}")
        return pickle.loads(text)


def start(work, *arguments, faults=""):
    """Fork a process that does ``work`` under a plan of faults."""
    reading, writing = os.pipe()
    parent, pid = os.getpid(), os.fork()
    if pid:
        os.close(writing)
        return Child(pid, reading)
    code = 1
    try:
        end_with(parent)
        os.close(reading)
        arm(faults)
        answer = pickle.dumps(work(*arguments))
        os.write(writing, answer)
        os.close(writing)
        code = 0
    except SystemExit as stop:
        code = stop.code or 0
    except BaseException:
        (Path(settings.FAULT_DIR) / f"trace-{os.getpid()}.txt").write_text(traceback.format_exc())
    os._exit(code)


def call(work, *arguments):
    """Do ``work`` in a process of its own and return what it returned."""
    return start(work, *arguments).result()


def held(label, child, seconds=30.0):
    """Wait until a child is held at a label; False if it ended without passing it."""
    mark = Path(settings.FAULT_DIR) / f"{label}.reached"
    until = time.monotonic() + seconds
    while not mark.exists():
        if child.poll() is not None:
            return False
        if time.monotonic() > until:
            raise TimeoutError(f"nobody reached {label}")
        time.sleep(0.005)
    return True


def release(label):
    """Let go on who is held at a label."""
    (Path(settings.FAULT_DIR) / f"{label}.go").touch()


def move_into(folder, database):
    """Have this process, which has opened nothing yet, and its children work on a database and indexes of their own."""
    connections["default"].settings_dict["NAME"] = str(database)
    settings.SEARCH_INDEX_PREFIX = f"faults-{uuid.uuid4().hex[:12]}"
    settings.SEARCH_FTS5_PATH = folder / "search.sqlite3"
    settings.FAULT_DIR = str(folder)
    forget_engine()


def forget_indexes():
    """Leave nothing behind on a search server."""
    if settings.ELASTICSEARCH_URL:
        search_engine().primary.destroy()
