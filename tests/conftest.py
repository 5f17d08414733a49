"""Fixtures that every test may use, and which tests keep together."""

import hypothesis
import pytest
from _pytest.nodeid import NodeId
from django.conf import settings
from django.utils import translation

from search.engines.elasticsearch import ElasticsearchEngine
from tests.migrated import kept_copy

# No test says how fast a machine is: on a busy one, drawing examples may take as long as it takes.
hypothesis.settings.register_profile(
    "patient", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow], print_blob=True
)
hypothesis.settings.load_profile("patient")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """Keep tests of a group in one process.

    pytest-xdist 3.8 writes the group into an attribute that pytest 9.2 no longer reads: groups were torn apart in
    silence, and each process started servers of its own.
    """
    for item in items:
        grouped = vars(item).get("_nodeid", item.nodeid)
        if grouped != item.nodeid:
            item._id = NodeId.parse(grouped)


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


@pytest.fixture(scope="session")
def migrated_copy():
    return kept_copy()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings, migrated_copy):
    migrated_copy.before()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, migrated_copy):
    """Copied where the migrations are those of an earlier run, made by them and kept where they are not."""
    migrated_copy.after()
