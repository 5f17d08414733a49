"""Writes the request of a query for Elasticsearch from fixed templates.

No query string, no script, no user syntax.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from elasticsearch import dsl
from elasticsearch.dsl.query import Bool, ConstantScore, DisMax, MatchAll, MatchPhrase, Prefix, Q, Query
from elasticsearch.dsl.query import Term as TermQuery

from search.concepts import Alternative, Concept, Term
from search.documents import SCHEMAS
from search.engines.base import TIER_SCORE, WHOLE_SCORE, Meaning, SearchQuery, Tier, slug

# More than any group has values, so that no count is an estimate.
BUCKETS = 1000
# Places of the graph that are looked at, at least: the answer is nearly that of comparing with everybody.
LEAST_EXPLORED = 400


def search_request(query: SearchQuery, search: dsl.Search, start: int, size: int) -> dsl.Search:
    """Add text, filters, facets with counts and order of a query to an empty search.

    Asked for are ``size`` hits from ``start`` on of those that are not in the head; the counts know the head too.
    """
    selected = query.selected
    found = _text(query)
    if query.head and query.text.concepts:
        found = Bool(should=[found, ConstantScore(filter=_ids(query.head), boost=0)], minimum_should_match=1)
    search = _allowed(query, search.query(found))
    search = search.post_filter(Bool(filter=_conditions(selected), must_not=_ids(query.head)))
    for group in SCHEMAS[query.kind].facets:
        others = {other: values for other, values in selected.items() if other != group}
        search.aggs.bucket(group, "filter", filter=Bool(filter=_conditions(others))).bucket(
            "values", "terms", field=f"keywords.{group}", size=BUCKETS
        )
    return _ordered(search, query).source(["fields"])[start : start + size].extra(version=True, track_total_hits=True)


def head_request(query: SearchQuery, search: dsl.Search) -> dsl.Search:
    """Which documents of the head pass filters and chosen facets."""
    search = _allowed(query, search.query(ConstantScore(filter=_ids(query.head), boost=0)))
    return _columns(search.filter(Bool(filter=_conditions(query.selected))), "id")[: len(query.head)]


def page_of_head_request(query: SearchQuery, search: dsl.Search, ids: Sequence[str]) -> dsl.Search:
    """Some documents of the head, each with its score by words."""
    search = search.query(Bool(must=[ConstantScore(filter=_ids(ids), boost=0)], should=[_text(query)]))
    return search.source(["fields"])[: len(ids)].extra(version=True)


def _ids(ids: Sequence[str]) -> Query:
    return Q("terms", id=list(ids))


def ranked_request(query: SearchQuery, search: dsl.Search, size: int) -> dsl.Search:
    """Add text, filters and order of a query to an empty search, without facets."""
    asked = _ordered(_allowed(query, search.query(_text(query))), query)
    return _columns(asked, "id", "paused").extra(track_total_hits=False)[:size]


def nearest_request(
    query: SearchQuery, search: dsl.Search, meaning: Meaning, size: int, *, columns: bool
) -> dsl.Search:
    """Add the nearest neighbours of a meaning, of those that pass the filters, to an empty search.

    ``columns``: the index keeps the words of documents in a column.
    """
    conditions = Bool(filter=[TermQuery(visible={"value": True}), *_conditions(query.required)])
    vector = [float(number) for number in meaning.vector.astype(float).round(7)]
    explored = max(LEAST_EXPLORED, 2 * size)
    near = search.knn(f"meaning.{slug(meaning.space)}", size, explored, vector, filter=conditions)
    if columns:
        near = _columns(near, "id", "paused", "words")
    else:
        near = near.source(["words"]).extra(docvalue_fields=["id", "paused"])
    return near[:size].extra(track_total_hits=False)


def _columns(search: dsl.Search, *names: str) -> dsl.Search:
    """Ask for a few columns alone: a whole document, which is long, is read and parsed for each field of it."""
    return search.source(False).extra(docvalue_fields=list(names), stored_fields="_none_")


def _allowed(query: SearchQuery, search: dsl.Search) -> dsl.Search:
    search = search.filter("term", visible=True)
    for condition in _conditions(query.required):
        search = search.filter(condition)
    return search


def _ordered(search: dsl.Search, query: SearchQuery) -> dsl.Search:
    order: list[Any] = [
        {"_score" if key == "score" else key: {"order": "desc" if descending else "asc"} | _missing(key)}
        for key, descending in query.order()
    ]
    return search.sort(*order).extra(track_scores=True)


def _missing(key: str) -> dict[str, Any]:
    return {} if key in ("score", "id") else {"missing": "_last"}


def _conditions(groups: Mapping[str, tuple[str, ...]]) -> list[Query]:
    return [Q("terms", **{f"keywords.{group}": list(values)}) for group, values in groups.items()]


def _text(query: SearchQuery) -> Query:
    text = query.text
    if not text.concepts:
        return ConstantScore(filter=MatchAll(), boost=0)
    concepts = [_concept(concept) for concept in text.concepts]
    found = Bool(must=concepts) if query.match == "all" else Bool(should=concepts, minimum_should_match=1)
    whole = []
    if text.whole and text.whole.terms:
        whole = [ConstantScore(filter=_in_tier(Tier.NAME, [text.whole]), boost=WHOLE_SCORE)]
    return Bool(must=[found], should=whole)


def _concept(concept: Concept) -> Query:
    """The score of the best tier in which one of the alternatives is found."""
    anywhere = _either(
        Bool(filter=[_either(_term(tier, term) for tier in Tier) for term in alternative.terms])
        for alternative in concept.alternatives
    )
    tiers = [
        ConstantScore(filter=_in_tier(tier, concept.alternatives), boost=TIER_SCORE[tier])
        for tier in (Tier.NAME, Tier.OFFER)
    ]
    return DisMax(queries=[*tiers, ConstantScore(filter=anywhere, boost=TIER_SCORE[Tier.TEXT])], tie_breaker=0)


def _in_tier(tier: Tier, alternatives: Iterable[Alternative]) -> Query:
    return _either(Bool(filter=[_term(tier, term) for term in alternative.terms]) for alternative in alternatives)


def _either(queries: Iterable[Query]) -> Query:
    return Bool(should=list(queries), minimum_should_match=1)


def _term(tier: Tier, term: Term) -> Query:
    if term.prefix:
        return Prefix(**{tier.value: {"value": term.tokens[0]}})
    if len(term.tokens) == 1:
        return TermQuery(**{tier.value: {"value": term.tokens[0]}})
    return MatchPhrase(**{tier.value: {"query": " ".join(term.tokens)}})
