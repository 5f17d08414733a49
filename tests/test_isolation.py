"""What test processes that run beside each other must not share."""

import os
import subprocess
import sys

from django.conf import settings

ASK = "from django.conf import settings; print(settings.SEARCH_INDEX_PREFIX)"


def test_another_test_process_writes_into_other_indexes():
    other = subprocess.run([sys.executable, "-c", ASK], env=os.environ, capture_output=True, text=True, check=True)
    assert other.stdout.strip() != settings.SEARCH_INDEX_PREFIX
