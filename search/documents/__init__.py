"""The kinds of documents and their shapes."""

from search.documents.company import COMPANY, company_document
from search.documents.match import MATCH, match_document
from search.documents.need import NEED, need_document
from search.documents.schema import DocumentSchema
from search.engines.base import Kind

SCHEMAS: dict[Kind, DocumentSchema] = {"company": COMPANY, "need": NEED, "match": MATCH}

__all__ = [
    "COMPANY",
    "MATCH",
    "NEED",
    "SCHEMAS",
    "DocumentSchema",
    "company_document",
    "match_document",
    "need_document",
]
