"""``manage.py load_alliances``: bring the alliances into step with their data file."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from alliances.loading import ALLIANCES_FILE, AllianceFileError, load_alliances


class Command(BaseCommand):
    """Load alliances; run it after the taxonomy, whose service types it links."""

    help = "Load the alliances from their data file. Safe to repeat."

    def add_arguments(self, parser: CommandParser) -> None:
        """One optional argument: another file."""
        parser.add_argument("file", nargs="?", type=Path, default=ALLIANCES_FILE)

    def handle(self, *args: Any, **options: Any) -> None:
        """Load and say what was loaded."""
        try:
            rows = load_alliances(options["file"])
        except AllianceFileError as error:
            raise CommandError(str(error)) from error
        for row in rows:
            self.stdout.write(f"{row.code}: {row.service_types.count()} service types")
