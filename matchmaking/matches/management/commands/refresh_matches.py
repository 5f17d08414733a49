"""``manage.py refresh_matches``: recompute the lists of all companies, needs and products."""

import json
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from matchmaking.engine.encoding.encoder import EncoderError
from matchmaking.matches.live import live_recommender
from matchmaking.matches.night import refresh_everything


class Command(BaseCommand):
    """Recompute everything; lists are replaced one seeker at a time, so readers always see whole lists."""

    help = "Recompute the matches of all companies, needs and products with the active model."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print a summary as one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.perf_counter()
        try:
            live = live_recommender()
        except EncoderError as error:
            raise CommandError(str(error)) from error
        if live is None:
            raise CommandError("no model yet: run manage.py train_recommender first")
        counts = refresh_everything(live, show_progress=options["verbosity"] > 0 and not options["json"])
        summary = {**counts, "seconds": round(time.perf_counter() - started, 1), "model": live.model.fingerprint}
        if options["json"]:
            self.stdout.write(json.dumps(summary))
        elif options["verbosity"] > 0:
            self.stdout.write(
                f"{counts['matches']} matches in {counts['lists']} lists of {counts['companies']} companies, "
                f"{summary['seconds']} s"
            )
