"""What an index of neighbours holds of a profile, and what it is asked: documents and requests, no server.

A pair's score is one inner product: what one side seeks (its needs, then its offers) with what the other shows (its
offers, then its needs). The index holds what profiles show, and that is public. What somebody seeks may be private: it
is only ever asked, and the index is told to keep no log of what it is asked.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from elasticsearch import dsl
from elasticsearch.dsl import query as q
from numpy.typing import NDArray

from matchmaking.engine.dense.gates import Conditions
from search.engines.base import EngineUnavailableError

Vectors = NDArray[np.float32]
Codes = frozenset[str]

DIMENSIONS = 256
# Neighbours of a point in the graph, and candidates looked at when a point is put in: Lucene's own, which the measured
# figures of docs/scaling.md hold for.
LINKS, CONSTRUCTION = 16, 100
# Of an answer, nothing else is sent.
NEEDED = ["responses.error", "responses.status", "responses.timed_out", "responses._shards.failed", "responses.hits"]
# Two halves of length 1 at most, and some room for rounding.
_LONGEST = 2.002
_SILENT = dict.fromkeys(("trace", "debug", "info", "warn"), "-1")
SETTINGS: dict[str, Any] = {
    "number_of_shards": 1,
    "auto_expand_replicas": "0-1",
    # Nothing searches an index that is being filled; it is refreshed when it goes live.
    "refresh_interval": "-1",
    # A fill that read a profile before it was deleted must not bring it back.
    "gc_deletes": "12h",
    # A slow query would be written down with its vector, which may be that of a private need.
    "search.slowlog.threshold": {"query": _SILENT, "fetch": _SILENT},
    "indexing.slowlog": {"threshold": {"index": _SILENT}, "source": "false"},
}


class NeighbourDocument(dsl.Document):
    """A profile by its number: its vector and the codes of its gates. Nothing is stored that could be read back."""

    number = dsl.Integer(index=False)
    shown = dsl.DenseVector(
        dims=DIMENSIONS,
        index=True,
        similarity="max_inner_product",
        index_options={"type": "int8_hnsw", "m": LINKS, "ef_construction": CONSTRUCTION},
    )
    holds = dsl.Keyword(doc_values=False)
    refuses = dsl.Keyword(doc_values=False)
    requires = dsl.Keyword(doc_values=False)
    required = dsl.Integer()

    class Meta:
        """Fields that are not declared are refused; the JSON that was sent is not kept."""

        dynamic = dsl.MetaField("strict")
        source = dsl.MetaField(enabled=False)


@dataclass(frozen=True)
class Nearest:
    """Approximate neighbours, best first: ``numbers`` int32 and ``scores`` float32, both (profiles, pool).

    Places that nobody takes hold -1 and -inf.
    """

    numbers: NDArray[np.int32]
    scores: NDArray[np.float32]


@dataclass(frozen=True)
class Footprint:
    """What the living index takes: profiles, bytes on disk, and segments, each with a graph of its own."""

    profiles: int
    size: int
    segments: int


def write_alias(index: str) -> str:
    """What writes go through: one that comes after a drop fails instead of making an index with guessed fields."""
    return f"{index}--write"


def mapping() -> dict[str, Any]:
    """The mapping of an index of neighbours."""
    made: dict[str, Any] = NeighbourDocument._doc_type.mapping.to_dict()
    return made


@dataclass(frozen=True)
class Shown:
    """What everybody may know of a profile.

    ``number``: its row in the file of vectors, from 0. ``version``: the record's; an older one never replaces a newer.
    ``row``: float (256), what it offers, then what it needs by its public needs. ``holds``, ``requires``, ``refuses``:
    codes of its gates (country, credentials, alliances), those of private needs left out.
    """

    number: int
    version: int
    row: Vectors
    holds: Codes = frozenset()
    requires: Codes = frozenset()
    refuses: Codes = frozenset()

    def action(self, target: str) -> dict[str, Any]:
        """The bulk action that writes it. Raises ValueError for a row of another shape, with NaN, or too long."""
        if self.number < 0 or self.version < 0:
            raise ValueError(f"profile {self.number}, version {self.version}: both count from 0")
        if np.shape(self.row) != (DIMENSIONS,):
            raise ValueError(f"profile {self.number}: a row of {np.shape(self.row)}, not of ({DIMENSIONS},)")
        body = {
            "number": self.number,
            "shown": coordinates(checked(np.asarray(self.row)[None])[0]),
            "required": len(self.requires),
        }
        codes = {name: sorted(getattr(self, name)) for name in ("holds", "requires", "refuses")}
        return versioned("index", target, self.number, self.version) | body | codes


def versioned(kind: str, target: str, number: int, version: int) -> dict[str, Any]:
    """The head of a bulk action; Elasticsearch itself compares versions."""
    head = {"_op_type": kind, "_index": target, "_id": str(number)}
    return head | {"version": version, "version_type": "external_gte"}


def checked(rows: NDArray[np.floating]) -> Vectors:
    """Rows as float32 (profiles, 256). Raises ValueError for another shape, NaN, infinity or rows too long."""
    made = np.asarray(rows, np.float32)
    if made.ndim != 2 or made.shape[1] != DIMENSIONS:
        raise ValueError(f"vectors: {made.shape} is not (profiles, {DIMENSIONS})")
    squares = np.einsum("ij,ij->i", made, made)
    if not (squares <= _LONGEST).all():  # NaN compares false, too
        raise ValueError("vectors: a row with NaN or infinity, or longer than two halves of length 1")
    return made


def coordinates(row: Vectors) -> list[float]:
    """A row in as few digits as float32 needs of it."""
    rounded: list[float] = np.round(row.astype(np.float64), 7).tolist()
    return rounded


def request(row: Vectors, pool: int, explored: int, gates: q.Query | None) -> dict[str, Any]:
    """The body of one search: the ``pool`` nearest of ``explored`` that pass ``gates``, as numbers."""
    asked = dsl.Search().knn("shown", pool, explored, coordinates(row), filter=gates)
    plain = asked.extra(docvalue_fields=["number"], stored_fields="_none_", track_total_hits=False)[:pool]
    made: dict[str, Any] = plain.to_dict()
    return made


def hits(response: dict[str, Any]) -> list[dict[str, Any]]:
    """The hits of one answer; half an answer is none: raises EngineUnavailableError."""
    if "error" in response:
        raise EngineUnavailableError(f"Elasticsearch answered {response['status']}")
    if response["timed_out"] or response["_shards"]["failed"]:
        raise EngineUnavailableError("only a part of the index answered in time")
    found: list[dict[str, Any]] = response["hits"].get("hits", [])
    return found


def gate_filter(gates: Conditions | None, row: int) -> q.Query | None:
    """What a counterpart must pass in both directions, given what the asking profile insists on and holds."""
    if gates is None:
        return None
    held = sorted(gates.holds[row])
    satisfied: list[q.Query] = [q.Term(required=0)]
    if held:
        satisfied.append(q.TermsSet(requires={"terms": held, "minimum_should_match_field": "required"}))
    return q.Bool(
        filter=[*(q.Term(holds=code) for code in sorted(gates.requires[row])), q.Bool(should=satisfied)],
        must_not=[q.Terms(holds=sorted(gates.refuses[row])), q.Terms(refuses=held)],
    )


def products(scores: NDArray[np.float64]) -> NDArray[np.float32]:
    """Inner products from what Elasticsearch makes of them: d + 1 from 0 on, 1 / (1 - d) below."""
    return np.where(scores >= 1, scores - 1, 1 - 1 / np.maximum(scores, 1e-9)).astype(np.float32)
