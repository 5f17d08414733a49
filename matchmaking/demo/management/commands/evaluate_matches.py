"""``manage.py evaluate_matches``: score the recommender on judged pairs, beside what a directory could show anyway."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from matchmaking.demo.content import DATA
from matchmaking.demo.judging.assessment import Assessment, assess
from matchmaking.demo.judging.table import lines

JUDGED = DATA / "judged" / "pairs.tsv"
COLUMNS = ("system", "seeker", "kind", "item", "candidate", "rank", "grade")


class Command(BaseCommand):
    """Works on the demonstration directory in the database and stores nothing."""

    help = "Score the lists of the recommender and of simpler systems on judged pairs of the demonstration directory."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--judged", type=Path, default=JUDGED, metavar="FILE", help="judged pairs (default: those of the product)"
        )
        parser.add_argument(
            "--own-language",
            action="store_true",
            help="let companies of China speak Chinese alone and others English alone, and train anew on that",
        )
        parser.add_argument("--run", type=Path, metavar="FILE", help="write what each system showed here")
        parser.add_argument("--json", action="store_true", help="print the figures as one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        quiet = options["json"] or options["verbosity"] == 0
        found = self._assess(options, show=not quiet)
        report = found.report()
        if options["run"]:
            self._write_run(options["run"], found)
        if options["json"]:
            self.stdout.write(json.dumps(report, ensure_ascii=False))
            return
        for line in lines(report):
            self.stdout.write(line)
        for asked in found.questions:
            for one in asked.closed:
                self.stderr.write(f"line {one.line}: a gate keeps {one.candidate} out of this list of {one.seeker}")

    def _assess(self, options: dict[str, Any], *, show: bool) -> Assessment:
        judged = options["judged"]
        try:
            return assess(judged, own_language=options["own_language"], show_progress=show)
        except UnicodeDecodeError as error:
            raise CommandError(f"{judged}: not UTF-8 (byte {error.start})") from error
        except OSError as error:
            raise CommandError(f"{judged}: {error.strerror}") from error
        except ValueError as error:
            raise CommandError(f"{judged}, {error}") from error
        except LookupError as error:
            raise CommandError(str(error)) from error

    def _write_run(self, path: Path, found: Assessment) -> None:
        text = "".join("\t".join(row) + "\n" for row in (COLUMNS, *found.rows()))
        try:
            path.write_text(text, encoding="utf-8")
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error
