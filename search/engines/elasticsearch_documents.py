"""Elasticsearch documents.

The mappings of each kind, made from its allow-list. Nothing unlisted can be stored.
"""

import base64
from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
from elasticsearch import dsl

from search.documents import SCHEMAS, DocumentSchema
from search.engines.base import NO_SPACE, OWNER_GROUP, Kind, SearchDocument, Space, Tier, slug
from search.naming import suggest_keys

STRICT = dsl.MetaField("strict")
# Whole numbers of four bytes, not one: the embedded engine multiplies the same.
GRAPH = {"type": "hnsw", "m": 16, "ef_construction": 100}


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
    words = dsl.Binary(doc_values=True)
    suggest_keys = dsl.Keyword()
    spelling = dsl.Keyword()
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


def mapping(kind: Kind, space: Space = NO_SPACE) -> dict[str, Any]:
    """The mapping of a kind; ``_meta`` carries the fingerprint of its shape and the space of its vectors.

    Each space has a field of its own, so that vectors of two never meet. They are not among what can be read back.
    """
    made: dict[str, Any] = DOCUMENTS[kind]._doc_type.mapping.to_dict()
    if SCHEMAS[kind].meaning and space.name:
        vector = dsl.DenseVector(dims=space.dimensions, index=True, similarity="max_inner_product", index_options=GRAPH)
        made["properties"]["meaning"] = {"dynamic": "strict", "properties": {space.slug: vector.to_dict()}}
        made["_source"] = {"excludes": ["meaning", "words"]}
    return made | {"_meta": {"fingerprint": SCHEMAS[kind].fingerprint, "space": space.slug}}


def spaces_of(fields: Mapping[str, Any]) -> Collection[str]:
    """Slugs of the spaces whose vectors an index with these fields takes."""
    found: Collection[str] = fields.get("meaning", {}).get("properties", {})
    return found


def has_column_of_words(fields: Mapping[str, Any]) -> bool:
    """Whether an index with these fields keeps the words of documents in a column; earlier releases did not."""
    return bool(fields.get("words", {}).get("doc_values"))


def body(document: SearchDocument, fields: Mapping[str, Any]) -> dict[str, Any]:
    """The body of a document for an index with these fields: one of an earlier release lacks some.

    A tombstone's says nothing but that it is not visible.
    """
    head: dict[str, Any] = {"id": document.id, "visible": document.visible, "content_hash": document.content_hash}
    if not document.visible:
        return head
    tokens = SCHEMAS[document.kind].tokens(document)
    owners = {OWNER_GROUP: list(document.owners)} if document.owners else {}
    if document.vector and slug(document.space) in spaces_of(fields):
        head["words"] = base64.b64encode(document.words).decode()
        head["meaning"] = {slug(document.space): np.frombuffer(document.vector, np.float16).astype(float).tolist()}
    if "spelling" in fields:
        head["spelling"] = SCHEMAS[document.kind].vocabulary(document)
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
