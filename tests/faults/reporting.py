"""Which faults run when, and what is said of them at the end of a run."""

import os

import pytest

# Set by ``make test-faults``: all there is, in as many minutes as it takes.
NIGHTLY = "YUXIN_FAULT_SERVERS"
nightly = pytest.mark.skipif(os.environ.get(NIGHTLY) != "1", reason=f"in `make test-faults` alone; {NIGHTLY}=1 does it")
# The property of a test that holds what its campaign found.
NAME = "faults"
# What a campaign reports beside what went wrong.
FIGURES = {
    "campaign", "fault_points", "by_kind", "writes", "searches", "lists", "reduced", "without_database",
    "slowest_search", "seconds", "settled_after",
}  # fmt: skip
ALWAYS_SAID = ("lost", "stale", "resurrected")


def wrong(report):
    """What is not as if nothing had happened, by name."""
    return {name: value for name, value in report.items() if name not in FIGURES and value}


def summary(reports):
    """Lines for people: one per campaign, with faults by kind, and one over all."""
    lines = [line for report in reports for line in (_line(report), f"    {_listed(report['by_kind'])}")]
    return [*lines, _line({"campaign": "all"} | _added(reports))]


def _line(report):
    bad = {name: report[name] for name in ALWAYS_SAID if name in report} | wrong(report)
    said = {name: report[name] for name in ("fault_points", "writes", "searches", "settled_after") if name in report}
    return f"{report['campaign']}: {_listed(said | bad)}"


def _listed(figures):
    return ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in figures.items())


def _added(reports):
    counted = {name: sum(one.get(name, 0) for one in reports) for name in ("fault_points", "writes", "searches")}
    bad = {name: sum(one.get(name, 0) for one in reports) for one in reports for name in wrong(one)}
    slowest = max(one.get("settled_after", 0) for one in reports)
    return counted | {"settled_after": slowest} | dict.fromkeys(ALWAYS_SAID, 0) | bad
