"""Which servers of their own a run of the fault tests has, written down so that the stage finds them."""

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.faults.elasticsearch_server import Node
from tests.faults.postgresql_server import Postgres
from tests.faults.servers import ROOT, free_ports, programs, signal_file, wait_for


class OwnServers:
    """A PostgreSQL cluster and a cluster of Elasticsearch of one node or two, in one folder."""

    def __init__(self, folder, layout):
        self.folder, self.layout = Path(folder), layout
        found, ports = layout["programs"], layout["ports"]
        self.postgres = Postgres(found, self.folder / "postgres", ports[0]) if layout["postgres"] else None
        names = [f"n{number + 1}" for number in range(layout["nodes"])]
        pairs = list(zip(ports[1::2], ports[2::2], strict=True))
        together = [(name, transport) for name, (_, transport) in zip(names, pairs, strict=True)]
        self.nodes = [
            Node(found, self.folder / name, name, *pair, together if len(names) > 1 else ())
            for name, pair in zip(names, pairs, strict=True)
        ]

    @classmethod
    def make(cls, nodes=1, postgres=False):
        """Configure and start all, and wait for PostgreSQL alone; raises ``ServersMissingError``."""
        layout = {"programs": programs(), "ports": free_ports(1 + 2 * nodes), "nodes": nodes, "postgres": postgres}
        folder = Path(tempfile.mkdtemp(prefix="faults-servers-"))
        folder.chmod(0o711)
        (folder / "layout.json").write_text(json.dumps(layout))
        servers = cls(folder, layout)
        servers.watchdog = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.watchdog", str(folder)], cwd=ROOT, stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        try:
            servers.start()
        except BaseException:
            servers.remove()
            raise
        return servers

    @classmethod
    def at(cls, folder):
        """Those that another process has made."""
        return cls(folder, json.loads((Path(folder) / "layout.json").read_text()))

    def start(self):
        """All at once: nodes of a cluster wait for each other."""
        for node in self.nodes:
            node.configure()
            node.launch()
        if self.postgres:
            self.postgres.configure()
            self.postgres.start()

    def wait(self):
        """Until every node is there, or back, and holds its data."""
        for node in self.nodes:
            wait_for(lambda node=node: node.answers(len(self.nodes)), f"Elasticsearch {node.name}")

    def prepare(self):
        """Wait, and give every index of the tests its settings."""
        self.wait()
        for node in self.nodes[:1]:
            node.prepare()

    def mend(self):
        """Bring back what a test that failed left held or dead."""
        for node in self.nodes:
            node.resume()
            if not signal_file(node.pid_file, 0):
                node.launch()
        self.wait()

    @property
    def elasticsearch_url(self):
        """What the product is told."""
        return ",".join(node.url for node in self.nodes)

    def remove(self):
        """For who has made them: let the watchdog do what it would do if this process had died."""
        self.watchdog.stdin.close()
        self.watchdog.wait()

    def end(self):
        """End every server and leave nothing behind."""
        for node in self.nodes:
            node.end()
        if self.postgres and self.postgres.data.exists():
            self.postgres.stop_at_once()
        shutil.rmtree(self.folder, ignore_errors=True)
