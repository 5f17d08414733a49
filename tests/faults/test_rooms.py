"""Matches and errands under kills: lists end up as if nothing had happened, imports and mails are done once.

``YUXIN_ROOM_FAULTS`` says how many faults are induced on each: a handful by default, more in ``make test-faults``.
"""

import os

import pytest

from tests.faults.reporting import NAME, wrong

pytestmark = pytest.mark.django_db(serialized_rollback=True)
POINTS = int(os.environ.get("YUXIN_ROOM_FAULTS", "12"))
SEED = int(os.environ.get("YUXIN_FAULT_SEED", "1"))


@pytest.mark.parametrize("room", ["errands", "matches"])
def test_killed_anywhere_and_done_as_if_nothing_had_happened(stage, record_property, room):
    report = {"campaign": room} | stage(room, POINTS, SEED)
    record_property(NAME, report)
    assert wrong(report) == {}
    assert report["fault_points"] >= POINTS
    assert len(report["by_kind"]) >= 3


def test_a_worker_that_was_held_up_spoils_no_list(stage):
    assert not any(stage("held_up").values())
