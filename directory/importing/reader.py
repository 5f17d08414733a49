"""From bytes to a table of text cells: encodings, delimiters, workbooks, and limits that hold before parsing."""

import csv
import hashlib
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from directory.importing.issues import Issue, issue

MAX_BYTES = 10 * 1024 * 1024
MAX_ROWS = 10_000
MAX_COLUMNS = 100
DELIMITERS = ",;\t|"
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


class FileRefused(ValueError):
    """The file as a whole cannot be read. ``issue`` says why; ``status`` is the HTTP status that fits."""

    _STATUS = {"too_large": 413, "type": 415, "encrypted": 415, "macros": 415, "bomb": 413}

    def __init__(self, code: str, line: int = 0, column: str = "", value: object = None) -> None:
        self.issue = issue(code, line, column, value)
        self.status = self._STATUS.get(code, 400)
        super().__init__(code)

    def __str__(self) -> str:
        return self.issue.message


@dataclass(slots=True)
class Table:
    """What a file holds. Every row comes with the line (or sheet row) it starts on; cells are text as written.

    ``encoding_guessed``: no byte order mark and not UTF-8, so somebody should look at the characters.
    """

    header: list[str]
    rows: list[tuple[int, list[str]]]
    encoding: str = ""
    encoding_guessed: bool = False
    delimiter: str = ""
    sha256: str = ""
    issues: list[Issue] = field(default_factory=list)


def read_table(data: bytes) -> Table:
    """Read a CSV or XLSX file; raises :class:`FileRefused`."""
    if len(data) > MAX_BYTES:
        raise FileRefused("too_large")
    if not data.strip():
        raise FileRefused("empty")
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise FileRefused("encrypted")
    if data.startswith(b"PK"):
        # openpyxl costs start time; most imports are CSV.
        from directory.importing.workbook import read_workbook

        table = read_workbook(data)
    else:
        table = _read_csv(data)
    table.sha256 = hashlib.sha256(data).hexdigest()
    return table


def _read_csv(data: bytes) -> Table:
    text, encoding, guessed = decode(data)
    delimiter = sniff_delimiter(text)
    table = build_table(_records(text, delimiter))
    table.encoding, table.encoding_guessed, table.delimiter = encoding, guessed, delimiter
    return table


def decode(data: bytes) -> tuple[str, str, bool]:
    """Return text, encoding and whether it was guessed: mark, else strict UTF-8, else strict GB18030."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _strict(data, encoding), encoding, False
    try:
        return _without_nul(data.decode("utf-8")), "utf-8", False
    except UnicodeDecodeError:
        return _strict(data, "gb18030"), "gb18030", True


def _strict(data: bytes, encoding: str) -> str:
    try:
        return _without_nul(data.decode(encoding).removeprefix("\ufeff"))
    except UnicodeDecodeError as error:
        raise FileRefused("encoding") from error


def _without_nul(text: str) -> str:
    # Pictures, programs, or UTF-16 without a mark: no list of companies holds NUL.
    if "\x00" in text:
        raise FileRefused("encoding")
    return text


def sniff_delimiter(text: str) -> str:
    """Return the delimiter that splits the header line most, quoted parts apart; a comma when none does."""
    line = next((line for line in text.splitlines() if line.strip()), "")[:20_000]
    bare = "".join(part for index, part in enumerate(line.split('"')) if index % 2 == 0)
    return max(DELIMITERS, key=bare.count) if any(mark in bare for mark in DELIMITERS) else ","


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise FileRefused("broken_csv", line, value=error) from error
        yield line, cells


def build_table(records: Iterable[tuple[int, list[str]]]) -> Table:
    """Take the first record that is not blank as the header and drop blank ones; checks the limits."""
    header: list[str] = []
    rows: list[tuple[int, list[str]]] = []
    for line, cells in records:
        if not any(cell.strip() for cell in cells):
            continue
        if not header:
            header = _header(line, cells)
            continue
        if len(rows) >= MAX_ROWS:
            raise FileRefused("too_many_rows", line)
        rows.append((line, cells))
    if not rows:
        raise FileRefused("empty")
    return Table(header, rows)


def _header(line: int, cells: list[str]) -> list[str]:
    while cells and not cells[-1].strip():
        cells = cells[:-1]
    if len(cells) > MAX_COLUMNS:
        raise FileRefused("too_many_columns", line)
    header = [cell.strip() for cell in cells]
    named = [cell.casefold() for cell in header if cell]
    for cell in header:
        if cell and named.count(cell.casefold()) > 1:
            raise FileRefused("duplicate_header", line, cell, cell)
    return header
