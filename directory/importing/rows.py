"""From cells to values of a company: each row is checked by itself, and nothing is dropped without a word."""

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils import timezone

from directory.countries import country_code, country_name
from directory.importing.issues import Issue, issue
from directory.importing.reader import Table
from directory.models import Company, RegistrationScheme, Term, TermKind
from directory.registration import RegistrationError, check_registration, scheme_for
from directory.taxonomy import term_phrases
from matchmaking.engine.text import has_han, normalise

# Joiners inside emoji may stay in texts; in names nothing invisible and nothing that turns the writing direction.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069\ufeff]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SPACE = re.compile(r"\s+")
_LIST = re.compile(r"[;；|、/]")
# Not after an initial or a legal form: "C.Q. Pharma", "Foo Co., Ltd. Researches".
_SENTENCE = re.compile(r"(?<=[.!?])(?<![A-Z]\.)(?<!Co\.)(?<!Ltd\.)\s+(?=[A-Z(\"“])|(?<=[。！？])")
_SYMBOL = re.compile(r"\s*([0-9A-Z -]{1,12})(?:[.:]([A-Z]{1,4}))?\s*")
_EXCHANGES = {"SI": "SGX", "SS": "SSE", "SZ": "SZSE", "KL": "BURSA", "BK": "SET", "JK": "IDX", "HK": "HKEX"}
_url = URLValidator(schemes=["http", "https"])
SUMMARY_LENGTH = 400
LIMITS = {name: Company._meta.get_field(name).max_length or 0 for name in (
    "legal_name_zh", "legal_name_en", "short_name_zh", "short_name_en", "group_name", "summary_zh", "summary_en",
    "description_zh", "description_en", "number", "website",
)}  # fmt: skip
NAMES = ("legal_name_zh", "legal_name_en", "short_name_zh", "short_name_en", "group_name")


@dataclass(slots=True)
class Row:
    """One line of the list. ``values`` are fields of :class:`Company`; ``sectors`` and ``languages`` primary keys."""

    line: int
    values: dict[str, object] = field(default_factory=dict)
    sectors: list[int] = field(default_factory=list)
    languages: list[int] = field(default_factory=list)
    errors: list[Issue] = field(default_factory=list)
    remarks: list[Issue] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The name to show in lists: Chinese or English legal name."""
        return str(self.values.get("legal_name_zh") or self.values.get("legal_name_en") or "")


class RowReader:
    """Reads the rows of one table under one mapping (header → field). Looks each vocabulary up once."""

    def __init__(self, table: Table, mapping: Mapping[str, str], country: str = "") -> None:
        self.table = table
        self.header_of = {field: name for name, field in mapping.items()}
        self.index_of = {field: table.header.index(name) for name, field in mapping.items()}
        self.sectors = term_phrases(TermKind.SECTOR)
        self.languages = term_phrases(TermKind.LANGUAGE)
        self.sizes = term_phrases(TermKind.SIZE_BAND)
        self.size_bands = list(Term.objects.filter(kind=TermKind.SIZE_BAND, active=True))
        self.places = self._places()
        self.parents = dict(Term.objects.filter(kind=TermKind.SECTOR).values_list("pk", "parent_id"))
        self.issues = self._cell_issues()
        self.country = country
        self.assumed_country = "" if country else self._usual_country()

    def _places(self) -> dict[tuple[str, str], int]:
        """(country, phrase) → place: a Georgetown in Guyana is not the one in Malaysia."""
        country = {
            pk: extra.get("country", "")
            for pk, extra in Term.objects.filter(kind=TermKind.PLACE).values_list("pk", "extra")
        }
        return {(country.get(pk, ""), phrase): pk for phrase, pk in term_phrases(TermKind.PLACE).items()}

    def _cell_issues(self) -> dict[int, list[Issue]]:
        """What the workbook reader noted, for mapped columns only."""
        found: dict[int, list[Issue]] = {}
        mapped = set(self.header_of.values())
        for one in self.table.issues:
            if one.column in mapped:
                found.setdefault(one.line, []).append(one)
        return found

    def _usual_country(self) -> str:
        """The country of nine rows in ten, if there is one: lists of one place leave it out here and there."""
        if "country" not in self.index_of:
            return ""
        cells = (self.cell(cells, "country") for _, cells in self.table.rows)
        counted = Counter(code for code in map(country_code, filter(None, cells)) if code)
        if not counted:
            return ""
        code, number = counted.most_common(1)[0]
        return code if number >= 0.9 * counted.total() else ""

    def cell(self, cells: list[str], field: str) -> str:
        """The cell of a field in NFC, without control characters and outer blanks; ``""`` where there is none."""
        index = self.index_of.get(field, -1)
        text = cells[index] if 0 <= index < len(cells) else ""
        return _CONTROL.sub("", unicodedata.normalize("NFC", text)).strip()

    def read(self, line: int, cells: list[str]) -> Row:
        """Check one row."""
        row = Row(line, errors=list(self.issues.get(line, [])))
        width = len(self.table.header)
        filled = len(cells)
        while filled > width and not cells[filled - 1].strip():
            filled -= 1
        # Workbooks leave empty cells at the end of a row away; in a CSV a short row is a broken one.
        if filled > width or (filled < width and self.table.encoding != "xlsx"):
            row.errors.append(issue("ragged", line, value=filled))
            return row
        self._names(row, cells)
        self._country(row, cells)
        self._number(row, cells)
        self._facts(row, cells)
        self._terms(row, cells)
        self._texts(row, cells)
        self._check_lengths(row)
        return row

    def _error(self, row: Row, code: str, field: str, value: object = None) -> None:
        row.errors.append(issue(code, row.line, self.header_of.get(field, ""), value))

    def _remark(self, row: Row, code: str, field: str, value: object = None) -> None:
        row.remarks.append(issue(code, row.line, self.header_of.get(field, ""), value))

    def _names(self, row: Row, cells: list[str]) -> None:
        for name in NAMES:
            if text := clean_name(self.cell(cells, name)):
                row.values[name] = text
        if text := clean_name(self.cell(cells, "name")):
            row.values.setdefault("legal_name_zh" if has_han(text) else "legal_name_en", text)
        if not row.name:
            self._error(row, "name_missing", "name" if "name" in self.header_of else "legal_name_zh")

    def _country(self, row: Row, cells: list[str]) -> None:
        text = self.cell(cells, "country")
        if text:
            code = country_code(text)
            if not code:
                self._error(row, "country_unknown", "country", text)
        elif self.country:
            code = self.country
        elif code := self.assumed_country:
            self._remark(row, "country_assumed", "country", country_name(code))
        else:
            self._error(row, "country_missing", "country")
        row.values["country"] = code

    def _number(self, row: Row, cells: list[str]) -> None:
        country = str(row.values["country"])
        if (text := self.cell(cells, "number")) and country:
            try:
                checked = check_registration(scheme_for(country), text)
            except RegistrationError as error:
                self._error(row, "number", "number", error)
                return
            row.values.update(scheme=checked.scheme, number=checked.number)
        elif symbol := self.cell(cells, "symbol"):
            found = _SYMBOL.fullmatch(symbol.upper())
            if found is None:
                self._error(row, "number", "symbol", symbol)
                return
            code, exchange = found.group(1).strip(), found.group(2) or ""
            number = f"{_EXCHANGES.get(exchange, exchange)}:{code}" if exchange else code
            row.values.update(scheme=RegistrationScheme.OTHER.value, number=number)

    def _facts(self, row: Row, cells: list[str]) -> None:
        if text := self.cell(cells, "website"):
            if url := clean_url(text):
                row.values["website"] = url
            else:
                self._remark(row, "website", "website", text)
        if text := self.cell(cells, "founded"):
            year = re.match(r"(\d{4})(?!\d)", text)
            if year and 1000 <= int(year.group(1)) <= timezone.localdate().year:
                row.values["founded"] = int(year.group(1))
            else:
                self._error(row, "year", "founded", text)
        if text := self.cell(cells, "size"):
            if band := self.sizes.get(normalise(text)) or self._band_of(text):
                row.values["size_band_id"] = band
            else:
                self._remark(row, "size_unknown", "size", text)

    def _band_of(self, text: str) -> int | None:
        """The band that holds the first number of the cell, thousands marks apart."""
        found = re.search(r"\d+", text.replace(",", ""))
        if found is None or len(found.group()) > 9:
            return None
        number = int(found.group())
        for band in self.size_bands:
            low, high = band.extra.get("low") or "0", band.extra.get("high") or "999999999"
            if int(low) <= number <= int(high):
                return band.pk
        return None

    def _terms(self, row: Row, cells: list[str]) -> None:
        broad = self._look_up(row, cells, "sector", self.sectors)
        close = self._look_up(row, cells, "industry", self.sectors)
        parents = {self.parents.get(pk) for pk in close}
        row.sectors = list(dict.fromkeys(close + ([] if close else [pk for pk in broad if pk not in parents])))
        if close or broad:
            row.remarks = [one for one in row.remarks if one.code != "sector_unknown"]
        row.languages = self._look_up(row, cells, "languages", self.languages, split_commas=True)
        for source, target in (("city", "place_id"), ("zone", "zone_id")):
            if text := self.cell(cells, source):
                if place := self._place(str(row.values["country"]), text):
                    row.values[target] = place
                else:
                    self._remark(row, "place_unknown", source, text)

    def _look_up(
        self, row: Row, cells: list[str], field: str, phrases: dict[str, int], *, split_commas: bool = False
    ) -> list[int]:
        """Primary keys of the terms a cell names, the whole cell first: "Hotels, Restaurants & Leisure" is one."""
        text = self.cell(cells, field)
        if not text:
            return []
        if whole := phrases.get(normalise(text)):
            return [whole]
        separated = re.sub("[,，]", "、", text) if split_commas else text
        parts = [part.strip() for part in _LIST.split(separated)]
        found = [(part, phrases.get(normalise(part))) for part in parts if part]
        code = "language_unknown" if field == "languages" else "sector_unknown"
        for part, pk in found:
            if pk is None:
                self._remark(row, code, field, part)
        return [pk for _, pk in found if pk is not None]

    def _place(self, country: str, text: str) -> int | None:
        """A place by its whole name, or by a known name inside it ("Jakarta Selatan")."""
        key = normalise(text)
        if exact := self.places.get((country, key)):
            return exact
        inside = [
            phrase
            for owner, phrase in self.places
            if owner == country and len(phrase) > 3 and re.search(rf"\b{re.escape(phrase)}\b", key)
        ]
        return self.places[(country, max(inside, key=len))] if inside else None

    def _texts(self, row: Row, cells: list[str]) -> None:
        for name in ("summary_zh", "summary_en", "description_zh", "description_en"):
            if text := clean_text(self.cell(cells, name)):
                row.values[name] = text
        if text := clean_text(self.cell(cells, "text")):
            row.values.setdefault(f"description_{'zh' if _mostly_han(text) else 'en'}", text)
        for language in ("zh", "en"):
            description = row.values.get(f"description_{language}")
            if description and f"summary_{language}" not in row.values:
                row.values[f"summary_{language}"] = summary_of(str(description))

    def _check_lengths(self, row: Row) -> None:
        for name, limit in LIMITS.items():
            if limit and len(str(row.values.get(name, ""))) > limit:
                source = name if name in self.header_of else "text" if name.startswith("desc") else "name"
                self._error(row, "too_long", source, limit)


def clean_name(text: str) -> str:
    """A name on one line, with single blanks, without anything invisible."""
    return _SPACE.sub(" ", _INVISIBLE.sub("", text)).strip()


def clean_text(text: str) -> str:
    """A text with its paragraphs, without blanks at line ends and without direction marks."""
    bare = _DIRECTION.sub("", text)
    lines = (_SPACE.sub(" ", line).strip() for line in bare.splitlines())
    return "\n".join(lines).strip()


def clean_url(text: str) -> str:
    """The address with its scheme, ``""`` where it is not a web address of http or https."""
    if not re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:", text) or re.match(r"[\w.-]+:\d+(/|$)", text):
        text = f"http://{text.lstrip('/')}"
    try:
        _url(text)
    except ValidationError:
        return ""
    return text if len(text) <= LIMITS["website"] else ""


def summary_of(text: str, length: int = SUMMARY_LENGTH) -> str:
    """The first sentences of a text that fit into ``length`` characters; a longer first one is cut at a word."""
    found = ""
    for sentence in _SENTENCE.split(" ".join(text.split())):
        longer = f"{found}{'' if not found or has_han(sentence[:1]) else ' '}{sentence}"
        if len(longer) > length:
            break
        found = longer
    if found:
        return found.strip()
    head = text[: length - 1]
    return (head if has_han(head[-1:]) else head.rpartition(" ")[0] or head).rstrip(" ,;，；") + "…"


def _mostly_han(text: str) -> bool:
    return sum(has_han(character) for character in text[:200]) > 20 or (len(text) <= 40 and has_han(text))
