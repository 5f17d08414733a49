"""``manage.py evaluate_search DIR``: measure what search finds on a folder of judged queries."""

import json
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from tqdm import tqdm

from matchmaking.engine.encoder import encoder_for
from matchmaking.engine.evaluation import RUN_DEPTH, Row
from search.analysis import Expansion
from search.engines.base import EngineUnavailableError
from search.evaluation import evaluate
from search.expansion import expansion, expansion_without_terms


class Command(BaseCommand):
    """Asks an index of its own that is gone afterwards; the living one is neither read nor written."""

    help = "Search the documents of a folder for its queries as the site does, and print the measures."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """The folder, the engine, and what to print."""
        parser.add_argument("folder", type=Path, metavar="DIR")
        parser.add_argument("--engine", choices=("fts5", "elasticsearch"), default="fts5")
        parser.add_argument("--split", help="only the queries of this split")
        parser.add_argument("--run", type=Path, metavar="FILE", help="write what was found here")
        parser.add_argument(
            "--depth", type=int, default=RUN_DEPTH, metavar="N", help="how many to write for each query"
        )
        parser.add_argument("--json", action="store_true", help="print the measures as one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        """Measure, write the run, print."""
        report, rows = self._evaluate(options)
        if options["run"]:
            self._write_run(options["run"], rows, options["depth"])
        if options["json"]:
            self.stdout.write(json.dumps(report, ensure_ascii=False))
            return
        for key, value in report.items():
            self.stdout.write(f"{key:>10}  {value:.3f}" if isinstance(value, float) else f"{key:>10}  {value}")

    def _evaluate(self, options: dict[str, Any]) -> tuple[dict[str, object], list[Row]]:
        if not options["folder"].is_dir():
            raise CommandError(f"{options['folder']}: no such folder")
        if options["engine"] == "elasticsearch" and not settings.ELASTICSEARCH_URL:
            raise CommandError("elasticsearch: ELASTICSEARCH_URL names no server")
        try:
            report, rows = evaluate(
                options["folder"],
                engine_name=options["engine"],
                url=settings.ELASTICSEARCH_URL,
                encoder=encoder_for(settings.RECOMMENDER_ENCODER),
                expansion=_expansion,
                split=options["split"],
                depth=options["depth"],
                progress=None if options["json"] else _Bar().show,
            )
        except FileNotFoundError as error:
            raise CommandError(f"{error.filename or error}: no such file") from error
        except UnicodeDecodeError as error:
            raise CommandError(f"{options['folder']}: a file is not UTF-8 (byte {error.start})") from error
        except (OSError, ValueError, EngineUnavailableError) as error:
            raise CommandError(str(error)) from error
        return {"set": options["folder"].resolve().name, "split": options["split"] or "", **report}, rows

    def _write_run(self, path: Path, rows: list[Row], depth: int) -> None:
        lines = (f"{row.query}\t{row.document}\t{row.rank}\t{row.score:.6g}\n" for row in rows if row.rank <= depth)
        try:
            path.write_text("".join(lines), encoding="utf-8")
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error


def _expansion() -> Expansion:
    """The wordings of the site; those of the dictionary alone where no database was set up."""
    try:
        return expansion()
    except DatabaseError:
        return expansion_without_terms()


class _Bar:
    """A progress bar that appears with the first answer, so that a refusal stays one line."""

    def __init__(self) -> None:
        self._bar: tqdm | None = None

    def show(self, done: int, total: int) -> None:
        """Draw that ``done`` of ``total`` queries are asked."""
        self._bar = self._bar or tqdm(desc="search", total=total, file=sys.stderr, ncols=88)
        self._bar.update(done - self._bar.n)
        if done >= total:
            self._bar.close()
