"""The outbox loses nothing, works nothing twice at once, and isolates the entry that fails."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from matchmaking.core import outbox
from matchmaking.core.models import OutboxEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def seen(monkeypatch):
    monkeypatch.setattr(outbox, "_handlers", {})
    taken = []
    outbox.register_handler("probe", lambda batch: taken.extend(entry.entity_id for entry in batch))
    return taken


def test_a_mark_outside_a_transaction_is_refused(seen, monkeypatch):
    monkeypatch.setattr(transaction.get_connection(), "in_atomic_block", False)
    with pytest.raises(transaction.TransactionManagementError):
        outbox.mark("probe", "thing", 1)


def test_drained_entries_are_gone_and_seen_once(seen):
    for number in (1, 2, 3):
        outbox.mark("probe", "thing", number)
    assert outbox.drain_all() == 3
    assert seen == [1, 2, 3]
    assert not OutboxEntry.objects.exists()


def test_a_leased_entry_is_left_alone_until_the_lease_ends(seen):
    outbox.mark("probe", "thing", 1)
    assert len(outbox.claim("first")) == 1
    assert outbox.claim("second") == []
    OutboxEntry.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert len(outbox.claim("second")) == 1


def test_one_bad_entry_does_not_hold_back_its_batch(seen):
    done = []

    def fail_on_two(batch):
        if any(entry.entity_id == 2 for entry in batch):
            raise ValueError("no")
        done.extend(entry.entity_id for entry in batch)

    outbox._handlers["probe"] = [fail_on_two]
    for number in (1, 2, 3):
        outbox.mark("probe", "thing", number)
    outbox.drain()
    left = OutboxEntry.objects.get()
    assert (left.entity_id, left.attempts, left.dead_at) == (2, 1, None)
    assert left.available_at > timezone.now()
    assert done == [1, 3]


def test_permanent_failure_goes_to_the_dead_letters_at_once(seen):
    def refuse(batch):
        raise outbox.Permanent

    outbox._handlers["probe"] = [refuse]
    outbox.mark("probe", "thing", 1)
    outbox.drain()
    assert OutboxEntry.objects.get().dead_at is not None


def test_topics_without_a_handler_wait(seen):
    outbox.mark("unheard", "thing", 1)
    assert outbox.drain() == 0
    assert OutboxEntry.objects.count() == 1


def test_quick_topics_go_before_slow_ones_which_come_in_small_bites(seen, monkeypatch):
    monkeypatch.setattr(outbox, "_slow", set())
    bites = []
    outbox.register_handler("heavy", lambda batch: bites.append(len(batch)), slow=True)
    for number in range(outbox.SLOW_BITE + 1):
        outbox.mark("heavy", "thing", number)
    outbox.mark("probe", "thing", 99)
    outbox.drain()
    assert (seen, bites) == ([99], [])
    outbox.drain_all()
    assert bites == [outbox.SLOW_BITE, 1]
