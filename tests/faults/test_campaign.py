"""Random faults change nothing in the end, and seven well-known mistakes are caught by name.

``YUXIN_FAULT_POINTS`` says how many faults are induced: a handful by default, 1,000 in ``make test-faults``.
"""

import os

import pytest

from tests.faults.campaign import FIGURES
from tests.faults.schedules import CATCHES

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
POINTS = int(os.environ.get("YUXIN_FAULT_POINTS", "25"))
SEED = int(os.environ.get("YUXIN_FAULT_SEED", "1"))


@pytest.fixture(scope="module")
def report(stage):
    """What a campaign found; with Elasticsearch, where there is one, before the embedded engine."""
    found = stage("campaign", POINTS, SEED, FAULTS_ELASTICSEARCH=os.environ.get("ELASTICSEARCH_URL", ""))
    with open(os.environ.get("YUXIN_FAULT_REPORT", os.devnull), "a") as stream:
        stream.write(
            "fault points {fault_points}, lost {lost}, stale {stale}, resurrected {resurrected}; "
            "{writes} writes, {searches} searches, {seconds} s; {by_kind}\n".format(**found)
        )
    return found


@pytest.mark.xdist_group("campaign")
def test_nothing_is_lost_stale_resurrected_or_shown(report):
    assert {name: value for name, value in report.items() if name not in FIGURES and value} == {}


@pytest.mark.xdist_group("campaign")
def test_the_faults_did_strike(report):
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
