"""``manage.py rollback_recommender``: go back to the model and the field weights that were in use before."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from matchmaking.matches.calibration import NothingToReturnTo, roll_back


class Command(BaseCommand):
    """Takes back a training as well as a calibration; called twice, it is back where it began."""

    help = "Put the previous whole model with its field weights back into use and refresh all lists."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", default="", metavar="FINGERPRINT", help="this model instead of the previous one")
        parser.add_argument("--json", action="store_true", help="print a summary as one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            version = roll_back(options["to"], show_progress=options["verbosity"] > 0 and not options["json"])
        except NothingToReturnTo as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(json.dumps({"model": version.fingerprint, "weights": version.weights}))
        elif options["verbosity"] > 0:
            self.stdout.write(f"in use again: model {version}")
