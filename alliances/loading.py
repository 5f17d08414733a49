"""Alliances from a data file: a new alliance needs a new entry there and no code."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Q

from alliances.models import Alliance
from directory.models import Term, TermKind

ALLIANCES_FILE = Path(__file__).resolve().parent / "data" / "alliances.json"
TEXTS = ("name_zh", "name_en", "summary_zh", "summary_en", "icon")
PARTS = ("secretariats", "criteria", "checklist")


class AllianceFileError(ValueError):
    """The data file cannot be loaded; the message names the entry and what is wrong with it."""


def read_alliances(path: Path = ALLIANCES_FILE) -> list[dict[str, Any]]:
    """Read and check the file; raises :class:`AllianceFileError`."""
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise AllianceFileError(f"{path.name}: {error}") from error
    codes: set[str] = set()
    for entry in entries:
        code = entry.get("code", "")
        if not code or code in codes:
            raise AllianceFileError(f"{path.name}: every alliance needs a code of its own, found “{code}”")
        codes.add(code)
        for name in ("name_zh", "name_en"):
            if not entry.get(name):
                raise AllianceFileError(f"{path.name}: {code} lacks {name}")
        for item in [*entry.get("criteria", []), *entry.get("checklist", [])]:
            if not all(item.get(key) for key in ("code", "zh", "en")):
                raise AllianceFileError(f"{path.name}: {code} has an item without code, zh or en")
    return list(entries)


@transaction.atomic
def load_alliances(path: Path = ALLIANCES_FILE) -> list[Alliance]:
    """Bring the alliances into step with the file, all or nothing; a second run changes nothing.

    Alliances that the file does not name stay as they are: members and history hang on them.
    """
    rows = []
    for number, entry in enumerate(read_alliances(path)):
        values = {name: entry[name] for name in (*TEXTS, *PARTS) if name in entry}
        row, _created = Alliance.objects.update_or_create(
            code=entry["code"],
            defaults={
                **values,
                "position": entry.get("position", number),
                "active": entry.get("active", True),
            },
        )
        row.service_types.set(services_of(row.code, entry.get("service_types", [])))
        rows.append(row)
    return rows


def services_of(code: str, groups: Iterable[str]) -> list[Term]:
    """Return the service types that name the alliance in the vocabulary, or that a group of its own holds."""
    wanted = Q(extra__alliance=code) | Q(code__in=list(groups)) | Q(parent__code__in=list(groups))
    return list(Term.objects.filter(wanted, kind=TermKind.SERVICE_TYPE))
