"""Servers of the tests' own end with the run that started them, however that ended."""

import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.servers import ROOT, wait_for

pytestmark = pytest.mark.services
RUN = """
from tests.faults.own_servers import OwnServers
servers = OwnServers.make(nodes=0, postgres=True)
print(servers.folder, servers.postgres.port, flush=True)
input()
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_servers_end_with_their_run(servers_wanted, number):
    command = [sys.executable, "-c", RUN]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as run:
        folder, port = run.stdout.readline().split()
        assert listens(port)
        run.send_signal(number)
        assert run.wait() == -number
    wait_for(lambda: not listens(port) and not Path(folder).exists(), "the end of PostgreSQL", seconds=30)


def listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", int(port))) == 0
