"""Paired zh/en columns of one record: choose by the reader's language, fall back to the other one."""

from typing import Any

from django.utils.translation import get_language


def reader_suffix() -> str:
    """Return ``"zh"`` or ``"en"``, the column suffix of the active language (Chinese when unknown)."""
    return "en" if (get_language() or "").startswith("en") else "zh"


def pick(record: Any, field: str) -> str:
    """Return ``record.<field>_<reader's language>``, or the other language where that is empty."""
    first = reader_suffix()
    other = "zh" if first == "en" else "en"
    return getattr(record, f"{field}_{first}") or getattr(record, f"{field}_{other}") or ""


def pick_with_language(record: Any, field: str) -> tuple[str, str]:
    """Like :func:`pick`, and name the language of the text (``zh-Hans`` or ``en``) for its ``lang`` attribute."""
    first = reader_suffix()
    if getattr(record, f"{field}_{first}"):
        return getattr(record, f"{field}_{first}"), "en" if first == "en" else "zh-Hans"
    return pick(record, field), "zh-Hans" if first == "en" else "en"
