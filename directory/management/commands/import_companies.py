"""``manage.py import_companies FILE``: check a list of companies, show what it would do, and save it."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import override

from directory.countries import country_code
from directory.importing import (
    FileRefused,
    ImportPreview,
    MappingError,
    apply_import,
    check_file,
    parse_map,
    undo_import,
)
from directory.importing.mapping import FIELDS
from directory.models import ImportRun
from matchmaking.core.actions import InvalidTransition

SHOWN = 40


class Command(BaseCommand):
    """Bring in a CSV or XLSX list of companies, all rows or none; undo a run as one unit."""

    help = "Import companies from CSV (UTF-8, UTF-16, GB18030) or XLSX: all rows or none."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", help="a CSV or XLSX file")
        parser.add_argument(
            "--map", default="", metavar="COLUMN=FIELD,…",
            help=f"correct the guessed columns; '-' leaves one out. Fields: {', '.join(FIELDS)}",
        )  # fmt: skip
        parser.add_argument("--country", default="", help="country of rows that name none (code or name)")
        parser.add_argument("--dry-run", action="store_true", help="check and show, save nothing")
        state = parser.add_mutually_exclusive_group()
        state.add_argument("--publish", action="store_true", default=True, help="visible at once (default)")
        state.add_argument("--draft", dest="publish", action="store_false", help="hidden until published")
        parser.add_argument("--on-duplicate", choices=["skip", "update"], default="skip")
        parser.add_argument("--undo", type=int, metavar="RUN", help="take back an earlier run")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        with override("en"):
            if options["undo"] is not None:
                self._undo(options)
            elif not options["file"]:
                raise CommandError("Name a file, or --undo with the number of a run.")
            else:
                self._import(options)

    def _import(self, options: dict[str, Any]) -> None:
        country = country_code(options["country"]) if options["country"] else ""
        if options["country"] and not country:
            raise CommandError(f"Unknown country: {options['country']}")
        show = not options["json"] and options["verbosity"] > 0
        try:
            chosen = parse_map(options["map"])
            preview = check_file(Path(options["file"]), chosen, country=country, show_progress=show)
        except OSError as error:
            raise CommandError(f"{options['file']}: {error.strerror}") from error
        except (FileRefused, MappingError) as error:
            raise CommandError(str(error)) from error
        run = None
        if not options["dry_run"] and not preview.errors:
            run = self._save(preview, options, show)
        self._report(preview, run, options)

    def _save(self, preview: ImportPreview, options: dict[str, Any], show: bool) -> ImportRun:
        try:
            return apply_import(
                preview, None, publish=options["publish"], on_duplicate=options["on_duplicate"], show_progress=show
            )
        except InvalidTransition as error:
            raise CommandError(str(error)) from error

    def _report(self, preview: ImportPreview, run: ImportRun | None, options: dict[str, Any]) -> None:
        if options["json"]:
            result = {**preview.as_json(), "run": run.pk if run else None}
            if run:
                result |= {"created": run.created_count, "updated": run.updated_count, "skipped": run.skipped_count}
            self.stdout.write(json.dumps(result, ensure_ascii=False, indent=1))
        else:
            self._print(preview, run)
        if preview.errors:
            raise CommandError(f"{len(preview.errors)} errors; nothing was saved.")

    def _print(self, preview: ImportPreview, run: ImportRun | None) -> None:
        write = self.stdout.write
        guessed = " (guessed: please look at the characters)" if preview.table.encoding_guessed else ""
        write(f"{preview.file_name}: {len(preview.rows)} rows, {preview.table.encoding}{guessed}")
        write("columns: " + ", ".join(f"{name} → {field}" for name, field in preview.mapping.items()))
        if preview.unmapped:
            write("left out: " + ", ".join(preview.unmapped))
        for line, found in list(preview.duplicates.items())[:SHOWN]:
            where = f"line {found.known.line}" if found.known.line else found.known.slug
            write(f"line {line}: {found.reason} duplicate of {where}")
        self._findings("remark", preview.remarks)
        self._findings("error", preview.errors)
        if run:
            counts = f"{run.created_count} created, {run.updated_count} updated, {run.skipped_count} skipped"
            write(self.style.SUCCESS(f"run {run.pk}: {counts}. Undo: import_companies --undo {run.pk}"))
        elif not preview.errors:
            write(f"dry run: {len(preview.new_rows)} new, {len(preview.repeated)} there already; nothing was saved")

    def _findings(self, word: str, found: list[Any]) -> None:
        for one in found[:SHOWN]:
            place = f"line {one.line}" + (f", {one.column}" if one.column else "")
            self.stdout.write(f"{word}: {place}: {one.message}")
        if len(found) > SHOWN:
            self.stdout.write(f"… and {len(found) - SHOWN} more of this kind")

    def _undo(self, options: dict[str, Any]) -> None:
        run = ImportRun.objects.filter(pk=options["undo"]).first()
        if run is None:
            raise CommandError(f"There is no run {options['undo']}.")
        try:
            undo_import(run, None)
        except InvalidTransition as error:
            raise CommandError(str(error)) from error
        message = {"run": run.pk, "state": "undone"}
        self.stdout.write(json.dumps(message) if options["json"] else f"run {run.pk} was undone")
