"""The shape of a kind of document: an allow-list of fields, and nothing else gets into an index."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from search.analysis import SEPARATOR, storable, token_text
from search.engines.base import DocumentRefusedError, Kind, SearchDocument, Tier
from search.engines.spelling import spelt_words
from search.naming import name_tokens

# Raised when tokens change for an unchanged text: an index built before must be rebuilt.
ANALYSIS_VERSION = 3
# Both engines take longer ones, but Elasticsearch only up to a limit in bytes.
LONGEST_CODE = 200
JOINT = " · "


@dataclass(frozen=True)
class DocumentSchema:
    """Fields with their tier, facet groups (counted), filter groups (not counted), whether owners are needed.

    ``meaning``: the fields, without their language, that say what a document is about; none: it gets no vector.
    """

    kind: Kind
    fields: Mapping[str, Tier]
    facets: tuple[str, ...]
    filters: tuple[str, ...] = ()
    owned: bool = False
    meaning: tuple[str, ...] = ()

    @property
    def keywords(self) -> tuple[str, ...]:
        """All groups of keywords."""
        return self.facets + self.filters

    @property
    def fingerprint(self) -> str:
        """Changes when the shape or the analysis does."""
        named = [sorted(self.fields.items()), sorted(self.keywords), self.meaning]
        shape = [ANALYSIS_VERSION, self.kind, *named, self.owned]
        return hashlib.sha256(json.dumps(shape).encode()).hexdigest()[:16]

    def check(self, document: SearchDocument) -> None:
        """Raise ``DocumentRefusedError`` if the document holds a field or group that is not allowed, or lacks
        owners.
        """
        strange = (set(document.fields) - set(self.fields)) | (set(document.keywords) - set(self.keywords))
        if strange:
            raise DocumentRefusedError(f"{self.kind} documents have no {', '.join(sorted(strange))}")
        held = (document.fields, document.keywords, document.owners, document.suggest, document.vector, document.words)
        if not document.visible and any(held):
            raise DocumentRefusedError("a tombstone holds nothing but its version")
        if document.vector and not (self.meaning and document.space):
            raise DocumentRefusedError(f"{self.kind} documents have no such vector")
        if document.visible and bool(document.owners) != self.owned:
            raise DocumentRefusedError(f"{self.kind} documents {'need' if self.owned else 'have no'} owners")
        if document.version < 0 or not 0 < len(document.id) <= LONGEST_CODE:
            raise DocumentRefusedError("a document needs an id and a version")
        codes = [code for values in (*document.keywords.values(), document.owners) for code in values]
        if any(len(code) > LONGEST_CODE for code in codes):
            raise DocumentRefusedError(f"a code has at most {LONGEST_CODE} characters")
        if any(storable(text) != text for text in (*document.fields.values(), *document.suggest, *codes, document.id)):
            raise DocumentRefusedError("half a character cannot be stored")

    def telling(self, document: SearchDocument) -> str:
        """What a document is about, a line for each field and language; empty where no field says it."""
        lines = (document.fields.get(f"{name}_{language}", "") for language in ("zh", "en") for name in self.meaning)
        return "\n".join(line for line in lines if line)

    def vocabulary(self, document: SearchDocument) -> list[str]:
        """The words that slips may be mended to: those of names and offers; none where documents have owners.

        What is found by its owners only must not show in how others' queries are corrected.
        """
        tiers = () if self.owned else (Tier.NAME, Tier.OFFER)
        return spelt_words(document.fields.get(name, "") for name, of in self.fields.items() if of in tiers)

    def tokens(self, document: SearchDocument) -> dict[Tier, str]:
        """The tokens of each tier, for an engine that splits at blanks."""
        return {tier: self._tokens(document, tier) for tier in Tier}

    def _tokens(self, document: SearchDocument, tier: Tier) -> str:
        held = [document.fields.get(name, "") for name, of in self.fields.items() if of is tier]
        spoken = name_tokens(held) if tier is Tier.NAME and self.kind != "need" else ()
        return f" {SEPARATOR} ".join(filter(None, (token_text(held), *spoken)))


def texts(source: Mapping[str, object], names: Iterable[str]) -> dict[str, str]:
    """The named texts of a plain record; lists of texts are joined, empty ones left out."""
    found = {}
    for name in names:
        value = source.get(name) or ""
        text = value if isinstance(value, str) else JOINT.join(str(part) for part in _sequence(value) if part)
        if text.strip():
            found[name] = text.strip()
    return found


def keywords(source: Mapping[str, object], names: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The named groups of codes of a plain record, each sorted and without repetition, empty ones left out."""
    found = {}
    for name in names:
        value = source.get(name) or ()
        values = (value,) if isinstance(value, str) else _sequence(value)
        codes = tuple(sorted({str(code) for code in values if code not in (None, "")}))
        if codes:
            found[name] = codes
    return found


def only(source: Mapping[str, object], allowed: Iterable[str]) -> None:
    """Raise ``DocumentRefusedError`` if a plain record holds a key that is not allowed.

    Better loud than leaked.
    """
    strange = set(source) - set(allowed)
    if strange:
        raise DocumentRefusedError(f"not for an index: {', '.join(sorted(strange))}")


def whole(source: Mapping[str, object], name: str, missing: int = 0) -> int:
    """A whole number of a plain record, or ``missing``."""
    value = source.get(name)
    return missing if value is None else int(str(value))


def _sequence(value: object) -> Iterable[object]:
    if not isinstance(value, Iterable):
        raise DocumentRefusedError(f"neither a text nor a list: {type(value).__name__}")
    return value
