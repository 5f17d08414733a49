"""Need rows → need documents. Private needs never; anonymous ones without their company."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from django.db.models import Q

from alliances.models import Alliance
from directory.models import Confidentiality, Need
from search.building.terms import GONE, Vocabulary, linked_terms, seconds
from search.documents import need_document
from search.engines.base import SearchDocument, tombstone

OF_NEED = (
    "pk", "confidentiality", "budget", "last_published_at", "updated_at", "title_zh", "title_en", "text_zh", "text_en",
    "company__search_version", "company__country", "company__legal_name_zh", "company__legal_name_en",
)  # fmt: skip


def need_documents(need_ids: Collection[int], vocabulary: Vocabulary | None = None) -> list[SearchDocument]:
    """Documents of these needs as they are now: tombstones for those the public may not read, or that are gone."""
    versions = dict(Need.objects.filter(pk__in=need_ids).values_list("pk", "company__search_version"))
    rows = Need.objects.shown().filter(pk__in=need_ids).values_list(*OF_NEED, named=True)
    shown: dict[int, Any] = {need.pk: need for need in rows}
    build = _Builder(list(shown), vocabulary or Vocabulary.read()) if shown else None
    documents = []
    for pk in sorted(set(need_ids)):
        if build and pk in shown:
            documents.append(need_document(build.record(shown[pk])))
        else:
            documents.append(tombstone("need", str(pk), versions.get(pk, GONE)))
    return documents


class _Builder:
    """What belongs to some needs, read with a fixed number of queries."""

    def __init__(self, need_ids: list[int], vocabulary: Vocabulary) -> None:
        chosen = Q(pk__in=need_ids)
        self.vocabulary = vocabulary
        self.services = linked_terms(Need, "service_types", chosen)
        self.categories = linked_terms(Need, "product_categories", chosen)
        self.markets = linked_terms(Need, "markets", chosen)
        self.bands = self.vocabulary.money_bands()
        self.alliances: dict[int, list[str]] = defaultdict(list)
        served = Alliance.objects.filter(active=True).values_list("code", "service_types")
        for code, term in served:
            self.alliances[term].append(code)

    def record(self, need: Any) -> dict[str, Any]:
        """The plain record of one need, for ``need_document``."""
        services, categories = self.services.get(need.pk, []), self.categories.get(need.pk, [])
        record: dict[str, Any] = {
            "id": need.pk,
            "version": need.company__search_version,
            "confidentiality": need.confidentiality,
            "country": need.company__country,
            "budget": "" if need.budget is None else self.bands.get(need.budget, ""),
            "service": self.vocabulary.codes(services),
            "category": self.vocabulary.codes(categories),
            "market": self.vocabulary.codes(self.markets.get(need.pk, [])),
            "alliance": [code for term in services for code in self.alliances.get(term, [])],
            "updated_at": seconds(need.last_published_at or need.updated_at),
        }
        for language in ("zh", "en"):
            record |= {
                f"title_{language}": getattr(need, f"title_{language}"),
                f"text_{language}": getattr(need, f"text_{language}"),
                f"services_{language}": self.vocabulary.labels(services, language),
                f"categories_{language}": self.vocabulary.labels(categories, language),
            }
            if need.confidentiality == Confidentiality.PUBLIC:
                record[f"company_{language}"] = getattr(need, f"company__legal_name_{language}")
        return record
