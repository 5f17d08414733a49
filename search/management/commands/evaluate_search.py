"""``manage.py evaluate_search DIR``: measure what search finds on a folder of judged queries."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.db import DatabaseError

from matchmaking.engine.encoder import encoder_for
from matchmaking.engine.evaluation import Row
from matchmaking.matches.measuring import MeasuringCommand, Report
from search.analysis import Expansion
from search.engines.base import EngineUnavailableError
from search.evaluation import evaluate
from search.expansion import expansion, expansion_without_terms


class Command(MeasuringCommand):
    """Asks an index of its own that is gone afterwards; the living one is neither read nor written."""

    help = "Search the documents of a folder for its queries as the site does, and print the measures."
    refusals = (EngineUnavailableError,)
    progress_label = "search"

    def add_arguments(self, parser: CommandParser) -> None:
        """Which engine to ask."""
        super().add_arguments(parser)
        parser.add_argument("--engine", choices=("fts5", "elasticsearch"), default="fts5")

    def measure(self, options: dict[str, Any], progress: Callable[[int, int], None] | None) -> tuple[Report, list[Row]]:
        """Ask the engine as the site does."""
        if options["engine"] == "elasticsearch" and not settings.ELASTICSEARCH_URL:
            raise CommandError("elasticsearch: ELASTICSEARCH_URL names no server")
        report, rows = evaluate(
            options["folder"],
            engine_name=options["engine"],
            url=settings.ELASTICSEARCH_URL,
            encoder=encoder_for(settings.RECOMMENDER_ENCODER),
            expansion=_expansion,
            split=options["split"],
            depth=options["depth"],
            progress=progress,
        )
        return {"set": options["folder"].resolve().name, "split": options["split"] or "", **report}, rows


def _expansion() -> Expansion:
    """The wordings of the site; those of the dictionary alone where no database was set up."""
    try:
        return expansion()
    except DatabaseError:
        return expansion_without_terms()
