"""What is like a company: others that do the same, and open needs that ask for what it does.

Who shares a service, a kind of product or a sector comes into question; of these the nearest in meaning come first.
Public fields alone are read, and the database decides at each reading who may be shown.
"""

import logging
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from django.core.cache import cache

from directory.models import Company, Need
from search.building.companies import what_it_does
from search.documents import company_document
from search.engines.base import EngineUnavailableError, Kind, Meaning, SearchDocument, SearchQuery
from search.engines.patience import patience
from search.index import search_engine
from search.meaning import with_meaning

logger = logging.getLogger(__name__)
# What two companies may have in common, the most telling first; a need has no sectors.
IN_COMMON: Mapping[Kind, tuple[str, ...]] = {
    "company": ("service", "category", "sector"),
    "need": ("service", "category"),
}
# Kept for a list of a few: some are withdrawn, closed or on the same side of the border meanwhile.
MOST_KEPT = 20
KEPT_SECONDS = 3600
Found = dict[Kind, list[int]]


def similar_companies(company: Company, limit: int) -> list[Company]:
    """Other visible companies that do what this one does, the most alike first; in either country."""
    ids = _kept(company)["company"]
    rows = Company.objects.visible().exclude(pk=company.pk).select_related("place").in_bulk(ids)
    return [rows[pk] for pk in ids if pk in rows][:limit]


def needs_for(company: Company, limit: int) -> list[Need]:
    """Open needs of companies across the border that ask for what this one does, the nearest first."""
    ids = _kept(company)["need"]
    rows = Need.objects.shown().exclude(company__country=company.country).select_related("company").in_bulk(ids)
    return [rows[pk] for pk in ids if pk in rows][:limit]


def _kept(company: Company) -> Found:
    """Ids of what is like a company as it is published now, found once an hour; empty where search does not answer."""
    nothing: Found = {kind: [] for kind in IN_COMMON}
    if not company.is_visible:
        return nothing
    key = f"likeness:{company.pk}:{company.search_version}"
    ids: Found | None = cache.get(key)
    if ids is None:
        try:
            with patience():
                ids = _found(company)
        except EngineUnavailableError as error:
            logger.warning("nothing like company %s: %s", company.pk, error)
            return nothing
        cache.set(key, ids, KEPT_SECONDS)
    return ids


def _found(company: Company) -> Found:
    document = _document(company)
    found: Found = {}
    for kind, groups in IN_COMMON.items():
        ids: dict[int, None] = {}
        for group in groups:
            if codes := document.keywords.get(group):
                ranking = _ranking(SearchQuery(kind, filters={group: tuple(codes)}), document)
                ids |= dict.fromkeys(pk for pk in ranking if kind != "company" or pk != company.pk)
            if len(ids) >= MOST_KEPT:
                break
        found[kind] = list(ids)[:MOST_KEPT]
    return found


def _document(company: Company) -> SearchDocument:
    """What a company does, with its meaning, read with three queries.

    By its own terms, not by the broad ones above them, which lawyers and agencies for staff may share.
    """
    offers = list(company.offers.filter(live=True).select_related("service_type"))
    products = list(company.products.filter(live=True).select_related("category"))
    services, categories = [one.service_type for one in offers], [one.category for one in products]
    sectors = list(company.sectors.all())
    own = {term.pk: term for term in (*services, *categories, *sectors)}

    def labels(pks: Iterable[int | None], language: str) -> list[str]:
        return [getattr(own[pk], f"label_{language}") for pk in dict.fromkeys(pks) if pk]

    said = what_it_does(company, offers, products, [term.pk for term in sectors], labels)
    record: dict[str, Any] = {"id": company.pk, "version": company.search_version, **said}
    for group, terms in (("service", services), ("category", categories), ("sector", sectors)):
        record[group] = sorted({term.code for term in terms})
    return with_meaning([company_document(record)])[0]


def _ranking(query: SearchQuery, document: SearchDocument) -> list[int]:
    """By nearness of meaning where the document has a vector; else in the order of the engine."""
    engine = search_engine()
    if document.vector:
        vector = np.frombuffer(document.vector, np.float16).astype(np.float32)
        if near := engine.nearest(query, Meaning(document.space, vector), MOST_KEPT + 1):
            return [int(one.id) for one in near]
    return [int(hit.id) for hit in engine.search(query).hits]
