# ruff: noqa: T201
"""Figures beside their goals: what a benchmark prints, and whether it fell short."""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median
from typing import Any


def seconds(work: Callable[[], Any]) -> float:
    """Wall time of one call."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def in_turn(works: dict[str, Callable[[], Any]], rounds: int) -> dict[str, float]:
    """Median wall time of each, run in turn so that a machine that slows down slows all of them."""
    times: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            times[name].append(seconds(work))
    return {name: median(found) for name, found in times.items()}


@dataclass
class Goals:
    """Collects figures; ``close`` ends the program with 1 if one fell short."""

    short: list[str] = field(default_factory=list)

    def at_most(self, what: str, figure: float, goal: float, unit: str = "×") -> None:
        """A figure that must not be larger than its goal."""
        self._add(what, f"{figure:.4g} {unit}", f"≤ {goal:g} {unit}", reached=figure <= goal)

    def at_least(self, what: str, figure: float, goal: float, unit: str = "") -> None:
        """A figure that must not be smaller than its goal."""
        self._add(what, f"{figure:.5g} {unit}".strip(), f"≥ {goal:g} {unit}".strip(), reached=figure >= goal)

    def note(self, what: str, figure: str) -> None:
        """A figure without a goal."""
        print(f"{what:<66}{figure:>14}", flush=True)

    def _add(self, what: str, figure: str, goal: str, *, reached: bool) -> None:
        print(f"{what:<66}{figure:>14}   {goal:<12}{'' if reached else '  SHORT'}", flush=True)
        if not reached:
            self.short.append(what)

    def close(self) -> None:
        """Leave, with 1 if a goal was missed."""
        sys.exit(1 if self.short else 0)
