"""Regular work: once per stretch of time, through the outbox, whoever asks first."""

import json
from datetime import timedelta

import pytest
from django.core.management import call_command

from matchmaking.core import outbox, schedule
from matchmaking.core.models import JobSlot, OutboxEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def done(monkeypatch):
    """What the only job has done."""
    calls = []
    monkeypatch.setattr(schedule, "_jobs", {})
    monkeypatch.setattr(schedule, "_looked", [])
    schedule.register_job("probe", timedelta(hours=1), lambda: calls.append(1))
    return calls


def look_again():
    schedule._looked.clear()
    return schedule.mark_due()


def test_a_job_is_marked_once_in_its_stretch(done, monkeypatch):
    now = 7200.0
    monkeypatch.setattr(schedule.time, "time", lambda: now)
    assert [look_again(), look_again()] == [1, 0]
    now = 10_799.0
    assert look_again() == 0
    now = 10_800.0
    assert look_again() == 1
    outbox.drain_all(topics=["job"])
    # Two stretches waited: late work is not done twice.
    assert done == [1]
    assert not OutboxEntry.objects.exists()


def test_old_stretches_are_forgotten(done, monkeypatch):
    for hour in range(10):
        monkeypatch.setattr(schedule.time, "time", lambda hour=hour: hour * 3600.0)
        look_again()
    assert JobSlot.objects.count() == schedule.KEPT_SLOTS


def test_it_looks_twice_a_minute_at_most(done):
    assert [schedule.mark_due(), schedule.mark_due()] == [1, 0]
    JobSlot.objects.all().delete()
    assert schedule.mark_due() == 0


def test_a_job_that_fails_for_good_ends_as_a_dead_letter_and_can_be_put_back(done, capsys):
    def fail():
        raise outbox.Permanent("no such folder")

    schedule.register_job("probe", timedelta(hours=1), fail)
    look_again()
    outbox.drain_all(topics=["job"])
    with pytest.raises(SystemExit) as stopped:
        call_command("outbox_dead", "--json")
    assert stopped.value.code == 1
    [dead] = json.loads(capsys.readouterr().out)["dead"]
    assert dead["reason"] == "Permanent: no such folder"
    schedule.register_job("probe", timedelta(hours=1), lambda: done.append(1))
    call_command("outbox_dead", str(dead["number"]), "--requeue")
    outbox.drain_all(topics=["job"])
    assert done == [1]
    call_command("outbox_dead")


def test_the_worker_does_what_is_due(done):
    schedule._looked.clear()
    call_command("worker", "--once")
    assert done == [1]


def test_a_slow_queue_holds_no_quick_one_up_and_what_ends_one_ends_both(done, monkeypatch):
    import threading

    from matchmaking.core.management.commands.worker import Command

    started, finished, taken = threading.Event(), threading.Event(), []

    def drain(owner, *, topics):
        if topics == ["slow"]:
            started.set()
            assert finished.wait(10)
            raise LookupError("the slow queue broke")
        assert started.wait(10)
        taken.append(owner)
        finished.set()
        return 1

    monkeypatch.setattr(outbox, "drain", drain)
    monkeypatch.setattr(outbox, "slow_topics", lambda: ["slow"])
    monkeypatch.setattr(outbox, "quick_topics", lambda: ["quick"])
    monkeypatch.setattr(schedule, "mark_due", lambda: 0)
    monkeypatch.setattr("signal.signal", lambda *args: None)
    with pytest.raises(LookupError):
        call_command(Command(), "--interval", "0")
    assert taken
