"""The list of companies for people who browse: filters by country, sector and place."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.http import QueryDict
from django.utils.translation import gettext

from directory.countries import country_name
from directory.models import Company, Term, TermKind
from directory.models.company import CompanyQuerySet
from directory.profile import company_name
from directory.taxonomy import active_terms, with_descendants
from matchmaking.core.components import Choice, Mark
from matchmaking.core.wording import bilingual


@dataclass(frozen=True, slots=True)
class Filters:
    """What the reader chose; values that do not exist are dropped. ``country`` is an alpha-2 code."""

    country: str = ""
    sector: Term | None = None
    place: Term | None = None

    @property
    def any(self) -> bool:
        """Say whether the list is narrowed at all."""
        return bool(self.country or self.sector or self.place)


def read_filters(query: QueryDict) -> Filters:
    """Read ``country``, ``sector`` and ``place`` from the address."""
    country = query.get("country", "").upper()
    return Filters(
        country=country if len(country) == 2 and country.isascii() and country.isalpha() else "",
        sector=_term(TermKind.SECTOR, query.get("sector", "")),
        place=_term(TermKind.PLACE, query.get("place", "")),
    )


def _term(kind: str, code: str) -> Term | None:
    return Term.objects.filter(kind=kind, code=code).first() if code else None


def companies_listed(filters: Filters) -> CompanyQuerySet:
    """Visible companies that pass the filters, by address, with what a row of the list shows."""
    rows = Company.objects.visible()
    if filters.country:
        rows = rows.filter(country=filters.country)
    if filters.sector:
        # A subquery instead of a join: a firm in two sectors of a group is one firm.
        members = Company.sectors.through.objects.filter(term_id__in=with_descendants([filters.sector]))
        rows = rows.filter(pk__in=members.values("company_id"))
    if filters.place:
        places = with_descendants([filters.place])
        rows = rows.filter(Q(place_id__in=places) | Q(zone_id__in=places))
    return rows.select_related("place").prefetch_related("sectors").order_by("slug")


def country_facet(chosen: str) -> list[Choice]:
    """Countries with visible companies, most first."""
    counted = Company.objects.visible().values("country").annotate(n=Count("pk")).order_by("-n", "country")
    choices = [
        Choice(row["country"], country_name(row["country"]), row["n"], row["country"] == chosen) for row in counted
    ]
    return [_any(not chosen), *choices]


def _any(checked: bool) -> Choice:
    return Choice("", gettext("Any"), None, checked)


def sector_facet(chosen: Term | None) -> list[Choice]:
    """The groups of sectors, in the order of the taxonomy."""
    groups = [term for term in active_terms(TermKind.SECTOR) if term.parent_id is None]
    return [_any(chosen is None), *(Choice(term.code, term.label, None, term == chosen) for term in groups)]


def place_facet(chosen: Term | None) -> list[Choice]:
    """Districts and cities that visible companies name, most first, at most 30."""
    counted = Company.objects.visible().exclude(place=None).values("place").annotate(n=Count("pk"))
    numbers = {row["place"]: row["n"] for row in counted.order_by("-n", "place")[:30]}
    places = Term.objects.in_bulk(list(numbers))
    choices = [Choice(places[pk].code, places[pk].label, n, places[pk] == chosen) for pk, n in numbers.items()]
    return [_any(chosen is None), *choices]


def as_hit(company: Company) -> dict[str, Any]:
    """Return what the component ``hit`` prints for a company."""
    name, summary = company_name(company), bilingual(company, "summary")
    place = [str(company.place or ""), country_name(company.country)]
    return {
        "url": company.get_absolute_url(), "name": name.text, "name_lang": name.lang if name.is_fallback else "",
        "other_name": name.other, "other_lang": name.other_lang,
        "place": " · ".join(dict.fromkeys(part for part in place if part)),
        "why": summary.text, "why_lang": summary.lang if summary.is_fallback else "",
        "marks": [Mark(term.label) for term in company.sectors.all()], "signals": [],
    }  # fmt: skip
