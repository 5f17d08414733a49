"""The vocabulary in Elasticsearch: its suggester names candidates, and visible documents that hold them count."""

from collections.abc import Mapping, Sequence
from typing import Any

from elasticsearch import dsl

from search.engines.spelling import near

# More than any word has neighbours, so that none of the best is missed.
CANDIDATES = 60


def candidates_request(search: dsl.Search, words: Sequence[str]) -> dsl.Search:
    """What is spelt like each of these words, whether or not a visible document still holds it."""
    wanted = {
        "field": "spelling", "suggest_mode": "always", "max_edits": 2, "prefix_length": 0, "size": CANDIDATES,
        "shard_size": CANDIDATES, "max_term_freq": 1_000_000_000, "analyzer": "keyword",
    }  # fmt: skip
    for number, word in enumerate(words):
        search = search.suggest(str(number), word, term=wanted)
    return search[:0]


def candidates(answer: Mapping[str, Any], words: Sequence[str]) -> dict[str, list[str]]:
    """The candidates of each word that follow the rules, from the answer."""
    found = answer.get("suggest", {})
    named = {
        word: [option["text"] for entry in found.get(str(number), ()) for option in entry["options"]]
        for number, word in enumerate(words)
    }
    return {word: list(near(word, options)) for word, options in named.items()}


def counts_request(search: dsl.Search, words: Sequence[str]) -> dsl.Search:
    """How many visible documents hold each of these words."""
    search = search.filter("term", visible=True)[:0]
    search.aggs.bucket("words", "filters", filters={word: {"term": {"spelling": word}} for word in words})
    return search


def counts(answer: Mapping[str, Any]) -> dict[str, int]:
    """The numbers of documents by word, from the answer; none for a word that nobody holds."""
    buckets = answer["aggregations"]["words"]["buckets"]
    return {word: bucket["doc_count"] for word, bucket in buckets.items() if bucket["doc_count"]}
