"""``manage.py search_rebuild``: build the index anew beside the living one and switch over."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from search.engines.base import EngineUnavailableError
from search.index import single_engines
from search.rebuilding import RebuildFailedError, RebuildRunningError, Rebuilt, is_missing, only_rebuild, rebuild


class Command(BaseCommand):
    """Exit codes: 0 done, 1 an engine could not be rebuilt, 3 another rebuild is running."""

    help = "Build the search index anew from the database; searches go on and see it complete or not at all."

    def add_arguments(self, parser: CommandParser) -> None:
        """Two switches."""
        parser.add_argument("--if-missing", action="store_true", help="Only where there is nothing to search yet.")
        parser.add_argument("--json", action="store_true", help="Print a summary as JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Rebuild each engine by itself: one that is away does not keep the other from being built."""
        try:
            with only_rebuild():
                done, failed = self._rebuild_all(options["if_missing"], show_progress=not options["json"])
        except RebuildRunningError:
            self.stderr.write("Another rebuild is running.")
            raise SystemExit(3) from None
        if options["json"]:
            engines = [{"engine": one.engine, "generation": one.generation, **one.documents} for one in done]
            self.stdout.write(json.dumps({"rebuilt": engines, "failed": failed}))
        if failed:
            raise SystemExit(1)

    def _rebuild_all(self, if_missing: bool, *, show_progress: bool) -> tuple[list[Rebuilt], dict[str, str]]:
        done: list[Rebuilt] = []
        failed: dict[str, str] = {}
        for engine in single_engines():
            try:
                if if_missing and not is_missing(engine):
                    continue
                done.append(rebuild(engine, show_progress=show_progress))
            except (EngineUnavailableError, RebuildFailedError) as error:
                failed[engine.name] = str(error)
                self.stderr.write(f"{engine.name}: {error}")
                continue
            if show_progress:
                self.stdout.write(f"{engine.name}: {done[-1].documents} in generation {done[-1].generation}")
        # A site whose search server is away still starts: the embedded index answers for it.
        only_the_server = if_missing and "fts5" not in failed
        return done, {} if only_the_server else failed
