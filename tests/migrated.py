"""The migrated test database, made once and copied from then on: two hundred migrations cost more than most folders of tests.

SQLite in memory only; on PostgreSQL ``--reuse-db`` keeps the databases on the server. A copy is brought up to date by
``migrate`` like any kept database, so what is copied only saves work and decides nothing.
"""

import fcntl
import hashlib
import os
import sqlite3
from pathlib import Path

import django
from django.apps import apps
from django.conf import settings
from django.db import connection


def fingerprint() -> str:
    """A name for what the migrations say: of the apps in use, to the letter, and of who carries them out."""
    found = hashlib.sha256(f"{django.VERSION} {sqlite3.sqlite_version}".encode())
    for app in apps.get_app_configs():
        for path in sorted(Path(app.path, "migrations").glob("*.py")):
            found.update(f"\0{app.label} {path.name}\0".encode())
            found.update(path.read_bytes())
    return found.hexdigest()[:16]


class MigratedCopy:
    """One for each test process. The first of several makes the copy while the others wait for it."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / f"{fingerprint()}.sqlite3"
        self.memory: sqlite3.Connection | None = None
        self.lock: int | None = None

    def before(self) -> None:
        """Fill the database in memory, which is the one that Django is about to open; hold the lock where nothing is kept."""
        name = connection.creation._get_test_db_name()
        if connection.vendor != "sqlite" or not connection.creation.is_in_memory_db(name):
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.lock = os.open(self.path.parent / "lock", os.O_RDWR | os.O_CREAT)
        fcntl.flock(self.lock, fcntl.LOCK_EX)
        if self.path.exists():
            self.memory = sqlite3.connect(name, uri=True)
            with sqlite3.connect(self.path) as kept:
                kept.backup(self.memory)
            kept.close()
            self.release()

    def after(self) -> None:
        """Keep what was migrated in place of what was kept before; Django's connection holds the memory from here on."""
        if self.lock is not None:
            part = self.path.with_suffix(".part")
            part.unlink(missing_ok=True)
            with sqlite3.connect(part) as copy:
                connection.connection.backup(copy)
            copy.close()
            for old in self.path.parent.glob("*.sqlite3"):
                old.unlink()
            part.rename(self.path)
            self.release()
        if self.memory is not None:
            self.memory.close()

    def release(self) -> None:
        """Let the next process in."""
        if self.lock is not None:
            os.close(self.lock)
            self.lock = None


def kept_copy() -> MigratedCopy:
    """The copy of this checkout."""
    return MigratedCopy(Path(settings.BASE_DIR) / "var" / "test-database")
