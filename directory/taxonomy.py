"""The vocabulary as data files: how they are read into ``Term`` rows, and how terms are found again."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.db import transaction

from directory.models import Term, TermKind
from matchmaking.core.progress import progress
from matchmaking.engine.text import normalise

TAXONOMY_DIR = Path(__file__).resolve().parent / "data" / "taxonomy"
KIND_OF_FILE = {
    "sectors": TermKind.SECTOR,
    "service_types": TermKind.SERVICE_TYPE,
    "product_categories": TermKind.PRODUCT_CATEGORY,
    "credential_schemes": TermKind.CREDENTIAL_SCHEME,
    "markets": TermKind.MARKET,
    "languages": TermKind.LANGUAGE,
    "places": TermKind.PLACE,
    "reasons": TermKind.REASON,
    "size_bands": TermKind.SIZE_BAND,
    "money_bands": TermKind.MONEY_BAND,
}
COLUMNS = ("code", "parent", "label_zh", "label_en", "synonyms_zh", "synonyms_en")
LOADED_FIELDS = ("label_zh", "label_en", "synonyms_zh", "synonyms_en", "extra", "position", "active")
LIMITS = {"code": 80, "label_zh": 120, "label_en": 120}


class TaxonomyError(ValueError):
    """A data file says something that cannot be loaded; the message names file, line and column."""

    def __init__(self, path: Path, line: int, column: str, problem: str) -> None:
        super().__init__(f"{path.name}, line {line}, column {column}: {problem}")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a data file. ``line`` is its number in the file, the header being line 1."""

    path: Path
    line: int
    kind: str
    code: str
    parent: str
    label_zh: str
    label_en: str
    synonyms_zh: list[str]
    synonyms_en: list[str]
    extra: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class LoadReport:
    """What a load did, in numbers of terms."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    retired: int = 0


def read_file(path: Path) -> list[Entry]:
    """Read one data file; raises :class:`TaxonomyError` on the first thing that is wrong with it."""
    kind = KIND_OF_FILE.get(path.stem)
    if kind is None:
        known = ", ".join(sorted(KIND_OF_FILE))
        raise TaxonomyError(path, 1, "-", f"unknown kind of term; file names are {known}")
    with path.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream)
        missing = [name for name in COLUMNS if name not in (reader.fieldnames or [])]
        if missing:
            raise TaxonomyError(path, 1, missing[0], "the header lacks this column")
        entries = [_entry(path, reader.line_num, kind, row) for row in reader]
    _check_codes(entries)
    return entries


def _entry(path: Path, line: int, kind: str, row: dict[str, str]) -> Entry:
    # csv puts surplus cells under None and fills missing ones with None.
    if None in row or None in row.values():
        raise TaxonomyError(path, line, "-", "the line has more or fewer cells than the header")
    for name in ("code", "label_zh", "label_en"):
        if not row[name].strip():
            raise TaxonomyError(path, line, name, "must not be empty")
        if len(row[name].strip()) > LIMITS[name]:
            raise TaxonomyError(path, line, name, f"is longer than {LIMITS[name]} characters")
    extra = {name: row[name].strip() for name in row if name not in COLUMNS and row[name].strip()}
    return Entry(
        path,
        line,
        kind,
        row["code"].strip(),
        row["parent"].strip(),
        row["label_zh"].strip(),
        row["label_en"].strip(),
        _synonyms(row["synonyms_zh"]),
        _synonyms(row["synonyms_en"]),
        extra,
    )


def _synonyms(cell: str) -> list[str]:
    return [part.strip() for part in cell.split("|") if part.strip()]


def _check_codes(entries: Iterable[Entry]) -> None:
    """Codes are unique in a file, parents exist in the same file, and nobody is their own ancestor."""
    by_code: dict[str, Entry] = {}
    for entry in entries:
        if entry.code in by_code:
            first = by_code[entry.code].line
            raise TaxonomyError(
                entry.path, entry.line, "code", f"{entry.code} stands already on line {first}"
            )
        by_code[entry.code] = entry
    for entry in by_code.values():
        seen, parent = {entry.code}, entry.parent
        while parent:
            if parent not in by_code:
                raise TaxonomyError(entry.path, entry.line, "parent", f"there is no code {parent}")
            if parent in seen:
                raise TaxonomyError(entry.path, entry.line, "parent", f"{parent} leads back to {entry.code}")
            seen.add(parent)
            parent = by_code[parent].parent


def load_taxonomy(folder: Path = TAXONOMY_DIR, *, show_progress: bool = False) -> LoadReport:
    """Bring the ``Term`` rows into step with the files, all or nothing; a second run changes nothing.

    Terms are matched by kind and code. A code that left its file is retired (``active=False``), never
    deleted, because facts of members refer to it. Kinds without a file are left alone.
    """
    files = [read_file(path) for path in sorted(folder.glob("*.csv"))]
    report = LoadReport()
    with transaction.atomic():
        for entries in progress(files, "taxonomy", show=show_progress):
            _load_kind(entries, report)
    return report


def _load_kind(entries: list[Entry], report: LoadReport) -> None:
    if not entries:
        return
    kind = entries[0].kind
    known = {term.code: term for term in Term.objects.filter(kind=kind)}
    changed: list[Term] = []
    for position, entry in enumerate(entries):
        term = known.get(entry.code)
        values = {
            "label_zh": entry.label_zh,
            "label_en": entry.label_en,
            "synonyms_zh": entry.synonyms_zh,
            "synonyms_en": entry.synonyms_en,
            "extra": entry.extra,
            "position": position,
            "active": True,
        }
        if term is None:
            known[entry.code] = Term.objects.create(kind=kind, code=entry.code, **values)
            report.created += 1
        elif any(getattr(term, name) != value for name, value in values.items()) or _parent_moved(
            term, entry, known
        ):
            for name, value in values.items():
                setattr(term, name, value)
            changed.append(term)
        else:
            report.unchanged += 1
    report.updated += len(changed)
    Term.objects.bulk_update(changed, LOADED_FIELDS)
    _set_parents(entries, known)
    report.retired += (
        Term.objects.filter(kind=kind, active=True)
        .exclude(code__in=[e.code for e in entries])
        .update(active=False)
    )


def _parent_moved(term: Term, entry: Entry, known: dict[str, Term]) -> bool:
    parent = known.get(entry.parent)
    return (term.parent_id or None) != (parent.pk if parent else None)


def _set_parents(entries: Iterable[Entry], known: dict[str, Term]) -> None:
    moved = [entry for entry in entries if _parent_moved(known[entry.code], entry, known)]
    for entry in moved:
        known[entry.code].parent = known.get(entry.parent)
    Term.objects.bulk_update([known[entry.code] for entry in moved], ["parent"])


def active_terms(kind: str) -> list[Term]:
    """All terms of a kind that may still be chosen, in the order of their file."""
    return list(Term.objects.filter(kind=kind, active=True))


def money_bands() -> dict[int, Term]:
    """The money bands by their ordinal, 0 being the smallest."""
    bands = Term.objects.filter(kind=TermKind.MONEY_BAND, active=True)
    return {int(band.extra.get("ordinal", band.position)): band for band in bands}


def with_descendants(terms: Iterable[Term]) -> set[int]:
    """Primary keys of the terms and of everything below them; one query per kind."""
    chosen = list(terms)
    children: dict[int, list[int]] = {}
    pairs = Term.objects.filter(kind__in={term.kind for term in chosen}, parent__isnull=False)
    for pk, parent in pairs.values_list("pk", "parent_id"):
        children.setdefault(parent, []).append(pk)
    found: set[int] = set()
    waiting = [term.pk for term in chosen]
    while waiting:
        pk = waiting.pop()
        if pk not in found:
            found.add(pk)
            waiting.extend(children.get(pk, []))
    return found


def term_phrases(kind: str) -> dict[str, int]:
    """What people write for the terms of a kind: normal form → primary key. Labels win over synonyms.

    One query and a few milliseconds: ask once per list that is looked up, not once per row.
    """
    terms = active_terms(kind)
    index: dict[str, int] = {}
    for phrases in (_labels, _synonyms_of):
        for term in terms:
            for phrase in phrases(term):
                index.setdefault(normalise(phrase), term.pk)
    return index


def _labels(term: Term) -> Iterator[str]:
    yield from (term.label_zh, term.label_en, term.code)


def _synonyms_of(term: Term) -> Iterator[str]:
    yield from (*term.synonyms_zh, *term.synonyms_en)
