"""Evidence files without a row are swept up; all others stay."""

import os
import time

import pytest
from django.core.files.base import ContentFile

from directory.storage import private_storage
from directory.sweeping import sweep_evidence
from tests.factories import CredentialFactory

pytestmark = pytest.mark.django_db
HOURS = 3600


@pytest.fixture
def stored(settings, tmp_path):
    settings.VAR_DIR = tmp_path

    def store(name, hours_ago):
        path = private_storage().save(name, ContentFile(b"%PDF-"))
        at = time.time() - hours_ago * HOURS
        os.utime(private_storage().path(path), (at, at))
        return path

    return store


def test_what_nobody_can_reach_goes_and_everything_else_stays(stored):
    kept = stored("evidence/kept.pdf", 50)
    lost = stored("evidence/lost.pdf", 2)
    young = stored("evidence/young.pdf", 0)
    listing = stored("lists/list.csv", 50)
    CredentialFactory(evidence=kept)
    assert sweep_evidence() == 1
    there = {name: private_storage().exists(name) for name in (kept, lost, young, listing)}
    assert there == {kept: True, lost: False, young: True, listing: True}
    assert sweep_evidence() == 0


def test_without_any_evidence_there_is_nothing_to_do(stored):
    assert sweep_evidence() == 0
