"""``manage.py write_model_card``: put measured figures into the tables of the model card."""

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from matchmaking.matches.model_card import CardError, Report, rewrite, table_name


class Command(BaseCommand):
    """Rewrites what stands between the markers of the card and nothing else; needs no database."""

    help = "Rewrite the tables of the model card from what evaluate_matches and evaluate_recommender print with --json."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--run", type=Path, nargs="+", action="extend", required=True, metavar="FILE", help="figures, as JSON"
        )
        card = settings.BASE_DIR / "docs" / "model-card.md"
        parser.add_argument("--card", type=Path, default=card, metavar="FILE", help="the card (default: the product's)")

    def handle(self, *args: Any, **options: Any) -> None:
        reports = [self._report(path) for path in options["run"]]
        path = options["card"]
        old = self._read(path)
        try:
            new = rewrite(old, reports)
        except CardError as error:
            raise CommandError(f"{path}: {error}") from error
        if new != old:
            try:
                path.write_text(new, encoding="utf-8")
            except OSError as error:
                raise CommandError(f"{path}: {error.strerror}") from error
        if options["verbosity"] > 0:
            self.stdout.write(f"{path}: {'rewritten' if new != old else 'unchanged'}")

    def _report(self, path: Path) -> Report:
        try:
            report: Report = json.loads(self._read(path))
            table_name(report)
        except CardError as error:
            raise CommandError(f"{path}: {error}") from error
        except ValueError as error:
            raise CommandError(f"{path}: not JSON ({error})") from error
        return report

    def _read(self, path: Path) -> str:
        try:
            return path.read_text(encoding="utf-8")
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error
        except UnicodeDecodeError as error:
            raise CommandError(f"{path}: not UTF-8 (byte {error.start})") from error
