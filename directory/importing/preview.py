"""The dry run: what a list would do, row by row, with nothing saved."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import IO, Any

from directory.importing.duplicates import Duplicate, known_companies
from directory.importing.issues import Issue, issue
from directory.importing.mapping import complete_mapping
from directory.importing.reader import MAX_BYTES, FileRefused, Table, read_table
from directory.importing.rows import Row, RowReader
from matchmaking.core.progress import progress

NAME_FIELDS = {"name", "legal_name_zh", "legal_name_en"}


@dataclass
class ImportPreview:
    """A list as it was understood. ``mapping``: header → field; ``duplicates``: line → what the row repeats."""

    file_name: str
    table: Table
    mapping: dict[str, str]
    rows: list[Row] = field(default_factory=list)
    duplicates: dict[int, Duplicate] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)

    @cached_property
    def errors(self) -> list[Issue]:
        """Everything that forbids saving, the file's own first."""
        return [*self.issues, *(error for row in self.rows for error in row.errors)]

    @cached_property
    def remarks(self) -> list[Issue]:
        """What was left out or assumed, and likenesses to look at."""
        return [remark for row in self.rows for remark in row.remarks]

    @property
    def unmapped(self) -> list[str]:
        """Headers that no field takes."""
        return [name for name in self.table.header if name and name not in self.mapping]

    @cached_property
    def new_rows(self) -> list[Row]:
        """Rows that would become companies."""
        return [row for row in self.rows if not row.errors and row.line not in self.repeated]

    @cached_property
    def repeated(self) -> dict[int, Duplicate]:
        """Lines that are certainly there already."""
        return {line: found for line, found in self.duplicates.items() if found.certain}

    def as_json(self) -> dict[str, Any]:
        """Return the summary for machines; names of firms of the list only, never of hidden companies' owners."""
        return {
            "file": self.file_name,
            "encoding": self.table.encoding,
            "encoding_guessed": self.table.encoding_guessed,
            "rows": len(self.rows),
            "new": len(self.new_rows),
            "duplicates": [
                {"line": line, "reason": found.reason, "slug": found.known.slug, "of_line": found.known.line}
                for line, found in self.duplicates.items()
            ],
            "mapping": self.mapping,
            "unmapped": self.unmapped,
            "errors": [error.as_json() for error in self.errors],
            "remarks": [remark.as_json() for remark in self.remarks],
        }


def check_file(
    file: str | Path | IO[bytes],
    mapping: Mapping[str, str] | None = None,
    *,
    country: str = "",
    show_progress: bool = False,
) -> ImportPreview:
    """Read and check a list; saves nothing.

    ``mapping`` (header → field, ``-`` = leave out) corrects the guess, ``country`` (alpha-2) fills empty cells.
    Raises :class:`FileRefused` where the file cannot be read and ``MappingError`` for a mapping that cannot be.
    """
    name, data = _read(file)
    table = read_table(data)
    preview = ImportPreview(name, table, complete_mapping(table.header, mapping))
    if not NAME_FIELDS & set(preview.mapping.values()):
        preview.issues.append(issue("no_name_column", 1))
        return preview
    reader, register = RowReader(table, preview.mapping, country), known_companies()
    for line, cells in progress(table.rows, "checking", total=len(table.rows), show=show_progress):
        row = reader.read(line, cells)
        preview.rows.append(row)
        if row.errors:
            continue
        if found := register.find(row):
            preview.duplicates[line] = found
            if not found.certain:
                row.remarks.append(issue("similar", line, value=found.known.name))
        register.add_row(row)
    return preview


def _read(file: str | Path | IO[bytes]) -> tuple[str, bytes]:
    """Name and content, read no further than the limit."""
    if isinstance(file, str | Path):
        path = Path(file)
        if path.stat().st_size > MAX_BYTES:
            raise FileRefused("too_large")
        return path.name, path.read_bytes()
    return Path(str(getattr(file, "name", "") or "list")).name[-200:], file.read(MAX_BYTES + 1)
