"""``manage.py train_recommender``: learn from the directory and make the new model the active one."""

import json
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from matchmaking.core.progress import progress
from matchmaking.engine.encoding.encoder import EncoderError
from matchmaking.engine.persistence import ArtefactError
from matchmaking.matches.artefacts import store_model
from matchmaking.matches.live import forget
from matchmaking.matches.training import fit, read


class Command(BaseCommand):
    """Fit, save, switch; the previous model stays in use until the new one is complete on disk."""

    help = "Train the recommender on the public directory and put the new model into use."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print a summary as one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.perf_counter()
        show = options["verbosity"] > 0 and not options["json"]
        steps = progress(("read", "learn", "store"), "train", show=show)
        next(steps)
        material = read()
        next(steps)
        try:
            recommender = fit(material)
        except EncoderError as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"the encodings could not be kept: {error.strerror}: {error.filename}") from error
        next(steps)
        figures = {**material.figures(), "seconds": round(time.perf_counter() - started, 1)}
        try:
            version = store_model(recommender, figures)
        except OSError as error:
            raise CommandError(f"the model could not be written: {error.strerror}: {error.filename}") from error
        except ArtefactError as error:
            raise CommandError(f"the model could not be read back: {error}") from error
        for _ in steps:
            pass
        forget()
        summary = {"model": version.fingerprint, **figures}
        if options["json"]:
            self.stdout.write(json.dumps(summary))
        elif options["verbosity"] > 0:
            self.stdout.write(
                f"model {version}: learned from {figures['companies']} companies and {figures['pairs']} pairs of "
                f"Chinese and English in {figures['seconds']} s"
            )
