"""A PostgreSQL cluster of the fault tests' own."""

from pathlib import Path

from tests.faults.servers import START_SECONDS, Server


class Postgres(Server):
    """A cluster of PostgreSQL. What is committed is in its log: a kill may not lose it, though a power cut may."""

    OPTIONS = "-c listen_addresses=127.0.0.1 -c fsync=off -c synchronous_commit=on -c max_connections=100"

    def __init__(self, found, folder, port):
        super().__init__(found, folder)
        self.port, self.data = port, self.folder / "data"
        self.program = Path(found["postgresql"])
        self.url = f"postgres://postgres@127.0.0.1:{port}"

    def configure(self):
        """Make the cluster."""
        self.make_folder()
        self.run_as_owner(
            self.program / "initdb", "-D", self.data, "-U", "postgres", "-A", "trust", "-E", "UTF8",
            "--locale=C.UTF-8", "--no-sync", check=True,
        )  # fmt: skip

    def start(self):
        """Start, after a crash with recovery, and wait until it answers."""
        options = f"-p {self.port} -c unix_socket_directories={self.folder} {self.OPTIONS}"
        command = ["-D", self.data, "-l", self.folder / "log", "-w", "-t", START_SECONDS, "-o", options, "start"]
        self.run_as_owner(self.program / "pg_ctl", *command, check=True)

    def stop_at_once(self):
        """The immediate stop: nothing is written any more, connections break, the next start recovers."""
        self.run_as_owner(self.program / "pg_ctl", "-D", self.data, "-m", "immediate", "-w", "stop")

    def create(self, name):
        """An empty database."""
        command = ("-h", "127.0.0.1", "-p", self.port, "-U", "postgres", name)
        self.run_as_owner(self.program / "createdb", *command, check=True)
