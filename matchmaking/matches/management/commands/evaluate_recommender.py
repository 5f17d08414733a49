"""``manage.py evaluate_recommender DIR``: measure the product's text pipeline on a folder of judged queries."""

import json
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from matchmaking.engine.encoder import encoder_for
from matchmaking.engine.evaluation import MEASURED, RUN_DEPTH, Row, evaluate_folder


class Command(BaseCommand):
    """Score a folder (queries.tsv, docs.tsv, qrels.tsv, perhaps pairs.tsv); needs no database."""

    help = "Rank the documents of a folder for its queries with the product's text pipeline and print the measures."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR")
        parser.add_argument("--split", help="only the queries of this split")
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
        parser.add_argument("--run", type=Path, metavar="FILE", help="write what was ranked here")
        parser.add_argument("--depth", type=int, default=RUN_DEPTH, metavar="N", help="how many to rank for each query")
        parser.add_argument("--json", action="store_true", help="print the measures as one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        report, rows = self._evaluate(options)
        if options["run"]:
            self._write_run(options["run"], rows, options["depth"])
        if options["json"]:
            self.stdout.write(json.dumps(report, ensure_ascii=False))
            return
        for key, value in report.items():
            words = ", ".join(value) if isinstance(value, list) else str(value)
            self.stdout.write(f"{key:>10}  {value:.3f}" if isinstance(value, float) else f"{key:>10}  {words}")

    def _evaluate(self, options: dict[str, Any]) -> tuple[dict[str, object], list[Row]]:
        for folder in (options["folder"], *options["train"]):
            if not folder.is_dir():
                raise CommandError(f"{folder}: no such folder")
        for folder in options["train"]:
            if not (folder / "pairs.tsv").is_file():
                raise CommandError(f"{folder}: no pairs.tsv to learn from")
        try:
            report, rows = evaluate_folder(
                options["folder"],
                split=options["split"],
                reverse=options["reverse"],
                train=options["train"],
                encoder=encoder_for(settings.RECOMMENDER_ENCODER),
                depth=max(MEASURED, options["depth"]),
                progress=None if options["json"] else _Bar().show,
            )
            return {**self._asked(options), **report}, rows
        except FileNotFoundError as error:
            raise CommandError(f"{error.filename or error}: no such file") from error
        except UnicodeDecodeError as error:
            raise CommandError(f"{options['folder']}: a file is not UTF-8 (byte {error.start})") from error
        except (OSError, ValueError) as error:
            raise CommandError(str(error)) from error

    def _asked(self, options: dict[str, Any]) -> dict[str, object]:
        """What is measured, so that the figures can be told apart later."""
        return {
            "set": options["folder"].resolve().name,
            "split": options["split"] or "",
            "reverse": options["reverse"],
            "learns": [folder.resolve().name for folder in options["train"]],
        }

    def _write_run(self, path: Path, rows: list[Row], depth: int) -> None:
        lines = (f"{row.query}\t{row.document}\t{row.rank}\t{row.score:.6g}\n" for row in rows if row.rank <= depth)
        try:
            path.write_text("".join(lines), encoding="utf-8")
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error


class _Bar:
    """A progress bar that appears with the first ranked query, so that a refusal stays one line."""

    def __init__(self) -> None:
        self._bar: tqdm | None = None

    def show(self, done: int, total: int) -> None:
        """Draw that ``done`` of ``total`` queries are ranked."""
        self._bar = self._bar or tqdm(desc="evaluate", total=total, file=sys.stderr, ncols=88)
        self._bar.update(done - self._bar.n)
        if done >= total:
            self._bar.close()
