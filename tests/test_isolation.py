"""What test processes that run beside each other must not share, and what must stay in one of them."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

ASK = "from django.conf import settings; print(settings.SEARCH_INDEX_PREFIX)"


def test_another_test_process_writes_into_other_indexes():
    other = subprocess.run([sys.executable, "-c", ASK], env=os.environ, capture_output=True, text=True, check=True)
    assert other.stdout.strip() != settings.SEARCH_INDEX_PREFIX


@pytest.mark.xdist_group("kept together")
def test_tests_of_a_group_are_told_apart_from_others(request, worker_id):
    if worker_id == "master":
        pytest.skip("groups mean something where tests run in several processes (-n)")
    assert request.node.nodeid.endswith("@kept together")
