"""Elasticsearch as it comes: ``more_like_this`` over whole profiles, Chinese and English in a field of its own each.

The product's search index is left alone: its words come from the product's own analysis. These are the analysers
``cjk`` and ``english`` that anybody has, in an index that is deleted afterwards.
"""

import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from elasticsearch import ApiError, Elasticsearch, TransportError, dsl
from elasticsearch.dsl.query import MoreLikeThis
from elasticsearch.helpers import bulk

from matchmaking.engine.baselines import whole_text
from matchmaking.engine.profiles import Profile, Text

FIELDS = ("zh", "en")
MAPPINGS = {"properties": {"zh": {"type": "text", "analyzer": "cjk"}, "en": {"type": "text", "analyzer": "english"}}}
SECONDS = 15.0
Find = Callable[[Text], list[str]]


class Unreachable(Exception):
    """The server does not answer, or not as it should."""


@contextmanager
def more_like_this(url: str, prefix: str, profiles: Sequence[Profile]) -> Iterator[Find]:
    """A ranking of the keys of all profiles that share a word with a text. Raises ``Unreachable``."""
    client = Elasticsearch(url.split(","), request_timeout=SECONDS, max_retries=0)
    index = f"{prefix}-judging-{uuid.uuid4().hex[:12]}"
    try:
        client.indices.create(index=index, mappings=MAPPINGS, settings={"number_of_shards": 1})
        try:
            bulk(
                client, ({"_index": index, "_id": one.key, **_body(whole_text(one))} for one in profiles), refresh=True
            )
            yield lambda text: _find(client, index, text, len(profiles))
        finally:
            client.indices.delete(index=index, ignore_unavailable=True)
    except (ApiError, TransportError) as error:
        raise Unreachable(f"Elasticsearch at {url} does not answer") from error
    finally:
        client.close()


def _find(client: Elasticsearch, index: str, text: Text, size: int) -> list[str]:
    # The defaults (two uses of a word, in five documents, 30 % of the words found) are for long texts: they would leave
    # short needs without an answer.
    query = MoreLikeThis(
        fields=list(FIELDS), like={"_index": index, "doc": _body(text)},
        min_term_freq=1, min_doc_freq=1, max_query_terms=100, minimum_should_match=1,
    )  # fmt: skip
    request = dsl.Search(using=client, index=index).query(query).source(False)[:size]
    return [hit.meta.id for hit in request.execute()]


def _body(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}
