"""The audit chain is append-only and shows tampering."""

import pytest

from matchmaking.core.audit import first_broken_event, record_event
from matchmaking.core.models import AuditEvent
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def test_events_form_a_chain():
    user = UserFactory()
    first = record_event("thing.made", user, actor=user, data={"state": "new"})
    second = record_event("thing.closed", user, actor=user)
    assert second.previous_hash == first.hash
    assert first_broken_event() is None


def test_an_altered_row_breaks_the_chain():
    user = UserFactory()
    first = record_event("thing.made", user, data={"state": "new"})
    record_event("thing.closed", user)
    AuditEvent.objects.filter(pk=first.pk).update(data={"state": "old"})
    assert first_broken_event() == first


def test_events_cannot_be_changed_or_deleted():
    event = record_event("thing.made", UserFactory())
    with pytest.raises(TypeError):
        event.save()
    with pytest.raises(TypeError):
        event.delete()
