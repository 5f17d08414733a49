"""``manage.py evaluate_search [DIR]``: what search finds for the judged queries of a folder, or of the product."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.db import DatabaseError

from matchmaking.demo.content import DATA
from matchmaking.demo.judging.finding import MEASURES, find
from matchmaking.demo.judging.queries import KINDS, UNANSWERED, JudgedQuery, read_queries
from matchmaking.engine.encoding.choice import encoder_for
from matchmaking.engine.evaluation import Row
from matchmaking.matches.measuring import MeasuringCommand, Report
from search.analysis import Expansion
from search.engines.base import EngineUnavailableError
from search.evaluation import evaluate
from search.expansion import expansion, expansion_without_terms
from search.site_evaluation import Way

QUERIES = DATA / "judged" / "queries.tsv"
Progress = Callable[[int, int], None]


class Command(MeasuringCommand):
    """Asks an index of its own that is gone afterwards; the living one is neither read nor written."""

    help = (
        "Put judged queries to search as the site does, and print the measures: those of a folder over its documents, "
        "or without a folder those of the product over the demonstration directory in the database."
    )
    refusals = (EngineUnavailableError,)
    needs_folder = False
    progress_label = "search"

    def add_arguments(self, parser: CommandParser) -> None:
        """Which engine to ask, and what of the product's own queries."""
        super().add_arguments(parser)
        parser.add_argument("--engine", choices=("fts5", "elasticsearch"), default="fts5")
        parser.add_argument(
            "--judged", type=Path, metavar="FILE", help="without DIR: judged queries instead of those of the product"
        )
        parser.add_argument(
            "--by",
            choices=[way.value for way in Way],
            help="without DIR: what answers; all of search, words alone, or words as they were typed (default: all)",
        )

    def measure(self, options: dict[str, Any], progress: Progress | None) -> tuple[Report, list[Row]]:
        """Ask the engine as the site does."""
        if options["engine"] == "elasticsearch" and not settings.ELASTICSEARCH_URL:
            raise CommandError("elasticsearch: ELASTICSEARCH_URL names no server")
        if options["folder"] is None:
            return self._over_the_directory(options, progress)
        if options["judged"] or options["by"]:
            raise CommandError("--judged and --by are for the directory in the database: leave DIR out")
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

    def lines(self, report: Report) -> Iterator[str]:
        """A line for each kind of query where there are kinds, then the rest."""
        parts = dict(report)
        kinds, nobody = parts.pop("kinds", None), parts.pop(UNANSWERED, None)
        if isinstance(kinds, dict):
            yield f"{'kind':>10}" + "".join(f"{name:>11}" for name in MEASURES)
            for kind, found in kinds.items():
                figures = (f"{found[name]:>11.3f}" for name in MEASURES[1:])
                yield f"{kind:>10}{found['queries']:>11}" + "".join(figures)
        if isinstance(nobody, dict) and nobody["queries"]:
            yield (
                f"{UNANSWERED:>10}{nobody['queries']:>11}  nothing shown for {nobody['nothing']}, "
                f"only what is close in meaning for {nobody['near']}, finds by words for {nobody['words']}; "
                f"{nobody['shown']} companies in all"
            )
        yield from super().lines(parts)

    def _over_the_directory(self, options: dict[str, Any], progress: Progress | None) -> tuple[Report, list[Row]]:
        path = options["judged"] or QUERIES
        try:
            report, rows = find(
                _judged(path, options["split"]), engine=options["engine"], url=settings.ELASTICSEARCH_URL,
                way=Way(options["by"] or Way.ALL), depth=options["depth"], progress=progress,
            )  # fmt: skip
        except LookupError as error:
            raise CommandError(str(error)) from error
        except DatabaseError as error:
            raise CommandError("there is no directory in the database: run manage.py migrate and seed_demo") from error
        return {"set": path.name, "split": options["split"] or "", **report}, rows


def _judged(path: Path, kind: str | None) -> list[JudgedQuery]:
    """The queries of a file, or those of one kind: the kinds are its splits."""
    if kind not in (None, *KINDS):
        raise CommandError(f"{kind!r} is no kind of query; there are {', '.join(KINDS)}")
    try:
        judged = read_queries(path)
    except UnicodeDecodeError as error:
        raise CommandError(f"{path}: not UTF-8 (byte {error.start})") from error
    except ValueError as error:
        raise CommandError(f"{path}, {error}") from error
    found = [one for one in judged if kind in (None, one.kind)]
    if not found:
        raise CommandError(f"{path}: no judged query of the kind {kind!r}")
    return found


def _expansion() -> Expansion:
    """The wordings of the site; those of the dictionary alone where no database was set up."""
    try:
        return expansion()
    except DatabaseError:
        return expansion_without_terms()
