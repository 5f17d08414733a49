"""What commands that measure on a folder of judged queries have in common: options, errors, the run, the print."""

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from matchmaking.engine.evaluation import RUN_DEPTH, Row

Report = dict[str, object]


class MeasuringCommand(BaseCommand):
    """Measures one folder. Subclasses say how (``measure``) and may add options; none needs a database by itself.

    ``refusals``: errors of theirs that are told as they are. ``needs_folder``: whether DIR may not be left out.
    """

    requires_system_checks: list[str] = []
    needs_folder = True
    refusals: tuple[type[Exception], ...] = ()
    progress_label = "evaluate"

    def add_arguments(self, parser: CommandParser) -> None:
        """The folder, what of it to ask, and what to print."""
        parser.add_argument("folder", type=Path, metavar="DIR", nargs=None if self.needs_folder else "?")
        parser.add_argument("--split", help="only the queries of this split")
        parser.add_argument("--run", type=Path, metavar="FILE", help="write what was found here")
        parser.add_argument("--depth", type=int, default=RUN_DEPTH, metavar="N", help="how many to find for each query")
        parser.add_argument("--json", action="store_true", help="print the measures as one JSON object")

    def measure(self, options: dict[str, Any], progress: Callable[[int, int], None] | None) -> tuple[Report, list[Row]]:
        """Return the report and the run."""
        raise NotImplementedError

    def handle(self, *args: Any, **options: Any) -> None:
        """Measure, write the run, print."""
        report, rows = self._measured(options)
        if options["run"]:
            self._write_run(options["run"], rows, options["depth"])
        if options["json"]:
            self.stdout.write(json.dumps(report, ensure_ascii=False))
            return
        for line in self.lines(report):
            self.stdout.write(line)

    def lines(self, report: Report) -> Iterator[str]:
        """The report to read in a terminal."""
        for key, value in report.items():
            words = ", ".join(value) if isinstance(value, list) else str(value)
            yield f"{key:>10}  {value:.3f}" if isinstance(value, float) else f"{key:>10}  {words}"

    def _measured(self, options: dict[str, Any]) -> tuple[Report, list[Row]]:
        if options["folder"] and not options["folder"].is_dir():
            raise CommandError(f"{options['folder']}: no such folder")
        try:
            return self.measure(options, None if options["json"] else _Bar(self.progress_label).show)
        except FileNotFoundError as error:
            raise CommandError(f"{error.filename or error}: no such file") from error
        except UnicodeDecodeError as error:
            raise CommandError(f"{options['folder']}: a file is not UTF-8 (byte {error.start})") from error
        except (OSError, ValueError) as error:
            raise CommandError(str(error)) from error
        except self.refusals as error:
            raise CommandError(str(error)) from error

    def _write_run(self, path: Path, rows: list[Row], depth: int) -> None:
        lines = (f"{row.query}\t{row.document}\t{row.rank}\t{row.score:.6g}\n" for row in rows if row.rank <= depth)
        try:
            path.write_text("".join(lines), encoding="utf-8")
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error


class _Bar:
    """A progress bar that appears with the first answer, so that a refusal stays one line."""

    def __init__(self, label: str) -> None:
        self._label = label
        self._bar: tqdm | None = None

    def show(self, done: int, total: int) -> None:
        """Draw that ``done`` of ``total`` queries are asked."""
        self._bar = self._bar or tqdm(desc=self._label, total=total, file=sys.stderr, ncols=88)
        self._bar.update(done - self._bar.n)
        if done >= total:
            self._bar.close()
