"""``manage.py search_reconcile``: compare the indexes with the database."""

import json
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from matchmaking.core.dead_letters import dead_letters
from search.engines.base import EngineUnavailableError, State
from search.engines.engine import SearchEngine
from search.index import single_engines
from search.reconciling import FAULTS, Differences, compare, repair, waiting_marks


class Command(BaseCommand):
    """Exit codes: 0 all equal, 1 something differs, is dead, or an engine could not be read."""

    help = "Compare the search indexes with the database. --repair leaves dirty marks for the worker."

    def add_arguments(self, parser: CommandParser) -> None:
        """How long to wait before a difference counts, whether to repair, and how to tell."""
        parser.add_argument("--repair", action="store_true", help="Mark every difference for the worker.")
        parser.add_argument("--json", action="store_true", help="Print JSON with the keys of the documents.")
        parser.add_argument(
            "--settle", type=float, default=5.0, help="Seconds after which a difference is looked at again."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Compare, look again at what differs, repair, tell."""
        found: dict[str, Differences] = {}
        unreadable: dict[str, str] = {}
        for engine in single_engines():
            try:
                found[engine.name] = self._compare(engine, options["settle"])
            except EngineUnavailableError as error:
                unreadable[engine.name] = str(error)
        dead = list(dead_letters().filter(topic="doc"))
        totals = {name: sum(len(getattr(one, name)) for one in found.values()) for name in FAULTS} | {"dead": len(dead)}
        marked = sum(repair(one) for one in found.values()) if options["repair"] else 0
        if options["json"]:
            engines = {name: self._listed(one) for name, one in found.items()}
            engines |= {name: {"error": reason} for name, reason in unreadable.items()}
            letters = [f"{one.entity}:{one.entity_id}: {one.last_error}" for one in dead]
            report: dict[str, Any] = {**totals, "marked": marked, "waiting": waiting_marks()}
            report |= {"dead_letters": letters, "engines": engines}
            self.stdout.write(json.dumps(report, ensure_ascii=False))
        else:
            self._tell(totals, unreadable, marked)
        if unreadable or any(totals.values()):
            raise SystemExit(1)

    def _compare(self, engine: SearchEngine, settle: float) -> Differences:
        """Differences of the live generation that outlast the time the worker may take."""
        engine.refresh()
        if not any(one.state is State.LIVE for one in engine.generations()):
            raise EngineUnavailableError("there is no live generation")
        found = compare(engine)
        if found.any:
            time.sleep(settle)
            engine.refresh()
            found = found.also_in(compare(engine))
        return found

    def _listed(self, found: Differences) -> dict[str, Any]:
        return {name: sorted(f"{kind}:{id}" for kind, id in getattr(found, name)) for name in FAULTS}

    def _tell(self, totals: dict[str, int], unreadable: dict[str, str], marked: int) -> None:
        self.stdout.write(", ".join(f"{count} {name}" for name, count in totals.items()))
        for name, reason in unreadable.items():
            self.stderr.write(f"{name}: {reason}")
        if marked:
            self.stdout.write(f"{marked} marked for the worker")
