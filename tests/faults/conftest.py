"""Real threads with connections of their own, on a database that makes them wait for each other."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection


@pytest.fixture(scope="module", autouse=True)
def contents_of_migrations(django_db_setup, django_db_blocker):
    """Threads need committed rows, so these tests empty the database; put back what migrations had written."""
    yield
    with django_db_blocker.unblock():
        connection.creation.deserialize_db_from_string(connection._test_serialized_contents)


@pytest.fixture
def at_once(transactional_db):
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
