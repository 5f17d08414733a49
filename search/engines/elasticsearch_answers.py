"""Reads what Elasticsearch answered."""

import base64
from typing import Any

import numpy as np

from search.engines.base import Hit, Indexed, Ranked
from search.engines.highlight import Marker
from search.nearness import products


def ids(answer: dict[str, Any]) -> list[str]:
    """The ids of documents that were asked for by column alone."""
    return [_column(hit, "id") for hit in answer["hits"]["hits"]]


def ranked(answer: dict[str, Any]) -> tuple[Ranked, ...]:
    """The places of a ranking by words."""
    found = answer["hits"]["hits"]
    return tuple(Ranked(_column(hit, "id"), float(round(hit["_score"])), _column(hit, "paused")) for hit in found)


def nearest(answer: dict[str, Any]) -> tuple[Ranked, ...]:
    """The places of a ranking by vectors, with the words of each document."""
    found = answer["hits"]["hits"]
    scores = products(np.array([hit["_score"] for hit in found])).tolist()
    near = (
        Ranked(_column(hit, "id"), round(score, 5), _column(hit, "paused"), _words(hit))
        for hit, score in zip(found, scores, strict=True)
    )
    return tuple(sorted(near, key=lambda one: (-one.score, one.id)))


def indexed(hit: dict[str, Any]) -> Indexed:
    """What is indexed of a document that was asked for by column alone."""
    return Indexed(_column(hit, "id"), hit["_version"], _column(hit, "visible"), _column(hit, "content_hash"))


def hit_of(marker: Marker, found: dict[str, Any]) -> Hit:
    """One hit of a page."""
    fields = found["_source"].get("fields", {})
    return Hit(found["_id"], found["_version"], round(found["_score"] or 0), marker.marks(fields))


def _column(hit: dict[str, Any], name: str) -> Any:
    [value] = hit["fields"][name]
    return value


def _words(hit: dict[str, Any]) -> bytes:
    """From a column, or from the document where an index of an earlier release has no such column."""
    [packed] = hit["fields"].get("words") or [hit.get("_source", {}).get("words", "")]
    return base64.b64decode(packed)
