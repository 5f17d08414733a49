"""The stage as pytest sees it: a process that has loaded the product and plays one command after the other."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class Stage:
    """A stage under an environment of its own; its children are faulted, never this process."""

    def __init__(self, **environment):
        inherited = {name: value for name, value in os.environ.items() if name != "FAULT"}
        self.errors = tempfile.TemporaryFile("w+")  # noqa: SIM115  # it lives as long as this stage
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.stage"], cwd=ROOT, env={**inherited, **environment}, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors,
        )  # fmt: skip

    def play(self, template, command, *arguments, elasticsearch=""):
        """Have it play on copies of a migrated database, with this search server or none; returns what it found."""
        asked = {"template": str(template), "command": command, "elasticsearch": elasticsearch}
        self.process.stdin.write(json.dumps(asked | {"arguments": [str(one) for one in arguments]}) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, f"the stage has ended: {self._complaints()}"
        answer = json.loads(line)
        assert "failed" not in answer, answer["failed"]
        return answer["found"]

    def _complaints(self):
        self.errors.seek(0)
        return self.errors.read()

    def end(self):
        """It ends where it is told nothing more."""
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()
        self.errors.close()
