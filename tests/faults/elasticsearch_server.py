"""One Elasticsearch server of the fault tests' own, alone or in a cluster."""

import json
import os
import shutil
import signal
import socket
import subprocess
import urllib.request
from contextlib import suppress
from pathlib import Path

from tests.faults.servers import Server, signal_file, wait_for

# Up soon rather than fast for long: a server lives for minutes and holds some hundred small documents.
MACHINE = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
MEMORY = "-Xms256m -Xmx512m -XX:-AlwaysPreTouch"
# Of the options beside the programs: another collector, and files in a folder that is not ours.
LEFT_OUT = ("UseG1GC", "logs/")
NODE = """\
cluster.name: yuxin-faults
node.name: {name}
network.host: 127.0.0.1
http.port: {http}
transport.port: {transport}
xpack.security.enabled: false
path.data: {folder}/data
path.logs: {folder}/logs
cluster.routing.allocation.disk.threshold_enabled: false
cluster.info.update.interval: 10s
"""
# A node that is held is found out in seconds instead of half a minute.
CLUSTER = """\
discovery.seed_hosts: [{seeds}]
cluster.initial_master_nodes: [{names}]
cluster.fault_detection.follower_check.interval: 500ms
cluster.fault_detection.follower_check.timeout: 1s
cluster.fault_detection.follower_check.retry_count: 2
cluster.fault_detection.leader_check.interval: 500ms
cluster.fault_detection.leader_check.timeout: 1s
cluster.fault_detection.leader_check.retry_count: 2
"""


class Node(Server):
    """One Elasticsearch server."""

    def __init__(self, found, folder, name, http, transport, cluster=()):
        super().__init__(found, folder)
        self.name, self.http, self.transport, self.cluster = name, http, transport, cluster
        self.pid_file = self.folder / "pid"
        self.url = f"http://127.0.0.1:{http}"

    def configure(self):
        """A folder of settings beside the data."""
        self.make_folder()
        home, config = Path(self.found["elasticsearch"]), self.folder / "config"
        config.mkdir(exist_ok=True)
        shutil.copy(home / "config" / "log4j2.properties", config)
        options = (home / "config" / "jvm.options").read_text().splitlines()
        kept = [one for one in options if not any(text in one for text in LEFT_OUT)]
        (config / "jvm.options").write_text("\n".join(kept) + "\n")
        text = NODE.format(name=self.name, http=self.http, transport=self.transport, folder=self.folder)
        names, seeds = [name for name, _ in self.cluster], [f'"127.0.0.1:{port}"' for _, port in self.cluster]
        together = CLUSTER.format(seeds=", ".join(seeds), names=", ".join(names))
        (config / "elasticsearch.yml").write_text(text + (together if names else "discovery.type: single-node\n"))
        for path in (config, *config.iterdir()):
            shutil.chown(path, self.found["owner"])

    def launch(self):
        """Begin to start; :meth:`answers` says when it is there."""
        self.pid_file.unlink(missing_ok=True)
        home = self.found["elasticsearch"]
        hand_over = ["runuser", "-u", self.found["owner"], "--"] if os.getuid() == 0 else []
        environment = [f"ES_HOME={home}", f"ES_PATH_CONF={self.folder}/config", f"ES_JAVA_OPTS={MACHINE} {MEMORY}"]
        launcher = [
            "java", *MACHINE.split(), "-cp", f"{home}/lib/*:{home}/lib/cli-launcher/*", "-Dcli.name=server",
            f"-Dcli.script={home}/bin/elasticsearch", "-Dcli.libs=lib/tools/server-cli", f"-Des.path.home={home}",
            f"-Des.path.conf={self.folder}/config", "-Des.distribution.type=tar",
            "org.elasticsearch.launcher.CliToolLauncher", "-d", "-p", str(self.pid_file),
        ]  # fmt: skip
        with (self.folder / "start.log").open("ab") as log:
            started = subprocess.Popen(
                [*hand_over, "env", *environment, *launcher], cwd=home, stdin=subprocess.DEVNULL,
                stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        (self.folder / "group").write_text(str(started.pid))

    def ask(self, method, path, body=None, seconds=5.0):
        """One request; raises ``OSError`` where nobody answers."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            self.url + path, data=data, method=method, headers={"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=seconds) as answer:
            return json.loads(answer.read() or b"null")

    def answers(self, nodes=1):
        """Whether it serves all data, in a cluster of so many."""
        try:
            status = "green" if nodes > 1 else "yellow"
            health = self.ask("GET", f"/_cluster/health?wait_for_status={status}&wait_for_nodes={nodes}&timeout=200ms")
        except (OSError, ValueError):
            return False
        return not health["timed_out"]

    def start(self, nodes=1):
        """Start and wait."""
        self.launch()
        wait_for(lambda: self.answers(nodes), f"Elasticsearch on port {self.http}")

    def kill(self):
        """SIGKILL, and wait until it is gone."""
        self.resume()
        signal_file(self.pid_file, signal.SIGKILL)
        wait_for(lambda: not self._listens(), f"the end of Elasticsearch on port {self.http}", seconds=30)

    def _listens(self):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.http)) == 0

    def hold(self):
        """SIGSTOP: connections stay, answers do not come."""
        signal_file(self.pid_file, signal.SIGSTOP)

    def resume(self):
        """SIGCONT."""
        signal_file(self.pid_file, signal.SIGCONT)

    def end(self):
        """SIGKILL to it and to whoever is starting it."""
        with suppress(OSError, ValueError):
            os.killpg(int((self.folder / "group").read_text()), signal.SIGKILL)

    def prepare(self):
        """What every index of the tests gets: versions of deleted documents are soon forgotten."""
        template = {"index.gc_deletes": "2s", "index.unassigned.node_left.delayed_timeout": "1s"}
        body = {"index_patterns": ["faults-*"], "template": {"settings": template}}
        self.ask("PUT", "/_index_template/faults", body, seconds=30)
