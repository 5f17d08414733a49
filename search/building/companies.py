"""Company rows → company documents, with a fixed number of queries however many companies.

Rows are read as plain values: making records of them, which know drafts and revisions, took longer than reading.
"""

import datetime
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Q
from django.utils import timezone

from alliances.models import Membership
from directory.models import VISIBLE, ClaimCheck, Company, Credential, Offer, Product, publicly_visible
from search.building.terms import GONE, Vocabulary, both_languages, linked_terms, seconds
from search.documents import company_document
from search.engines.base import SearchDocument, tombstone

# The value of the credential facet for a registration number that somebody compared with the register.
REGISTRATION = "registration"
OF_COMPANY = (
    "pk", "search_version", *VISIBLE, "last_published_at", "updated_at", "country", "place_id", "zone_id",
    "size_band_id", "legal_name_zh", "legal_name_en", "short_name_zh", "short_name_en", "summary_zh", "summary_en",
    "description_zh", "description_en",
)  # fmt: skip
OF_OFFER = ("pk", "company_id", "service_type_id", "capacity", "title_zh", "title_en", "text_zh", "text_en")
OF_PRODUCT = ("pk", "company_id", "category_id", "name_zh", "name_en", "text_zh", "text_en")
Row = TypeVar("Row")
# What terms are called, by their numbers and a language.
Labels = Callable[[Iterable[int | None], str], list[str]]


def company_documents(company_ids: Collection[int], vocabulary: Vocabulary | None = None) -> list[SearchDocument]:
    """Documents of these companies as they are now: tombstones for those nobody may see, or that are gone."""
    companies = Company.objects.filter(pk__in=company_ids).values_list(*OF_COMPANY, named=True)
    rows: dict[int, Any] = {company.pk: company for company in companies}
    parts = _Parts.read([pk for pk, company in rows.items() if publicly_visible(company)], vocabulary)
    documents = []
    for pk in sorted(set(company_ids)):
        company = rows.get(pk)
        if company is None:
            documents.append(tombstone("company", str(pk), GONE))
        elif not publicly_visible(company):
            documents.append(tombstone("company", str(pk), company.search_version))
        else:
            documents.append(company_document(parts.record(company)))
    return documents


@dataclass(frozen=True)
class _Parts:
    """What belongs to visible companies and may be found, by company number; rows are values of ``OF_…``."""

    vocabulary: Vocabulary
    sectors: Mapping[int, list[int]]
    languages: Mapping[int, list[int]]
    offers: Mapping[int, list[Any]]
    products: Mapping[int, list[Any]]
    offer_markets: Mapping[int, list[int]]
    product_markets: Mapping[int, list[int]]
    checks: Mapping[int, list[ClaimCheck]]
    alliances: Mapping[int, list[str]]

    @classmethod
    def read(cls, company_ids: list[int], vocabulary: Vocabulary | None) -> "_Parts":
        owned, selves = Q(company_id__in=company_ids, live=True), Q(pk__in=company_ids)
        return cls(
            vocabulary=vocabulary or Vocabulary.read(),
            sectors=linked_terms(Company, "sectors", selves),
            languages=linked_terms(Company, "languages", selves),
            offers=_grouped(Offer.objects.filter(owned).order_by("pk").values_list(*OF_OFFER, named=True)),
            products=_grouped(Product.objects.filter(owned).order_by("pk").values_list(*OF_PRODUCT, named=True)),
            offer_markets=linked_terms(Offer, "markets", owned),
            product_markets=linked_terms(Product, "markets", owned),
            checks=_holding_checks(company_ids),
            alliances=_alliances(company_ids),
        )

    def record(self, company: Any) -> dict[str, Any]:
        """The plain record of one company, for ``company_document``."""
        offers, products = self.offers.get(company.pk, []), self.products.get(company.pk, [])
        checks = self.checks.get(company.pk, [])
        return {
            "id": company.pk,
            "version": company.search_version,
            "paused": bool(offers) and all(offer.capacity == 0 for offer in offers),
            "verified_cases": len({check.credential_id for check in checks}),
            "verified_at": seconds(max((check.checked_at for check in checks), default=None)),
            "updated_at": seconds(company.last_published_at or company.updated_at),
            "country": company.country,
            "place": [company.country, *self.vocabulary.codes([company.place_id, company.zone_id])],
            "size": self.vocabulary.code(company.size_band_id),
            "alliance": self.alliances.get(company.pk, []),
            "credential": self._credentials(checks),
            **self._texts(company, offers, products),
            **self._codes(company.pk, offers, products),
        }

    def _texts(self, company: Any, offers: list[Any], products: list[Any]) -> dict[str, Any]:
        record: dict[str, Any] = {}
        for language in ("zh", "en"):
            record |= {
                f"name_{language}": getattr(company, f"legal_name_{language}"),
                f"short_name_{language}": getattr(company, f"short_name_{language}"),
                f"description_{language}": getattr(company, f"description_{language}"),
                f"place_{language}": self.vocabulary.labels([company.place_id, company.zone_id], language),
            }
        doings = what_it_does(company, offers, products, self.sectors.get(company.pk, []), self.vocabulary.labels)
        stories = both_languages([*offers, *products], "text", "offer_texts")
        return record | doings | stories

    def _codes(self, pk: int, offers: list[Any], products: list[Any]) -> dict[str, list[str]]:
        markets = [term for offer in offers for term in self.offer_markets.get(offer.pk, [])]
        markets += [term for product in products for term in self.product_markets.get(product.pk, [])]
        return {
            "service": self.vocabulary.codes(offer.service_type_id for offer in offers),
            "category": self.vocabulary.codes(product.category_id for product in products),
            "sector": self.vocabulary.codes(self.sectors.get(pk, [])),
            "language": self.vocabulary.codes(self.languages.get(pk, [])),
            "market": self.vocabulary.codes(markets),
        }

    def _credentials(self, checks: list[ClaimCheck]) -> list[str]:
        schemes = [check.credential.scheme_id for check in checks if check.credential]
        own = [REGISTRATION] if any(check.credential is None for check in checks) else []
        return [*own, *self.vocabulary.codes(schemes)]


def what_it_does(
    company: Any, offers: list[Any], products: list[Any], sectors: Iterable[int], labels: Labels
) -> dict[str, Any]:
    """The texts of a record that say what a company does, in both languages; ``sectors`` are numbers of terms.

    Records or rows of values with the same names.
    """
    record: dict[str, Any] = both_languages(offers, "title", "offers")
    for language in ("zh", "en"):
        record |= {
            f"summary_{language}": getattr(company, f"summary_{language}"),
            f"services_{language}": labels([offer.service_type_id for offer in offers], language),
            f"sectors_{language}": labels(sectors, language),
            f"products_{language}": [
                *(getattr(product, f"name_{language}") for product in products),
                *labels([product.category_id for product in products], language),
            ],
        }
    return record


def _grouped(rows: Iterable[Row]) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.company_id].append(row)  # type: ignore[attr-defined]
    return found


def _holding_checks(company_ids: list[int], on: datetime.date | None = None) -> dict[int, list[ClaimCheck]]:
    """Checks that confirm a claim today, of credentials that are shown and in force, or of the registration number."""
    day = on or timezone.localdate()
    rows = ClaimCheck.objects.filter(company_id__in=company_ids, outcome=ClaimCheck.Outcome.CONFIRMED)
    rows = rows.filter(Q(credential=None) | Q(credential__live=True)).select_related("credential").order_by("pk")
    return _grouped(row for row in rows if row.holds(day) and _in_force(row.credential, day))


def _in_force(credential: Credential | None, day: datetime.date) -> bool:
    return credential is None or credential.is_current(day)


def _alliances(company_ids: list[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    rows = Membership.objects.active().filter(company_id__in=company_ids, alliance__active=True)
    for pk, code in rows.values_list("company_id", "alliance__code"):
        found[pk].append(code)
    return found
