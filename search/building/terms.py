"""The vocabulary as documents need it: codes with everything above them, labels in both languages."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import Model, Q

from directory.models import Term, TermKind

# The tombstone of a row that is gone for good: row numbers are never given twice.
GONE = 1 << 60


@dataclass(frozen=True, slots=True)
class Entry:
    """One term: kind, code, labels and what stands above it."""

    kind: str
    code: str
    label_zh: str
    label_en: str
    parent: int | None
    extra: Mapping[str, Any]


class Vocabulary:
    """All terms, read with one query. Firms are filed under a term and under every broader one."""

    def __init__(self, entries: Mapping[int, Entry]) -> None:
        self._entries = entries

    @cached_property
    def _listed(self) -> list[Entry]:
        return list(self._entries.values())

    @cached_property
    def _places(self) -> Mapping[str, list[int]]:
        """Where the terms of each code stand among all."""
        found: dict[str, list[int]] = defaultdict(list)
        for place, entry in enumerate(self._listed):
            found[entry.code].append(place)
        return found

    @classmethod
    def read(cls) -> "Vocabulary":
        """Read every term, retired ones too: facts of members may still refer to them."""
        rows = Term.objects.exclude(kind=TermKind.REASON)
        names = ("pk", "kind", "code", "label_zh", "label_en", "parent_id", "extra")
        return cls({pk: Entry(*values) for pk, *values in rows.values_list(*names)})

    def above(self, pks: Iterable[int | None]) -> list[Entry]:
        """The terms and everything above them, each once, in the order met."""
        found: dict[int, Entry] = {}
        for pk in pks:
            while pk is not None and pk not in found and pk in self._entries:
                found[pk] = self._entries[pk]
                pk = self._entries[pk].parent
        return list(found.values())

    def codes(self, pks: Iterable[int | None]) -> list[str]:
        """Codes of the terms and of everything above them."""
        return [entry.code for entry in self.above(pks)]

    def code(self, pk: int | None) -> str:
        """The code of one term, ``""`` for none."""
        return self._entries[pk].code if pk is not None and pk in self._entries else ""

    def labels(self, pks: Iterable[int | None], language: str) -> list[str]:
        """Labels of the terms and of everything above them in ``zh`` or ``en``."""
        return [entry.label_zh if language == "zh" else entry.label_en for entry in self.above(pks)]

    def labels_by_code(self, codes: Collection[str], language: str) -> list[str]:
        """Labels of the terms that carry one of these codes, whatever their kind."""
        found = sorted(place for code in set(codes) for place in self._places.get(code, ()))
        entries = (self._listed[place] for place in found)
        return [entry.label_zh if language == "zh" else entry.label_en for entry in entries]

    def money_bands(self) -> dict[int, str]:
        """Ordinal of a money band → its code."""
        bands = [entry for entry in self._entries.values() if entry.kind == TermKind.MONEY_BAND]
        return {int(band.extra.get("ordinal", -1)): band.code for band in bands}


def linked_terms(model: type[Model], name: str, owned: Q) -> dict[int, list[int]]:
    """Primary keys of the terms of a many-to-many field by owner, for the owners that pass ``owned``; one query."""
    through = getattr(model, name).through
    owner = model._meta.model_name
    found: dict[int, list[int]] = defaultdict(list)
    rows = through.objects.filter(**{f"{owner}__in": model._default_manager.filter(owned)})
    for pk, term in rows.order_by("pk").values_list(f"{owner}_id", "term_id"):
        found[pk].append(term)
    return found


def both_languages(rows: Iterable[Any], name: str, field: str) -> dict[str, list[str]]:
    """``{field}_zh`` and ``{field}_en``: what the rows say under ``name`` in each language."""
    listed = list(rows)
    return {f"{field}_{language}": [getattr(row, f"{name}_{language}") for row in listed] for language in ("zh", "en")}


def seconds(moment: datetime | None) -> int:
    """Whole seconds since 1970, 0 for never."""
    return int(moment.timestamp()) if moment else 0
