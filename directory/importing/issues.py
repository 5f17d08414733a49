"""What can be wrong with a cell, a row or a file: coded, and said in both languages."""

from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

MESSAGES: dict[str, str | Promise] = {
    # the file
    "too_large": _("The file is larger than 10 MB."),
    "empty": _("The file holds no rows."),
    "type": _("Only CSV and XLSX files can be read."),
    "encrypted": _("The workbook is protected by a password, or is of the old XLS kind. Save it as XLSX without one."),
    "macros": _("The workbook holds macros. Save it as XLSX without them."),
    "bomb": _("The workbook unpacks to far more than its size and was not opened."),
    "unreadable": _("The workbook cannot be read; it may be damaged."),
    "encoding": _("The characters cannot be read. Save the file as UTF-8 or GB18030."),
    "broken_csv": _("The file cannot be split into cells here: %(value)s"),
    "too_many_rows": _("The file has more than 10,000 rows."),
    "too_many_columns": _("The file has more than 100 columns."),
    "duplicate_header": _("Two columns are called “%(value)s”."),
    "no_name_column": _("No column could be read as the company's name. Choose it by hand."),
    # rows that cannot be saved
    "ragged": _("The row has %(value)s cells, not as many as the header."),
    "name_missing": _("The name is missing."),
    "too_long": _("Longer than %(value)s characters."),
    "country_missing": _("The country is missing. Add it, or choose one for the whole list."),
    "country_unknown": _("“%(value)s” is not a country we know."),
    "number": _("The registration number cannot be right: %(value)s"),
    "number_format": _("The number was rounded by the spreadsheet. Format the column as text and enter it again."),
    "formula": _("The cell holds a formula. Put its value there."),
    "year": _("“%(value)s” is not a year."),
    # cells that are left out, or taken with a remark
    "country_assumed": _("The country is missing; taken as %(value)s like the rest of the list."),
    "sector_unknown": _("The sector “%(value)s” is not in our list and was left out."),
    "place_unknown": _("The place “%(value)s” is not in our list and was left out."),
    "language_unknown": _("The language “%(value)s” is not in our list and was left out."),
    "size_unknown": _("The size “%(value)s” could not be read and was left out."),
    "website": _("“%(value)s” is not a web address and was left out."),
    "similar": _("Very like %(value)s. Please look whether it is the same firm."),
}


@dataclass(frozen=True, slots=True)
class Issue:
    """One finding. ``line`` counts from 1 with the header; ``column`` is the header's text, ``""`` for the row."""

    code: str
    line: int = 0
    column: str = ""
    values: dict[str, str] = field(default_factory=dict)

    @property
    def message(self) -> str:
        """The finding in the active language."""
        return str(MESSAGES[self.code]) % self.values if self.values else str(MESSAGES[self.code])

    def as_json(self) -> dict[str, str | int]:
        """Return the finding with its sentence in both languages."""
        with override("zh-hans"):
            zh = self.message
        with override("en"):
            en = self.message
        return {"line": self.line, "column": self.column, "code": self.code, "zh": zh, "en": en}


def issue(code: str, line: int = 0, column: str = "", value: object = None) -> Issue:
    """Build an issue; a long value is cut, because a cell may hold a novel."""
    return Issue(code, line, column, {} if value is None else {"value": str(value)[:60]})
