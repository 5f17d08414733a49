"""Search servers and databases are killed, held, made read-only and filled up: writes succeed, search answers, all heals.

The servers are this run's own. ``YUXIN_SERVER_FAULTS`` says how many faults a campaign induces on them and around them.
"""

import os

import pytest

from tests.faults import clock_schedules, cluster_schedules, server_schedules
from tests.faults.reporting import NAME, nightly, wrong

pytestmark = [pytest.mark.services, pytest.mark.django_db(serialized_rollback=True)]
POINTS = int(os.environ.get("YUXIN_SERVER_FAULTS", "10"))
SEED = int(os.environ.get("YUXIN_FAULT_SEED", "1"))


def tiered(*rooms):
    """The names of schedules; those that are not quick wait for the night."""
    quick = {name for room in rooms for name in room.QUICK}
    names = [name for room in rooms for name in room.SCHEDULES]
    return [name if name in quick else pytest.param(name, marks=nightly) for name in names]


@pytest.mark.parametrize("name", tiered(server_schedules, clock_schedules))
@pytest.mark.xdist_group("own_pair")
def test_a_server_in_trouble_harms_nothing(own_pair, name):
    assert wrong(own_pair("struck", name)) == {}


@pytest.mark.xdist_group("own_pair")
def test_random_trouble_with_servers_harms_nothing(own_pair, record_property):
    held_against_the_truth(own_pair, "servers", record_property)


@pytest.mark.parametrize("name", tiered(cluster_schedules))
@pytest.mark.xdist_group("own_cluster")
def test_one_of_two_nodes_in_trouble_harms_nothing(own_cluster, name):
    assert wrong(own_cluster("struck", name)) == {}


@nightly
@pytest.mark.xdist_group("own_cluster")
def test_random_trouble_with_two_nodes_harms_nothing(own_cluster, record_property):
    held_against_the_truth(own_cluster, "two nodes", record_property)


def held_against_the_truth(play, campaign, record_property):
    report = {"campaign": campaign} | play("campaign", POINTS, SEED)
    record_property(NAME, report)
    assert wrong(report) == {}
    assert report["fault_points"] >= POINTS
