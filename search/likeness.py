"""What is like a company: others that do the same, and open needs that ask for what it does.

Who shares a service, a kind of product or a sector comes into question; of these the nearest in meaning come first.
Public fields alone are read, and the database decides at each reading who may be shown.
"""

import logging
from collections.abc import Iterable, Iterator, Mapping

import numpy as np
from django.core.cache import cache

from directory.models import Company, Need
from search.building.companies import company_documents
from search.engines.base import EngineUnavailableError, Kind, Meaning, SearchDocument, SearchQuery
from search.index import search_engine
from search.meaning import with_meaning

logger = logging.getLogger(__name__)
# What two companies may have in common, the most telling first; a need has no sectors.
IN_COMMON: Mapping[Kind, tuple[str, ...]] = {
    "company": ("service", "category", "sector"),
    "need": ("service", "category"),
}
# So many are kept for each place of a list: some are withdrawn, closed or on the same side of the border meanwhile.
SPARE = 5
KEPT_SECONDS = 3600


def similar_companies(company: Company, limit: int) -> list[Company]:
    """Other visible companies that do what this one does, the most alike first; in either country."""
    ids = _kept("company", company, limit)
    rows = Company.objects.visible().exclude(pk=company.pk).select_related("place").in_bulk(ids)
    return [rows[pk] for pk in ids if pk in rows][:limit]


def needs_for(company: Company, limit: int) -> list[Need]:
    """Open needs of companies across the border that ask for what this one does, the nearest first."""
    ids = _kept("need", company, limit)
    rows = Need.objects.shown().exclude(company__country=company.country).select_related("company").in_bulk(ids)
    return [rows[pk] for pk in ids if pk in rows][:limit]


def _kept(kind: Kind, company: Company, limit: int) -> list[int]:
    """Ids of what is like a company as it is published now, found once an hour; empty where search does not answer."""
    if not company.is_visible:
        return []
    key = f"likeness:{kind}:{company.pk}:{company.search_version}:{limit}"
    ids = cache.get(key)
    if ids is None:
        try:
            ids = _found(kind, company, SPARE * limit)
        except EngineUnavailableError as error:
            logger.warning("nothing like company %s: %s", company.pk, error)
            return []
        cache.set(key, ids, KEPT_SECONDS)
    return list(ids)


def _found(kind: Kind, company: Company, size: int) -> list[int]:
    (document,) = with_meaning(company_documents([company.pk]))
    ids: dict[int, None] = {}
    for query in _queries(kind, company):
        ranking = _ranking(query, document, size + 1)
        ids |= dict.fromkeys(pk for pk in ranking if kind != "company" or pk != company.pk)
        if len(ids) >= size:
            break
    return list(ids)[:size]


def _queries(kind: Kind, company: Company) -> Iterator[SearchQuery]:
    """One question for each thing that the company may have in common with others, if it has any of it.

    By its own terms, not by the broad ones above them, which lawyers and agencies for staff may share.
    """
    codes = {
        "service": company.offers.filter(live=True).values_list("service_type__code", flat=True),
        "category": company.products.filter(live=True).values_list("category__code", flat=True),
        "sector": company.sectors.values_list("code", flat=True),
    }
    for group in IN_COMMON[kind]:
        if own := tuple(sorted(set(codes[group]))):
            yield SearchQuery(kind, filters={group: own})


def _ranking(query: SearchQuery, document: SearchDocument, size: int) -> Iterable[int]:
    """By nearness of meaning where the document has a vector; else in the order of the engine."""
    engine = search_engine()
    if document.vector:
        vector = np.frombuffer(document.vector, np.float16).astype(np.float32)
        near = engine.nearest(query, Meaning(document.space, vector), size)
        if near:
            return [int(one.id) for one in near]
    return [int(hit.id) for hit in engine.search(query).hits]
