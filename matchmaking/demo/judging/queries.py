"""Judged queries: what readers type into the search for companies, and how well each company answers it.

The file is tab-separated UTF-8 with the header ``kind reader query company grade``: one line for each company that
answers, by its key in the data files, with a grade from 1 (worth a look) to 3 (just what was asked). A query of the
kind ``none`` has one line without a company and grade 0. Who is not listed has grade 0.
The rules of grading are in docs/judged-queries.md.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

HEADER = ("kind", "reader", "query", "company", "grade")
ANSWERED = ("zh", "en", "mixed", "name", "typo")
UNANSWERED = "none"
KINDS = (*ANSWERED, UNANSWERED)
# The language of the page by the language of its reader.
READERS = {"zh": "zh-hans", "en": "en"}
GRADES = ("1", "2", "3")
BEST = 3


@dataclass(frozen=True, slots=True)
class JudgedQuery:
    """One query and the grades of the companies that answer it; none for the kind ``none``."""

    kind: str
    reader: str
    text: str
    grades: Mapping[str, int]


def read_queries(path: Path) -> list[JudgedQuery]:
    """Read the file in its order. Raises OSError, UnicodeDecodeError, and ValueError that begins with the line."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        rows = [tuple(line.rstrip("\r\n").split("\t")) for line in lines]
    if not rows or rows[0] != HEADER:
        raise ValueError(f"line 1: the header must be {' '.join(HEADER)}, separated by tabs")
    found = list(_queries([(number, row) for number, row in enumerate(rows[1:], 2) if row != ("",)]))
    if not found:
        raise ValueError("line 2: nothing is judged")
    return found


def _queries(rows: list[tuple[int, tuple[str, ...]]]) -> Iterator[JudgedQuery]:
    """Lines that follow each other and hold the same query are one."""
    for line, row in rows:
        _check(line, row)
    first: dict[str, int] = {}
    for (kind, reader, text), group in groupby(rows, key=lambda row: row[1][:3]):
        lines = list(group)
        start = lines[0][0]
        if text in first:
            raise ValueError(f"line {start}: {text!r} was judged in line {first[text]}, as another kind or reader's")
        first[text] = start
        yield JudgedQuery(kind, reader, text, _grades(kind, lines))


def _check(line: int, row: tuple[str, ...]) -> None:
    if len(row) != len(HEADER):
        raise ValueError(f"line {line}: {len(row)} columns, {len(HEADER)} expected")
    kind, reader, text, company, grade = row
    if kind not in KINDS:
        raise ValueError(f"line {line}: {kind!r} is no kind of query; there are {', '.join(KINDS)}")
    if reader not in READERS:
        raise ValueError(f"line {line}: {reader!r} is no language of a reader; there are {', '.join(READERS)}")
    if not text.strip():
        raise ValueError(f"line {line}: there is no query")
    if kind == UNANSWERED:
        if (company, grade) != ("", "0"):
            raise ValueError(f"line {line}: a query that nobody answers has no company, and grade 0")
    elif not company:
        raise ValueError(f"line {line}: there is no company")
    elif grade not in GRADES:
        raise ValueError(f"line {line}: grade {grade!r} is not one of {', '.join(GRADES)}")


def _grades(kind: str, lines: list[tuple[int, tuple[str, ...]]]) -> dict[str, int]:
    grades: dict[str, int] = {}
    if kind == UNANSWERED:
        if len(lines) > 1:
            raise ValueError(f"line {lines[1][0]}: this query stands in line {lines[0][0]} already")
        return grades
    for line, (_kind, _reader, _text, company, grade) in lines:
        if company in grades:
            raise ValueError(f"line {line}: {company} was judged for the same query before")
        grades[company] = int(grade)
    if BEST not in grades.values():
        raise ValueError(f"line {lines[0][0]}: no company has grade {BEST} for this query")
    return grades
