"""Servers of the fault tests' own, to be killed, held and started again: what Elasticsearch and PostgreSQL share.

They run from the programs that ``.ci/services`` uses, on ports and in folders of their own; the shared servers of a test
run are never touched. No Django here: pytest starts and removes them, the stage strikes them.
"""

import os
import shutil
import socket
import subprocess
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 180


class ServersMissingError(Exception):
    """The programs are not on this machine, with what to install."""


def programs():
    """Where the programs are, and the user who may run them: postgresql, elasticsearch, owner."""
    done = subprocess.run(["bash", ".ci/services", "where"], cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        raise ServersMissingError(done.stderr.strip())
    return dict(line.split("=", 1) for line in done.stdout.splitlines())


def free_ports(count):
    """Ports that nobody listens on."""
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports


def wait_for(answers, what, seconds=START_SECONDS):
    """Until a server answers; raises ``TimeoutError``."""
    until = time.monotonic() + seconds
    while not answers():
        if time.monotonic() > until:
            raise TimeoutError(f"{what} does not answer after {seconds} s")
        time.sleep(0.1)


def signal_file(path, number):
    """Send a signal to the process whose number a file holds in its first line; nothing happens if there is none."""
    try:
        os.kill(int(path.read_text().split()[0]), number)
    except (OSError, ValueError, IndexError):
        return False
    return True


class Server:
    """What both have in common: a folder, programs, and the user who runs them."""

    def __init__(self, found, folder):
        self.found, self.folder = found, Path(folder)

    def run_as_owner(self, *command, **options):
        """Run to the end as the owner; root hands over."""
        hand_over = ["runuser", "-u", self.found["owner"], "--"] if os.getuid() == 0 else []
        return subprocess.run(
            [*hand_over, *map(str, command)], cwd=self.folder, capture_output=True, text=True, **options
        )

    def make_folder(self):
        """The folder, for the owner."""
        self.folder.mkdir(parents=True, exist_ok=True)
        shutil.chown(self.folder, self.found["owner"])
