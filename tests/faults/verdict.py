"""What a campaign left behind, held against what its writers said they would do and did."""

import sqlite3

from django.conf import settings
from django.db import connection

from directory.models import Company
from matchmaking.core.models import OutboxEntry
from tests.faults import ledger
from tests.faults.firms import word


def writes():
    """How many writes were acknowledged."""
    truth = ledger.Reader()
    truth.follow()
    return truth.acknowledged()


def not_durable():
    """Firms whose row is neither as the acknowledged writes left it nor as one whose answer never came would have."""
    truth = ledger.Reader()
    truth.follow()
    rows = {row.pk: row for row in Company.objects.all()}
    return sum(not _may_be(truth, number, rows.get(number)) for number in truth.acts)


def _may_be(truth, number, row):
    gone = truth.possible(number, {"delete": lambda text: True})
    if row is None:
        return True in gone
    names = truth.possible(number, {"rename": lambda text: f"{word(number)} {text}"})
    states = truth.possible(number, {"withdraw": lambda text: "withdrawn", "publish": lambda text: "live"})
    newest = max((version for _, _, version, sure in truth.acts[number] if sure), default=0)
    return (
        None in gone
        and row.legal_name_en in {name or f"{word(number)} first" for name in names}
        and row.visibility in {state or "live" for state in states}
        and row.search_version >= newest
    )


def damaged():
    """Rows that database or index themselves call damaged, and leases past their end."""
    leased = OutboxEntry.objects.filter(topic="doc").exclude(lease_until=None).count()
    index = sqlite3.connect(settings.SEARCH_FTS5_PATH)
    broken = leased + (index.execute("PRAGMA integrity_check").fetchall() != [("ok",)])
    return broken + (broken_rows() if connection.vendor == "sqlite" else 0)


def broken_rows():
    """What SQLite itself finds wrong in the database."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA integrity_check")
        broken = int(cursor.fetchall() != [("ok",)])
        cursor.execute("PRAGMA foreign_key_check")
        return broken + len(cursor.fetchall())
