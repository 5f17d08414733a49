"""Kills and pauses of real processes while people write, search and rebuild; and the checker itself, checked.

``YUXIN_FAULT_POINTS`` says how many faults are induced: a handful by default, 1,000 in ``make test-faults``.
"""

import os

import pytest

from tests.faults.reporting import NAME, wrong
from tests.faults.schedules import CATCHES

pytestmark = pytest.mark.django_db(serialized_rollback=True)
POINTS = int(os.environ.get("YUXIN_FAULT_POINTS", "25"))
SEED = int(os.environ.get("YUXIN_FAULT_SEED", "1"))


def test_nothing_is_lost_stale_resurrected_or_shown(stage, record_property):
    """With Elasticsearch, where there is one, before the embedded engine."""
    url = os.environ.get("ELASTICSEARCH_URL", "")
    report = {"campaign": "search"} | stage("campaign", POINTS, SEED, elasticsearch=url)
    record_property(NAME, report)
    assert wrong(report) == {}
    assert report["fault_points"] >= POINTS
    assert len(report["by_kind"]) >= 4
    assert report["writes"]
    assert report["searches"]


@pytest.fixture(scope="module")
def controls(stage):
    """What the schedules found with the product as it is, and with each defect in it."""
    return stage("seeded")


@pytest.mark.parametrize("defect", CATCHES)
@pytest.mark.xdist_group("controls")
def test_a_seeded_defect_is_caught_by_name(controls, defect):
    found = controls[defect]
    assert not any(found["without"].values()), found["without"]
    assert found["with"][found["fault"]], found["with"]
