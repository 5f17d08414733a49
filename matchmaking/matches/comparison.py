"""Several companies side by side, row by row, from public facts only."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from directory.models import Company
from matchmaking.core.bilingual import pick_with_language
from matchmaking.core.wording import html_lang, is_chinese
from matchmaking.matches.cards import place_of


@dataclass(frozen=True, slots=True)
class Cell:
    """One company's answer to one row."""

    text: str
    lang: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the comparison."""

    label: str
    cells: Sequence[Cell]


def rows(companies: Sequence[Company]) -> list[Row]:
    """Return the rows for up to four companies. Every text is public: contacts and private needs are never read."""
    questions: list[tuple[str, Callable[[Company], Cell]]] = [
        (_("Place"), lambda company: Cell(place_of(company))),
        (_("Founded in"), lambda company: Cell(str(company.founded or ""))),
        (_("Number of employees"), lambda company: Cell(company.size_band.label if company.size_band else "")),
        (_("Sectors"), lambda company: Cell(_join([term.label for term in company.sectors.all()]))),
        (_("Summary"), _summary),
        (_("Services"), _services),
        (_("Products"), lambda company: Cell(_join([one.name for one in company.products.filter(live=True)[:8]]))),
        (_("Markets served"), _markets),
        (_("Working languages"), lambda company: Cell(_join([term.label for term in company.languages.all()]))),
        (_("Credentials"), _credentials),
        (_("Alliances"), _alliances),
        (_("Open requests it can take"), _capacity),
    ]
    return [Row(label, [answer(company) for company in companies]) for label, answer in questions]


def _summary(company: Company) -> Cell:
    text, lang = pick_with_language(company, "summary")
    return Cell(text, "" if lang == html_lang() else lang)


def _services(company: Company) -> Cell:
    offers = company.offers.filter(live=True).select_related("service_type")
    return Cell(_join([offer.service_type.label for offer in offers]))


def _markets(company: Company) -> Cell:
    labels = [term.label for offer in company.offers.filter(live=True) for term in offer.markets.all()]
    return Cell(_join(labels))


def _credentials(company: Company) -> Cell:
    today = timezone.localdate()
    found = []
    for credential in company.credentials.filter(live=True).select_related("scheme").prefetch_related("checks"):
        if credential.is_current(today):
            checked = credential.current_check(today) is not None
            text = _("%(scheme)s (checked)") if checked else _("%(scheme)s (self-declared)")
            found.append(text % {"scheme": credential.scheme.label})
    return Cell(_join(found))


def _alliances(company: Company) -> Cell:
    return Cell(
        _join([membership.alliance.name for membership in company.memberships.active().select_related("alliance")])
    )


def _capacity(company: Company) -> Cell:
    stated = list(company.offers.filter(live=True).values_list("capacity", flat=True))
    known = [capacity for capacity in stated if capacity is not None]
    return Cell(str(sum(known)) if stated and len(known) == len(stated) else "")


def _join(labels: Sequence[str]) -> str:
    return ("、" if is_chinese() else ", ").join(dict.fromkeys(labels))
