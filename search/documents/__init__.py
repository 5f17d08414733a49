"""The kinds of documents and their shapes."""

from collections.abc import Iterable, Iterator
from itertools import islice

from search.documents.company import COMPANY, company_document
from search.documents.match import MATCH, match_document
from search.documents.need import NEED, need_document
from search.documents.schema import DocumentSchema
from search.engines.base import DocumentRefusedError, Key, Kind, SearchDocument

SCHEMAS: dict[Kind, DocumentSchema] = {"company": COMPANY, "need": NEED, "match": MATCH}


def checked(documents: Iterable[SearchDocument], size: int, refused: dict[Key, str]) -> Iterator[list[SearchDocument]]:
    """What an index may hold of each ``size`` documents; why it may not hold the others is put into ``refused``."""
    waiting = iter(documents)
    while batch := list(islice(waiting, size)):
        accepted = []
        for document in batch:
            try:
                SCHEMAS[document.kind].check(document)
                accepted.append(document)
            except DocumentRefusedError as error:
                refused[document.key] = str(error)
        yield accepted


__all__ = [
    "COMPANY",
    "MATCH",
    "NEED",
    "SCHEMAS",
    "DocumentSchema",
    "checked",
    "company_document",
    "match_document",
    "need_document",
]
