"""After an import the worker learns anew once, instead of matching each firm with words the model never saw."""

import pytest
from django.core.cache import cache

from directory.versions import mark_changed
from matchmaking.core import outbox
from matchmaking.core.models import OutboxEntry
from matchmaking.matches import receivers
from matchmaking.matches.models import ModelVersion
from tests.factories import CompanyFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def few_are_many(monkeypatch):
    monkeypatch.setattr(receivers, "MANY", 3)


def test_many_changes_renew_the_model_once(computed, few_are_many):
    before = ModelVersion.objects.get(active=True)
    newcomers = [CompanyFactory(singapore=True, summary_en=f"Distributor of fruit number {n}") for n in range(4)]
    for company in newcomers:
        mark_changed(company.pk)
    outbox.drain_all(topics=["match"])
    after = ModelVersion.objects.get(active=True)
    assert after.fingerprint != before.fingerprint
    assert ModelVersion.objects.count() == 2
    assert not OutboxEntry.objects.filter(topic="match").exists()


def test_few_changes_keep_the_model(computed, few_are_many):
    mark_changed(CompanyFactory(singapore=True).pk)
    outbox.drain_all(topics=["match"])
    assert ModelVersion.objects.count() == 1


def test_a_second_worker_waits_for_the_first(computed, few_are_many):
    cache.add("matches.renewal", 1)
    try:
        for company in CompanyFactory.create_batch(3, singapore=True):
            mark_changed(company.pk)
        outbox.drain(topics=["match"])
        assert ModelVersion.objects.count() == 1
        assert OutboxEntry.objects.filter(topic="match", lease_until=None).count() == 3
    finally:
        cache.delete("matches.renewal")
