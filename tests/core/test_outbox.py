"""The outbox loses nothing, works nothing twice at once, and isolates the entry that fails."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from matchmaking.core import outbox
from matchmaking.core.dead_letters import dead_letters, requeue
from matchmaking.core.leases import LEASE, acknowledge, claim, defer, hold, take_over
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
    assert len(claim("first", ["probe"])) == 1
    assert claim("second", ["probe"]) == take_over("second", ["probe"]) == []
    OutboxEntry.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert [entry.attempts for entry in take_over("second", ["probe"])] == [1]


def test_a_late_worker_touches_nothing_that_another_has_taken(seen):
    outbox.mark("probe", "thing", 1)
    late = claim("first", ["probe"])
    OutboxEntry.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    [entry] = take_over("second", ["probe"])
    for act in (
        acknowledge,
        lambda entries: defer(entries, timedelta(hours=1)),
        lambda entries: hold(entries, LEASE * 9),
    ):
        act(late)
        assert OutboxEntry.objects.values_list("lease_owner", "lease_until").get() == ("second", entry.lease_until)
    acknowledge([entry])
    assert not OutboxEntry.objects.exists()


def test_an_entry_that_ends_its_workers_is_given_up_alone(seen):
    for number in (1, 2, 3):
        outbox.mark("probe", "thing", number)
    claim("killed", ["probe"])
    OutboxEntry.objects.filter(entity_id=2).update(attempts=outbox.MAX_ATTEMPTS - 1)
    OutboxEntry.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    outbox.drain_all()
    assert seen == [1, 3], "the others were done together, and before it"
    [dead] = dead_letters()
    assert (dead.entity_id, dead.last_error) == (2, "Permanent: its workers ended before it was done")
    assert requeue() == 1
    outbox.drain_all()
    assert seen == [1, 3, 2]


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


def test_the_more_workers_an_entry_outlasts_the_fewer_it_is_taken_with(seen):
    for number in range(100):
        outbox.mark("probe", "thing", number)
    claim("killed", ["probe"])
    sizes = []
    for _ in range(4):
        OutboxEntry.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
        attempts = OutboxEntry.objects.order_by("-attempts").first().attempts
        OutboxEntry.objects.update(attempts=attempts)
        sizes.append(len(take_over("next", ["probe"])))
    assert sizes == [100, 50, 25, 12]


def test_a_kill_between_mails_repeats_one_at_most(seen, monkeypatch):
    monkeypatch.setattr(outbox, "_singly", {"probe"})
    left = []
    outbox._handlers["probe"] = [lambda batch: left.append((len(batch), OutboxEntry.objects.count()))]
    for number in (1, 2, 3):
        outbox.mark("probe", "thing", number)
    outbox.drain()
    assert left == [(1, 3), (1, 2), (1, 1)]


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
