"""Elasticsearch documents.

The mappings of each kind, made from its allow-list. Nothing unlisted can be stored.
"""

from collections.abc import Mapping
from typing import Any

from elasticsearch import dsl

from search.analysis import suggest_keys
from search.documents import SCHEMAS, DocumentSchema
from search.engines.base import OWNER_GROUP, Kind, SearchDocument, Tier

STRICT = dsl.MetaField("strict")


class IndexedDocument(dsl.Document):
    """What documents of all kinds have in common.

    Tokens come from search.analysis: the index only splits at blanks.
    """

    id = dsl.Keyword()
    visible = dsl.Boolean()
    content_hash = dsl.Keyword(index=False)
    name = dsl.Text(analyzer="whitespace", norms=False)
    offer = dsl.Text(analyzer="whitespace", norms=False)
    text = dsl.Text(analyzer="whitespace", norms=False)
    suggest_keys = dsl.Keyword()
    suggest = dsl.Keyword(index=False, doc_values=False)
    paused = dsl.Boolean()
    weight = dsl.Integer()
    answer_days = dsl.Integer()
    verified_at = dsl.Long()
    updated_at = dsl.Long()
    name_zh = dsl.Keyword()
    name_en = dsl.Keyword()

    class Meta:
        """Fields that are not declared are refused by the index."""

        dynamic = STRICT


def _inner(name: str, fields: Mapping[str, dsl.Field]) -> type[dsl.InnerDoc]:
    return type(name, (dsl.InnerDoc,), {**fields, "Meta": type("Meta", (), {"dynamic": STRICT})})


def _document(schema: DocumentSchema) -> type[IndexedDocument]:
    """The document class of a kind; texts are kept for highlighting only, keywords for facets and filters."""
    title = schema.kind.capitalize()
    kept = {name: dsl.Keyword(index=False, doc_values=False) for name in schema.fields}
    groups = {group: dsl.Keyword() for group in (*schema.keywords, OWNER_GROUP)}
    attributes: dict[str, Any] = {
        "fields": dsl.Object(_inner(f"{title}Fields", kept)),
        "keywords": dsl.Object(_inner(f"{title}Keywords", groups)),
        "Meta": type("Meta", (), {"dynamic": STRICT}),
        "__doc__": f"A {schema.kind} in Elasticsearch.",
    }
    return type(f"{title}Document", (IndexedDocument,), attributes)


CompanyDocument = _document(SCHEMAS["company"])
NeedDocument = _document(SCHEMAS["need"])
MatchDocument = _document(SCHEMAS["match"])
DOCUMENTS: dict[Kind, type[IndexedDocument]] = {
    "company": CompanyDocument,
    "need": NeedDocument,
    "match": MatchDocument,
}


def mapping(kind: Kind) -> dict[str, Any]:
    """The mapping of a kind; ``_meta`` carries the fingerprint of its shape."""
    made: dict[str, Any] = DOCUMENTS[kind]._doc_type.mapping.to_dict()
    return made | {"_meta": {"fingerprint": SCHEMAS[kind].fingerprint}}


def body(document: SearchDocument) -> dict[str, Any]:
    """The body of a document; a tombstone's says nothing but that it is not visible."""
    head = {"id": document.id, "visible": document.visible, "content_hash": document.content_hash}
    if not document.visible:
        return head
    tokens = SCHEMAS[document.kind].tokens(document)
    owners = {OWNER_GROUP: list(document.owners)} if document.owners else {}
    return head | {
        "name": tokens[Tier.NAME],
        "offer": tokens[Tier.OFFER],
        "text": tokens[Tier.TEXT],
        "suggest": list(document.suggest),
        "suggest_keys": sorted({key for name in document.suggest for key in suggest_keys(name)}),
        "fields": dict(document.fields),
        "keywords": {group: list(values) for group, values in document.keywords.items()} | owners,
        "paused": document.sort.paused,
        "weight": document.sort.weight,
        "answer_days": document.sort.answer_days,
        "verified_at": document.sort.verified_at,
        "updated_at": document.sort.updated_at,
        "name_zh": document.sort.name_zh,
        "name_en": document.sort.name_en,
    }
