"""Translation status of paired fields: what a person confirmed, what a change in the other language made outdated.

A record keeps ``translation_status = {"summary_en": "outdated", …}``: per column, not per pair, so that the page
can name the language that lags behind.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from directory.models import Term, TermKind

CONFIRMED, MACHINE, OUTDATED = "confirmed", "machine", "outdated"
_GLOSSARY_KINDS = (TermKind.SERVICE_TYPE, TermKind.PRODUCT_CATEGORY, TermKind.SECTOR)


def updated_status(
    status: Mapping[str, str], field: str, before: tuple[str, str], after: tuple[str, str], *, confirmed: bool = False
) -> dict[str, str]:
    """Return the status after ``field`` went from ``before`` to ``after``, both ``(zh, en)``.

    One language changed: it is confirmed, the other one outdated. Both changed, or the person confirms: both
    confirmed. An empty text has no status.
    """
    result = dict(status)
    changed = [old != new for old, new in zip(before, after, strict=True)]
    for side, column in enumerate((f"{field}_zh", f"{field}_en")):
        if not after[side]:
            result.pop(column, None)
        elif changed[side] or confirmed:
            result[column] = CONFIRMED
        elif changed[1 - side] and after[1 - side]:
            result[column] = OUTDATED
        else:
            result.setdefault(column, CONFIRMED)
    return result


def pair_state(record: Any, field: str) -> str:
    """Return ``missing | stale | machine | confirmed`` for the pair, or ``""`` where both texts are empty."""
    texts = [getattr(record, f"{field}_{language}") for language in ("zh", "en")]
    if not any(texts):
        return ""
    if not all(texts):
        return "missing"
    found = {(record.translation_status or {}).get(f"{field}_{language}") for language in ("zh", "en")}
    if OUTDATED in found:
        return "stale"
    return "machine" if MACHINE in found else "confirmed"


def outdated_language(record: Any, field: str) -> str:
    """Return ``zh`` or ``en``, the language that lags behind, or ``""``."""
    status = record.translation_status or {}
    return next((language for language in ("zh", "en") if status.get(f"{field}_{language}") == OUTDATED), "")


def locked_terms(texts: Iterable[tuple[str, str]], limit: int = 4) -> list[list[tuple[str, str, bool]]]:
    """For each ``(zh, en)`` text return up to ``limit`` trade terms ``(zh, en, used in the English text)``.

    A term counts where its Chinese label stands in the Chinese text; longer labels win over labels inside them.
    """
    pairs = Term.objects.filter(kind__in=_GLOSSARY_KINDS, active=True).values_list("label_zh", "label_en")
    labels = sorted({(zh, en) for zh, en in pairs if len(zh) > 1}, key=lambda pair: (-len(pair[0]), pair))
    return [_terms_in(zh, en.casefold(), labels, limit) for zh, en in texts]


def _terms_in(zh: str, en: str, labels: list[tuple[str, str]], limit: int) -> list[tuple[str, str, bool]]:
    found: list[tuple[str, str, bool]] = []
    for label_zh, label_en in labels:
        if label_zh in zh and not any(label_zh in longer for longer, _, _ in found):
            found.append((label_zh, label_en, label_en.casefold() in en))
        if len(found) == limit:
            break
    return found
