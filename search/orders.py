"""Orders of results: what each is called, and why results come in it."""

from django.utils.translation import gettext, pgettext

from search.engines.base import Sort


def sort_label(sort: Sort) -> str:
    """What an order is called."""
    return {
        Sort.RELEVANCE: gettext("Relevance"), Sort.VERIFIED: gettext("Last checked"),
        Sort.UPDATED: gettext("Last updated"), Sort.NAME: pgettext("of a company", "Name"),
    }[sort]  # fmt: skip


def order_explained(sort: Sort) -> str:
    """Why results come in an order that the reader chose; ``""`` for the one that the page explains itself."""
    return {
        Sort.VERIFIED: gettext(
            "What was checked last comes first, then what nobody has checked, by the words of the search. "
            "Payment, clicks and rank in an alliance change nothing. "
            "Companies that take no requests now come last and are marked."
        ),
        Sort.UPDATED: gettext(
            "What was updated last comes first. Payment, clicks and rank in an alliance change nothing. "
            "Companies that take no requests now come last and are marked."
        ),
        Sort.NAME: gettext(
            "In order of names in your language, Chinese ones by pinyin. "
            "Payment, clicks and rank in an alliance change nothing."
        ),
    }.get(sort, "")
