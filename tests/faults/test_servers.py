"""Search servers and databases are killed, held, made read-only and filled up: writes succeed, search answers, all heals.

The servers are this run's own. ``YUXIN_SERVER_FAULTS`` says how many faults a campaign induces on them and around them.
"""

import os

import pytest

from tests.faults import clock_schedules, cluster_schedules, server_schedules
from tests.faults.campaign import FIGURES

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True, serialized_rollback=True)]
POINTS = int(os.environ.get("YUXIN_SERVER_FAULTS", "10"))
SEED = int(os.environ.get("YUXIN_FAULT_SEED", "1"))


def wrong(report):
    return {name: value for name, value in report.items() if name not in FIGURES and value}


def note(report):
    with open(os.environ.get("YUXIN_FAULT_REPORT", os.devnull), "a") as stream:
        stream.write(f"servers: {report}\n")


@pytest.mark.parametrize("name", server_schedules.SCHEDULES | clock_schedules.SCHEDULES)
@pytest.mark.xdist_group("own_pair")
def test_a_server_in_trouble_harms_nothing(own_pair, name):
    assert wrong(own_pair("struck", name)) == {}


@pytest.mark.xdist_group("own_pair")
def test_random_trouble_with_servers_harms_nothing(own_pair):
    report = own_pair("campaign", POINTS, SEED)
    note(report)
    assert wrong(report) == {}
    assert report["fault_points"] >= POINTS


@pytest.mark.parametrize("name", cluster_schedules.SCHEDULES)
@pytest.mark.xdist_group("own_cluster")
def test_one_of_two_nodes_in_trouble_harms_nothing(own_cluster, name):
    assert wrong(own_cluster("struck", name)) == {}


@pytest.mark.xdist_group("own_cluster")
def test_random_trouble_with_two_nodes_harms_nothing(own_cluster):
    report = own_cluster("campaign", POINTS, SEED)
    note(report)
    assert wrong(report) == {}
    assert report["fault_points"] >= POINTS
