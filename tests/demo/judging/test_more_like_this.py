"""Elasticsearch as it comes: same words are found, in an index that leaves no trace."""

import os
import uuid

import pytest
from elasticsearch import Elasticsearch

from matchmaking.demo.judging.more_like_this import Unreachable, more_like_this
from matchmaking.engine.profiles import Profile, Text
from tests.contracts.conftest import elasticsearch_url

PROFILES = [
    Profile("water", "SG", Text("水务公司", "Water Pte. Ltd."), Text("污水处理设计", "Design of wastewater plants")),
    Profile("law", "SG", Text("", "Law LLP"), Text("", "Patent filings in ten countries")),
    Profile("bank", "SG", Text("银行", ""), Text("贷款", "")),
]


def test_no_server_is_one_clear_error():
    with (
        pytest.raises(Unreachable, match=r"Elasticsearch at http://127\.0\.0\.1:1 does not answer"),
        more_like_this("http://127.0.0.1:1", "test", PROFILES) as find,
    ):
        find(Text("污水"))


@pytest.mark.services
def test_words_of_either_language_find_their_own():
    prefix = f"test-{uuid.uuid4().hex[:12]}"
    with more_like_this(elasticsearch_url(), prefix, PROFILES) as find:
        assert find(Text("越南污水厂设计", "Wastewater plant")) == ["water"]
        assert find(Text("", "filing of a patent")) == ["law"]
        assert find(Text("专利申请", "")) == []
    client = Elasticsearch(os.environ["ELASTICSEARCH_URL"])
    assert not client.indices.get_alias(index=f"{prefix}-*").body
    client.close()
