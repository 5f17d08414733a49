"""Labelled places at which a test can end, hold or fail this process; in every other process they do nothing.

A plan is read from the setting ``FAULT``, which only the settings of the test run define: ``K3:kill`` ends the process
by SIGKILL at the label ``K3``, ``K3:pause:4`` holds it for four seconds, ``K3:raise`` raises, ``K3:hold`` makes the
file ``K3.reached`` in the folder ``FAULT_DIR`` and goes on when there is a file ``K3.go``. ``@5`` after any of them
means the fifth time. Several are joined by commas. The labels are listed in ``docs/search.md``.
"""

import os
import signal
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings


class InducedFault(Exception):
    """What ``raise`` raises where a label names no error of its own."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One planned fault: at which passage of a label, what, and for how long (seconds)."""

    label: str
    act: str
    seconds: float
    passage: int


class _Plan:
    """The plan of this process, read when the first label is reached, and how often each label was passed."""

    faults: tuple[Fault, ...] | None = None
    passed: Counter[str] = Counter()


def plan(text: str) -> tuple[Fault, ...]:
    """Read a plan as written in the setting. Raises ``ValueError`` for anything else."""
    return tuple(_fault(part.strip()) for part in text.split(",") if part.strip())


def _fault(text: str) -> Fault:
    words, _, passage = text.partition("@")
    label, act, *rest = words.split(":")
    if act not in ("kill", "pause", "raise", "hold") or (act == "pause") != bool(rest):
        raise ValueError(f"not a fault: {text!r}")
    return Fault(label, act, float(rest[0]) if rest else 0.0, int(passage or 1))


def arm(text: str) -> None:
    """Take another plan, as a forked process of the fault tests does. Needs the setting, like every plan."""
    _Plan.faults = plan(text) if hasattr(settings, "FAULT") else ()
    _Plan.passed.clear()


def reached(label: str, error: type[Exception] = InducedFault) -> None:
    """Pass a label; ``error`` is what a planned ``raise`` raises here, with the label as its text."""
    if _Plan.faults is None:
        arm(getattr(settings, "FAULT", ""))
    if _Plan.faults:
        _pass(label, error)


def _pass(label: str, error: type[Exception]) -> None:
    _Plan.passed[label] += 1
    for fault in _Plan.faults or ():
        if fault.label == label and fault.passage == _Plan.passed[label]:
            _act(fault, error)


def _act(fault: Fault, error: type[Exception]) -> None:
    if fault.act == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    elif fault.act == "pause":
        time.sleep(fault.seconds)
    elif fault.act == "raise":
        raise error(fault.label)
    else:
        _hold(fault.label)


def _hold(label: str) -> None:
    folder = Path(str(getattr(settings, "FAULT_DIR", ".")))
    (folder / f"{label}.reached").touch()
    while not (folder / f"{label}.go").exists():
        time.sleep(0.005)
