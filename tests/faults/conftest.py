"""Two people at once and processes that die: tests on committed rows, by threads or processes of their own."""

import json
import os
import subprocess
import sys
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def contents_of_migrations(django_db_setup, django_db_blocker):
    """Threads need committed rows, so these tests empty the database; put back what migrations had written."""
    yield
    with django_db_blocker.unblock():
        connection.creation.deserialize_db_from_string(connection._test_serialized_contents)


@pytest.fixture(scope="module")
def template(contents_of_migrations, django_db_blocker, tmp_path_factory):
    """A copy of the migrated database: the path of a file, or the name of a PostgreSQL database."""
    with django_db_blocker.unblock():
        if connection.vendor == "sqlite":
            path = tmp_path_factory.mktemp("faults") / "template.sqlite3"
            with connection.cursor() as cursor:
                cursor.execute("VACUUM INTO %s", [str(path)])
            yield path
            return
        name, source = f"faults_{uuid.uuid4().hex[:12]}", connection.settings_dict["NAME"]
        # PostgreSQL copies a database to which nobody is connected.
        connection.close()
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'CREATE DATABASE {name} TEMPLATE "{source}"')
        yield name
        with connection._nodb_cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="module")
def stage(template):
    """``stage(command, *arguments)``: run the stage on copies of the migrated database; returns what it printed."""

    def run(command, *arguments, **environment):
        inherited = {name: value for name, value in os.environ.items() if name != "FAULT"}
        done = subprocess.run(
            [sys.executable, "-m", "tests.faults.stage", str(template), command, *map(str, arguments)],
            cwd=ROOT, env={**inherited, **environment}, capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run


@pytest.fixture
def at_once(contents_of_migrations, transactional_db):
    """``at_once(call, call, …)``: run them in threads that start together; return results and exceptions in order."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time: there is no race to lose; set DATABASE_URL to PostgreSQL")

    def race(*calls):
        gate = threading.Barrier(len(calls), timeout=10)

        def work(call):
            try:
                connection.ensure_connection()
                gate.wait()
                return call()
            except Exception as error:
                return error
            finally:
                connection.close()

        with ThreadPoolExecutor(len(calls)) as threads:
            return list(threads.map(work, calls))

    return race
