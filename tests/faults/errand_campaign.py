"""A campaign of errands: each begun by a process that dies at a label, and done again by another."""

import random
from collections import Counter
from pathlib import Path

from django.conf import settings

from tests.factories import CompanyFactory, TermFactory, UserFactory
from tests.faults.errands import Burial, Evidence, ImportList, Mail, Removal
from tests.faults.processes import call, start
from tests.faults.schedules import wait_for_lease

ERRANDS = (ImportList(), Removal(), Evidence(), Mail(), Burial())


def prepared(errand, seed):
    """Prepare one; every process counts its made-up people from another number."""
    for factory in (CompanyFactory, TermFactory, UserFactory):
        factory.reset_sequence(seed * 100, force=True)
    return errand.prepare(seed)


def run(points, seed):
    """Kill so many errands and report what came out of them."""
    chance, induced, faults = random.Random(seed), Counter(), Counter(half_done=0)
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(Path(settings.FAULT_DIR) / "mail")
    tries = 0
    while sum(induced.values()) < points and tries < points * 4:
        tries += 1
        errand = chance.choice(ERRANDS)
        label, most = chance.choice(list(errand.labels.items()))
        given = call(prepared, errand, tries)
        killed = start(errand.act, given, faults=f"{label}:kill@{chance.randint(1, most)}").wait() == -9
        induced[f"{label} killed"] += int(killed)
        faults["half_done"] += call(errand.half_done, given)
        if killed and errand.leased:
            wait_for_lease()
        if killed:
            call(errand.act, given)
        faults[f"wrong: {type(errand).__name__}"] += call(errand.wrong, given, int(killed))
    return {"fault_points": sum(induced.values()), "by_kind": dict(sorted(induced.items())), **faults}
