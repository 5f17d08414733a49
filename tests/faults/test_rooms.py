"""Matches and errands under kills: lists end up as if nothing had happened, imports and mails are done once.

``YUXIN_ROOM_FAULTS`` says how many faults are induced on each: a handful by default, more in ``make test-faults``.
"""

import os

import pytest

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
POINTS = int(os.environ.get("YUXIN_ROOM_FAULTS", "12"))
SEED = int(os.environ.get("YUXIN_FAULT_SEED", "1"))
FIGURES = {"fault_points", "by_kind", "lists", "settled_after"}


@pytest.mark.parametrize("room", ["errands", "matches"])
@pytest.mark.xdist_group("rooms")
def test_killed_anywhere_and_done_as_if_nothing_had_happened(stage, room):
    found = stage(room, POINTS, SEED)
    with open(os.environ.get("YUXIN_FAULT_REPORT", os.devnull), "a") as stream:
        stream.write(f"{room}: {found}\n")
    assert {name: value for name, value in found.items() if name not in FIGURES and value} == {}
    assert found["fault_points"] >= POINTS
    assert len(found["by_kind"]) >= 3


@pytest.mark.xdist_group("rooms")
def test_a_worker_that_was_held_up_spoils_no_list(stage):
    assert not any(stage("held_up").values())
