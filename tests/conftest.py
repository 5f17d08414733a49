"""Fixtures that every test may use."""

import pytest
from django.conf import settings
from django.utils import translation

from search.engines.elasticsearch import ElasticsearchEngine


@pytest.fixture(autouse=True)
def default_language():
    """Begin every test in the product's own language: a page rendered before must not decide what a message says."""
    translation.deactivate()
    yield
    translation.deactivate()


@pytest.fixture(autouse=True, scope="session")
def no_index_left_behind():
    """Take what this process wrote from the search server, which it shares with others and with the next run."""
    url, prefix = settings.ELASTICSEARCH_URL, settings.SEARCH_INDEX_PREFIX
    yield
    if url:
        ElasticsearchEngine(url, prefix).destroy()
