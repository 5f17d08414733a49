"""Rows → search documents: the only way from the database into an index, always from the state as it is now."""

from search.building.companies import company_documents
from search.building.matches import match_documents
from search.building.needs import need_documents

__all__ = ["company_documents", "match_documents", "need_documents"]
