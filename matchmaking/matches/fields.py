"""From a part of a match to the field behind it: each leads the seeker to the form in which it can change its side."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy, ngettext

from matchmaking.core.components import Change, Pair
from matchmaking.engine.advice import FIRST
from matchmaking.matches.keys import key_id
from matchmaking.matches.models import Match

Coded = dict[str, Any]
# Part → field of the form of a need, of an offer, of a product; and section and field of the profile.
NEED_FIELDS = {
    "service": "service_types",
    "category": "product_categories",
    "market": "markets",
    "language": "languages",
    "deal_size": "budget",
    "credential": "required_credentials",
    "capacity": "service_types",
    "alliance": "service_types",
    "text": "text_zh",
}
OFFER_FIELDS = {
    "service": "service_type",
    "market": "markets",
    "language": "languages",
    "deal_size": "deal_size",
    "capacity": "capacity",
    "text": "text_zh",
}
PRODUCT_FIELDS = {"category": "category", "market": "markets", "deal_size": "price_band", "text": "text_zh"}
COMPANY_FIELDS = {
    "sector": ("profile", "sectors"),
    "language": ("profile", "languages"),
    "text": ("story", "summary_zh"),
}
# Where a part lives that has no row of its own yet.
LISTS = {"service": "offers", "category": "products", "market": "offers", "deal_size": "offers", "capacity": "offers"}
OWN_CHANGES = {
    "need": gettext_lazy("State a need → you are matched by what you want, not by your profile alone"),
    "offer": gettext_lazy("Describe what you offer → others find you by it"),
    "sector": gettext_lazy("Choose your sectors → matches follow your trade"),
    "text": gettext_lazy("Describe your company in a few sentences → matches follow what you do"),
    "language": gettext_lazy("Name your working languages → companies that work in them find you"),
}
ADVISED = 3


@dataclass(frozen=True, slots=True)
class LinkedPair(Pair):
    """A row of a match card whose own side leads to the field that says so."""

    url: str = ""


def edit_url(match: Match, row: Coded) -> str:
    """The address of the seeker's own field behind a coded row: of what it asks, or of what it gives."""
    name = row["field"]
    if row["direction"] == "reverse":
        return _given_url(name, row.get("offer") or "")
    need_id = match.need_id or (key_id(row["need"]) if row.get("need") else None)
    if need_id:
        return _at("workspace:need", need_id, NEED_FIELDS.get(name, "title_zh"))
    if match.product_id:
        return _at("workspace:product", match.product_id, PRODUCT_FIELDS.get(name, "name_zh"))
    return _profile_url(name)


def own_change(name: str) -> Change:
    """What filling one open field of the own profile does, with the address of the field."""
    pages = {"need": "workspace:need_new", "offer": "workspace:offer_new"}
    return Change(str(OWN_CHANGES[name]), reverse(pages[name]) if name in pages else _profile_url(name))


def advised(advice: Iterable[Coded]) -> list[Change]:
    """The open fields that would help most, the best first; the first says how much, counted among similar firms."""
    rows = [row for row in advice if row["field"] in OWN_CHANGES][:ADVISED]
    changes = [own_change(row["field"]) for row in rows]
    for row, change in zip(rows[:1], changes, strict=False):
        words = {
            "what": change.text,
            "changed": max(1, round(row["change"] * FIRST)),
            "first": FIRST,
            "n": row["peers"],
        }
        text = ngettext(
            "%(what)s (helps most: for %(n)s firm like yours it decides %(changed)s of the first %(first)s)",
            "%(what)s (helps most: for %(n)s firms like yours it decides %(changed)s of the first %(first)s)",
            row["peers"],
        )
        changes[0] = Change(text % words, change.url)
    return changes


def _given_url(name: str, offer: str) -> str:
    """What the candidate's wish is met by: the seeker's offer or product, its credentials, or its profile."""
    if name == "credential":
        return reverse("workspace:credentials")
    if name == "alliance":
        return reverse("alliances:list")
    if offer.startswith("offer:") and name in OFFER_FIELDS:
        return _at("workspace:offer", key_id(offer), OFFER_FIELDS[name])
    if offer.startswith("product:") and name in PRODUCT_FIELDS:
        return _at("workspace:product", key_id(offer), PRODUCT_FIELDS[name])
    return reverse(f"workspace:{LISTS[name]}") if name in LISTS else _profile_url(name)


def _profile_url(name: str) -> str:
    section, field = COMPANY_FIELDS.get(name, COMPANY_FIELDS["text"])
    return _at("workspace:company_section", section, field)


def _at(page: str, argument: object, field: str) -> str:
    return f"{reverse(page, args=[argument])}#id_{field}"
