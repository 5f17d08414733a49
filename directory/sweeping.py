"""Evidence files to which no row leads: left by a process that ended between storing a file and writing its row."""

import logging
from datetime import timedelta

from django.utils import timezone

from directory.models import Credential
from directory.storage import EVIDENCE, private_storage

logger = logging.getLogger(__name__)
# Longer than any request takes that has stored its file and not yet committed its row.
KEPT = timedelta(hours=1)


def sweep_evidence() -> int:
    """The regular job: delete files that nobody can reach or remove any more; returns how many.

    They are private papers of a company, so they must not lie about. Files are listed before rows are read: one that
    gets its row in between is known.
    """
    storage = private_storage()
    if not storage.exists(EVIDENCE):
        return 0
    before = timezone.now() - KEPT
    names = [f"{EVIDENCE}/{name}" for name in storage.listdir(EVIDENCE)[1]]
    known = set(Credential.objects.exclude(evidence="").values_list("evidence", flat=True))
    lost = [name for name in names if name not in known and storage.get_modified_time(name) < before]
    for name in lost:
        storage.delete(name)
    if lost:
        logger.info("deleted %d evidence files without a row", len(lost))
    return len(lost)
