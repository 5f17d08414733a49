"""``manage.py search_reconcile``: compare the indexes with the database."""

import json
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from search.engines.base import EngineUnavailableError, SearchEngine, State
from search.index import single_engines
from search.reconciling import Differences, compare, dead_marks, repair, waiting_marks


class Command(BaseCommand):
    """Exit codes: 0 all equal, 1 something differs or an engine could not be read."""

    help = "Compare the search indexes with the database; prints JSON. --repair leaves dirty marks for the worker."

    def add_arguments(self, parser: CommandParser) -> None:
        """How long to wait before a difference counts, and whether to repair."""
        parser.add_argument("--repair", action="store_true", help="Mark every difference for the worker.")
        parser.add_argument(
            "--settle", type=float, default=5.0, help="Seconds after which a difference is looked at again."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Compare, look again at what differs, print, repair."""
        report: dict[str, Any] = {"engines": {}, "marked": 0, "waiting": waiting_marks(), "dead": dead_marks()}
        lasting: list[Differences] = []
        unreadable = False
        for engine in single_engines():
            try:
                found = self._compare(engine, options["settle"])
            except EngineUnavailableError as error:
                unreadable = True
                report["engines"][engine.name] = {"error": str(error)}
                continue
            lasting += found.values()
            report["engines"][engine.name] = {name: self._listed(one) for name, one in found.items()}
        if options["repair"]:
            report["marked"] = sum(repair(found) for found in lasting)
        self.stdout.write(json.dumps(report, ensure_ascii=False))
        if unreadable or report["dead"] or any(found.any for found in lasting):
            raise SystemExit(1)

    def _compare(self, engine: SearchEngine, settle: float) -> dict[str, Differences]:
        """Differences by generation; retired ones are left alone."""
        engine.refresh()
        names = [one.name for one in engine.generations() if one.state is not State.RETIRED]
        found = {name: compare(engine, name) for name in names}
        if any(one.any for one in found.values()):
            time.sleep(settle)
            engine.refresh()
            found = {name: one.also_in(compare(engine, name)) for name, one in found.items()}
        return found

    def _listed(self, found: Differences) -> dict[str, list[str]]:
        names = ("missing", "stale", "orphan", "leaked")
        return {name: sorted(f"{kind}:{id}" for kind, id in getattr(found, name)) for name in names}
