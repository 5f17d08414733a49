"""Workbooks: looked at as an archive first, so that a bomb is refused before anything is unpacked."""

import datetime
import io
import zipfile
from collections.abc import Iterator
from typing import Any

from openpyxl import load_workbook

from directory.importing.issues import Issue, issue
from directory.importing.reader import MAX_COLUMNS, FileRefused, Table, build_table

MAX_UNPACKED = 50 * 1024 * 1024
MAX_RATIO = 100
MAX_ENTRIES = 200
SMALL_ENTRY = 64 * 1024  # styles of an empty workbook shrink a hundredfold and harm nobody
EMPTY_ROWS_TO_STOP = 1_000
EXACT_DIGITS = 15  # a spreadsheet rounds whole numbers beyond this
_NESTED = (".zip", ".xlsx", ".xlsm", ".xlsb", ".gz", ".7z", ".rar", ".jar")


def check_archive(data: bytes) -> None:
    """Refuse bombs, macros, nested archives and encrypted entries by what the archive says of itself."""
    try:
        entries = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise FileRefused("unreadable") from error
    names = {entry.filename.lower() for entry in entries}
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise FileRefused("encrypted")
    if any(name.endswith("vbaproject.bin") for name in names):
        raise FileRefused("macros")
    if "xl/workbook.xml" not in names:
        raise FileRefused("type")
    heavy = [entry for entry in entries if entry.file_size > SMALL_ENTRY]
    if (
        len(entries) > MAX_ENTRIES
        or sum(entry.file_size for entry in entries) > MAX_UNPACKED
        or any(entry.file_size > MAX_RATIO * max(entry.compress_size, 1) for entry in heavy)
        or any(name.endswith(_NESTED) for name in names)
    ):
        raise FileRefused("bomb")


def read_workbook(data: bytes) -> Table:
    """Read the first sheet; raises :class:`FileRefused`. Formulae and rounded numbers become issues of their cell."""
    check_archive(data)
    issues: list[Issue] = []
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
        table = build_table(_records(book.worksheets[0], issues))
    except FileRefused:
        raise
    except Exception as error:  # openpyxl raises whatever its parser met; the file is to blame, not us
        raise FileRefused("unreadable") from error
    table.encoding, table.issues = "xlsx", _named(issues, table.header)
    return table


def _records(sheet: Any, issues: list[Issue]) -> Iterator[tuple[int, list[str]]]:
    # The size that a sheet states is often a million empty rows, or wrong.
    sheet.reset_dimensions()
    empty = 0
    for line, cells in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS + 1), start=1):
        row = [_text(cell, line, index, issues) for index, cell in enumerate(cells)]
        while row and not row[-1]:
            row.pop()
        empty = 0 if row else empty + 1
        if empty >= EMPTY_ROWS_TO_STOP:
            return
        yield line, row


def _text(cell: Any, line: int, index: int, issues: list[Issue]) -> str:
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        issues.append(issue("formula", line, str(index)))
        return str(value)
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and len(str(abs(value))) > EXACT_DIGITS:
        issues.append(issue("number_format", line, str(index)))
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
    return str(value)


def _named(issues: list[Issue], header: list[str]) -> list[Issue]:
    """Put the header's text where the column's place was noted."""
    return [
        Issue(found.code, found.line, header[int(found.column)], found.values)
        for found in issues
        if int(found.column) < len(header)
    ]
