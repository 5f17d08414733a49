"""``manage.py search_rebuild``: build the index anew beside the living one and switch over."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from search.engines.base import EngineUnavailableError
from search.engines.engine import SearchEngine
from search.index import single_engines
from search.rebuilding import (
    RebuildFailedError,
    RebuildRunningError,
    Rebuilt,
    is_current,
    is_missing,
    only_rebuild,
    rebuild,
)
from search.retiring import NoWayBackError, roll_back


class Command(BaseCommand):
    """Exit codes: 0 done or nothing to do, 1 an engine could not be rebuilt, 3 another rebuild is running."""

    help = (
        "Build the search index anew from the database; searches go on and see it complete or not at all. "
        "Does nothing where the index has the present shape and equals the database."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """When to build, and how to tell."""
        when = parser.add_mutually_exclusive_group()
        when.add_argument("--if-missing", action="store_true", help="Only where there is nothing to search yet.")
        when.add_argument("--force", action="store_true", help="Even where nothing has changed.")
        when.add_argument("--rollback", action="store_true", help="Build nothing: search the generation before again.")
        parser.add_argument("--json", action="store_true", help="Print a summary as JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Treat each engine by itself: one that is away does not keep the other from being built."""
        self.options = options
        self.summary: dict[str, Any] = {"rebuilt": [], "unchanged": [], "rolled_back": {}, "failed": {}}
        try:
            with only_rebuild():
                for engine in single_engines():
                    self._try(engine)
        except RebuildRunningError:
            self.stderr.write("Another rebuild is running.")
            raise SystemExit(3) from None
        if options["json"]:
            self.stdout.write(json.dumps(self.summary))
        # A site whose search server is away still starts: the embedded index answers for it.
        if self.summary["failed"] and not (options["if_missing"] and "fts5" not in self.summary["failed"]):
            raise SystemExit(1)

    def _try(self, engine: SearchEngine) -> None:
        try:
            self._treat(engine)
        except NoWayBackError:
            self._fail(engine, "there is no generation to go back to")
        except (EngineUnavailableError, RebuildFailedError) as error:
            self._fail(engine, str(error))

    def _treat(self, engine: SearchEngine) -> None:
        if self.options["rollback"]:
            self.summary["rolled_back"][engine.name] = roll_back(engine)
            self._say(f"{engine.name}: back in generation {self.summary['rolled_back'][engine.name]}")
        elif not self._due(engine):
            self.summary["unchanged"].append(engine.name)
            if not self.options["if_missing"]:
                self._say(f"{engine.name}: nothing has changed")
        else:
            self._tell(rebuild(engine, show_progress=not self.options["json"]))

    def _due(self, engine: SearchEngine) -> bool:
        if self.options["if_missing"]:
            return is_missing(engine)
        return bool(self.options["force"]) or not is_current(engine)

    def _tell(self, done: Rebuilt) -> None:
        self.summary["rebuilt"].append({"engine": done.engine, "generation": done.generation, **done.documents})
        self._say(f"{done.engine}: {done.documents} in generation {done.generation}")

    def _fail(self, engine: SearchEngine, reason: str) -> None:
        self.summary["failed"][engine.name] = reason
        self.stderr.write(f"{engine.name}: {reason}")

    def _say(self, line: str) -> None:
        if not self.options["json"]:
            self.stdout.write(line)
