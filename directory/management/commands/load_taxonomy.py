"""``manage.py load_taxonomy``: bring the vocabulary into step with its data files."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from directory.taxonomy import TAXONOMY_DIR, TaxonomyError, load_taxonomy


class Command(BaseCommand):
    """Load sectors, service types, product categories and the other vocabularies; safe to repeat."""

    help = "Load the bilingual taxonomy from its CSV files; safe to repeat."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--folder", type=Path, default=TAXONOMY_DIR, help="another folder of CSV files")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = load_taxonomy(options["folder"], show_progress=options["verbosity"] > 0)
        except TaxonomyError as error:
            raise CommandError(str(error)) from error
        if options["verbosity"] > 0:
            self.stdout.write(
                f"taxonomy: {report.created} created, {report.updated} updated, "
                f"{report.unchanged} unchanged, {report.retired} retired"
            )
