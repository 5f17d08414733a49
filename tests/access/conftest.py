"""The world is built once for the package; each request is undone."""

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import override_settings

from matchmaking.matches import live
from search.index import forget_engine
from tests.access.driving import Driver
from tests.access.world import build_world, derive_everything


@pytest.fixture(scope="package")
def world(django_db_setup, django_db_blocker, tmp_path_factory):
    """The world, with its private files in a folder of its own."""
    folder = tmp_path_factory.mktemp("access")
    changed = override_settings(
        YUXIN_REQUIRE_STAFF_MFA=False, VAR_DIR=folder, RECOMMENDER_DIR=folder / "recommender",
        SEARCH_FTS5_PATH=folder / "search.sqlite3",
    )  # fmt: skip
    with changed, django_db_blocker.unblock(), transaction.atomic():
        built = build_world()
        derive_everything()
        yield built
        transaction.set_rollback(True)
        forget_engine()
        live.forget()


@pytest.fixture(scope="package")
def driver(world):
    """Browsers that are signed in as everybody."""
    cache.clear()
    return Driver(world)
