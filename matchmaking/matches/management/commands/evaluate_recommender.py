"""``manage.py evaluate_recommender DIR``: measure the product's text pipeline on a folder of judged queries."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser

from matchmaking.engine.encoding.choice import encoder_for
from matchmaking.engine.evaluation import MEASURED, Row, evaluate_folder
from matchmaking.matches.measuring import MeasuringCommand, Report


class Command(MeasuringCommand):
    """Score a folder (queries.tsv, docs.tsv, qrels.tsv, perhaps pairs.tsv); needs no database."""

    help = "Rank the documents of a folder for its queries with the product's text pipeline and print the measures."

    def add_arguments(self, parser: CommandParser) -> None:
        """What the word table learns from, and which way to ask."""
        super().add_arguments(parser)
        parser.add_argument("--reverse", action="store_true", help="let documents ask and queries answer")
        parser.add_argument(
            "--train",
            type=Path,
            nargs="+",
            action="extend",
            default=[],
            metavar="DIR",
            help="folders whose pairs.tsv the word table learns from",
        )

    def measure(self, options: dict[str, Any], progress: Callable[[int, int], None] | None) -> tuple[Report, list[Row]]:
        """Rank with the text pipeline."""
        for folder in options["train"]:
            if not folder.is_dir():
                raise CommandError(f"{folder}: no such folder")
        for folder in options["train"]:
            if not (folder / "pairs.tsv").is_file():
                raise CommandError(f"{folder}: no pairs.tsv to learn from")
        report, rows = evaluate_folder(
            options["folder"],
            split=options["split"],
            reverse=options["reverse"],
            train=options["train"],
            encoder=encoder_for(settings.RECOMMENDER_ENCODER),
            depth=max(MEASURED, options["depth"]),
            progress=progress,
        )
        return {**self._asked(options), **report}, rows

    def _asked(self, options: dict[str, Any]) -> Report:
        """What is measured, so that the figures can be told apart later."""
        return {
            "set": options["folder"].resolve().name,
            "split": options["split"] or "",
            "reverse": options["reverse"],
            "learns": [folder.resolve().name for folder in options["train"]],
        }
