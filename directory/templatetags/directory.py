"""Small words of the directory: ``{% load directory %}``."""

from typing import Any

from django import template

from directory.countries import country_name
from directory.models import Term
from matchmaking.core.bilingual import reader_suffix

register = template.Library()


@register.filter
def country(code: str) -> str:
    """``SG`` → 新加坡 / Singapore."""
    return country_name(code)


@register.filter
def in_bands(ordinal: int | None, bands: dict[int, Term]) -> str:
    """The money band of an ordinal, ``""`` where none was given."""
    return str(bands.get(ordinal, "")) if ordinal is not None else ""


@register.filter
def term_list(terms: Any) -> str:
    """Labels of terms in the reader's language, with the list mark of that language."""
    return ("、" if reader_suffix() == "zh" else ", ").join(term.label for term in terms)
