"""Facets as the page shows them: groups with titles, values with labels and with the results they leave."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext, gettext_lazy

from alliances.models import Alliance
from directory.countries import country_name
from directory.models import Term, TermKind
from matchmaking.core.components import Choice
from matchmaking.matches.models import Band
from search.building.companies import REGISTRATION
from search.engines.base import Kind
from search.forms import Question, facet_groups

TITLES = {
    "alliance": gettext_lazy("Alliance"),
    "service": gettext_lazy("Service"),
    "sector": gettext_lazy("Sector"),
    "category": gettext_lazy("Product category"),
    "place": gettext_lazy("Place"),
    "country": gettext_lazy("Country"),
    "market": gettext_lazy("Market"),
    "credential": gettext_lazy("Checked credentials"),
    "language": gettext_lazy("Working language"),
    "size": gettext_lazy("Size"),
    "budget": gettext_lazy("Budget"),
    "band": gettext_lazy("Match band"),
    "verdict": gettext_lazy("Verdict"),
}
# The order on the page; what is not named follows in the order of the documents.
FIRST = ("band", "alliance", "service", "place", "country", "credential", "sector")
OPEN = 4
MOST_CHOICES = 8
KINDS = {
    "service": TermKind.SERVICE_TYPE,
    "sector": TermKind.SECTOR,
    "category": TermKind.PRODUCT_CATEGORY,
    "place": TermKind.PLACE,
    "market": TermKind.MARKET,
    "credential": TermKind.CREDENTIAL_SCHEME,
    "language": TermKind.LANGUAGE,
    "size": TermKind.SIZE_BAND,
    "budget": TermKind.MONEY_BAND,
}
Labels = Mapping[tuple[str, str], str]


@dataclass(frozen=True, slots=True)
class Group:
    """One facet: its parameter, title and choices, and whether it stands open."""

    name: str
    title: str
    choices: list[Choice]
    open: bool


def facet_labels(kind: Kind, facets: Mapping[str, Iterable[str]]) -> dict[tuple[str, str], str]:
    """(group, value) → label in the reader's language, of all values; two queries. Unknown ones stay as they are."""
    values = {group: [*facets.get(group, ())] for group in facet_groups(kind)}
    codes = {code for group in KINDS for code in values.get(group, ())}
    terms = {(term.kind, term.code): term.label for term in Term.objects.filter(code__in=codes)}
    alliances = {row.code: row.name for row in Alliance.objects.all()} if values.get("alliance") else {}
    labels = {}
    for group, listed in values.items():
        for value in listed:
            named = terms.get((KINDS.get(group, ""), value)) or (alliances.get(value) if group == "alliance" else None)
            labels[group, value] = named or _other_label(group, value)
    return labels


def _other_label(group: str, value: str) -> str:
    if group in ("place", "country"):
        return country_name(value)
    if group == "band" and value in Band.values:
        return str(Band(value).label)
    if group == "verdict" and value == "pin":
        return gettext("Pinned by a secretariat")
    if group == "credential" and value == REGISTRATION:
        return gettext("Registration number")
    return value


def facet_list(question: Question, counts: Mapping[str, Mapping[str, int]], labels: Labels) -> list[Group]:
    """The facets to show, those without any value left out; chosen values are always among the choices."""
    names = sorted(facet_groups(question.kind), key=lambda name: FIRST.index(name) if name in FIRST else len(FIRST))
    groups: list[Group] = []
    for name in names:
        chosen = question.facets.get(name, ())
        values = _without_doubles(name, counts.get(name, {}), chosen, labels)
        # Chosen ones keep the place that their count gives them, and push nobody out: a list that jumps at every click
        # cannot be read.
        first = set([*values][:MOST_CHOICES])
        choices = [
            Choice(value, labels[name, value], values[value], value in chosen)
            for value in values
            if value in first or value in chosen
        ]
        if choices:
            groups.append(Group(name, str(TITLES[name]), choices, open=bool(chosen) or len(groups) < OPEN))
    return groups


def _without_doubles(group: str, counts: Mapping[str, int], chosen: tuple[str, ...], labels: Labels) -> dict[str, int]:
    """The counts, but one value for each label: Singapore is a country and a city, and to a reader one place."""
    named: dict[str, str] = {}
    for value in counts:
        named.setdefault(labels[group, value], value)
    return {value: n for value, n in counts.items() if value in chosen or named[labels[group, value]] == value}
