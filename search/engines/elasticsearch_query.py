"""Writes the request of a query for Elasticsearch from fixed templates.

No query string, no script, no user syntax.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from elasticsearch import dsl
from elasticsearch.dsl.query import Bool, ConstantScore, DisMax, MatchAll, MatchPhrase, Prefix, Q, Query
from elasticsearch.dsl.query import Term as TermQuery

from search.analysis import Alternative, Concept, Term
from search.documents import SCHEMAS
from search.engines.base import TIER_SCORE, WHOLE_SCORE, SearchQuery, Tier

# More than any group has values, so that no count is an estimate.
BUCKETS = 1000


def search_request(query: SearchQuery, search: dsl.Search) -> dsl.Search:
    """Add text, filters, facets with counts, order and page of a query to an empty search."""
    selected = query.selected
    search = search.query(_text(query)).filter("term", visible=True)
    for condition in _conditions(query.required):
        search = search.filter(condition)
    search = search.post_filter(Bool(filter=_conditions(selected)))
    for group in SCHEMAS[query.kind].facets:
        others = {other: values for other, values in selected.items() if other != group}
        search.aggs.bucket(group, "filter", filter=Bool(filter=_conditions(others))).bucket(
            "values", "terms", field=f"keywords.{group}", size=BUCKETS
        )
    order: list[Any] = [
        {"_score" if key == "score" else key: {"order": "desc" if descending else "asc"} | _missing(key)}
        for key, descending in query.order()
    ]
    return (
        search.sort(*order)
        .source(["fields"])[query.start : query.start + query.size]
        .extra(version=True, track_scores=True, track_total_hits=True)
    )


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
