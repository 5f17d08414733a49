"""What the writers of a campaign said they would do and did: the truth that database and readers are held to."""

import json
import os
from pathlib import Path

from django.conf import settings

HIDING = ("withdraw", "delete")


def place():
    """The file, in the folder of the campaign."""
    return Path(settings.FAULT_DIR) / "ledger.jsonl"


def note(step, number, act, text="", version=0):
    """Append one line: ``will`` before a write, ``did`` after its commit. A line is whole or not there."""
    line = json.dumps([step, number, act, text, version]) + "\n"
    handle = os.open(place(), os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(handle, line.encode())
    os.close(handle)


class Reader:
    """Follows the file: which firms are certainly hidden at this moment, and what each firm may look like.

    ``acts`` holds, per firm and in order, (act, text, version, whether it was acknowledged).
    """

    def __init__(self):
        self.offset = 0
        self.hidden = set()
        self.acts = {}

    def follow(self):
        """Read what has come since."""
        if not place().exists():
            return
        with place().open("rb") as stream:
            stream.seek(self.offset)
            text = stream.read()
        whole = text[: text.rfind(b"\n") + 1]
        self.offset += len(whole)
        for line in whole.decode().splitlines():
            self._take(*json.loads(line))

    def _take(self, step, number, act, text, version):
        acts = self.acts.setdefault(number, [])
        if step == "will":
            acts.append((act, text, 0, False))
            if act == "publish":
                self.hidden.discard(number)
            return
        acts[-1] = (act, text, version, True)
        if act in HIDING:
            self.hidden.add(number)

    def acknowledged(self):
        """How many writes were."""
        return sum(sure for acts in self.acts.values() for *_, sure in acts)

    def possible(self, number, effects):
        """What may hold of a firm: the effect of its last acknowledged act among ``effects``, or of a later open one.

        ``effects`` maps acts to what they lead to, given the text; None stands for what was at first.
        """
        outcomes = [None]
        for act, text, _, sure in self.acts.get(number, ()):
            if act in effects:
                outcome = effects[act](text)
                outcomes = [outcome] if sure else [*outcomes, outcome]
        return outcomes
