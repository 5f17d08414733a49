"""Two people at once and processes that die: tests on committed rows, by threads or processes of their own."""

import json
import os
import subprocess
import sys
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest
from django.db import connection

from tests.faults.own_servers import OwnServers
from tests.faults.servers import ServersMissingError

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
    return partial(play, template)


def play(template, command, *arguments, **environment):
    """Run the stage in a process of its own; its children are faulted, never this one."""
    done = python("-m", "tests.faults.stage", template, command, *arguments, **environment)
    return json.loads(done.stdout)


def python(*arguments, **environment):
    """Run a Python with other settings in its environment; fails with what it wrote where it fails."""
    inherited = {name: value for name, value in os.environ.items() if name != "FAULT"}
    done = subprocess.run(
        [sys.executable, *map(str, arguments)],
        cwd=ROOT,
        env={**inherited, **environment},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done


def own_servers(nodes, postgres=False):
    """Servers that the tests of a module may kill; skips, or fails where the run says that they must be there."""
    required = os.environ.get("YUXIN_REQUIRE_SERVICES") == "1"
    if not required and os.environ.get("YUXIN_FAULT_SERVERS") != "1":
        pytest.skip("servers are killed in `make test-all` and `make test-faults`; YUXIN_FAULT_SERVERS=1 does it here")
    try:
        return OwnServers.make(nodes, postgres)
    except ServersMissingError as missing:
        (pytest.fail if required else pytest.skip)(f"no servers to kill: {missing}")


@pytest.fixture(scope="module")
def own_pair():
    """A PostgreSQL cluster with a migrated database, and an Elasticsearch server; ``play`` on them."""
    servers = own_servers(1, postgres=True)
    environment = {
        "DATABASE_URL": f"{servers.postgres.url}/faults_template", "FAULTS_ELASTICSEARCH": servers.elasticsearch_url,
        "DJANGO_SETTINGS_MODULE": "tests.faults.settings", "YUXIN_TEST_DB": "",
    }  # fmt: skip
    try:
        servers.postgres.run_as_owner(
            servers.postgres.program / "createdb", "-h", "127.0.0.1", "-p", servers.postgres.port, "-U", "postgres",
            "faults_template", check=True,
        )  # fmt: skip
        python("-m", "django", "migrate", "--verbosity", "0", **environment)
        yield partial(_on, servers, "faults_template", environment)
    finally:
        servers.remove()


@pytest.fixture(scope="module")
def own_cluster(template):
    """A cluster of two Elasticsearch nodes beside the database of the test run; ``play`` on it."""
    servers = own_servers(2)
    try:
        yield partial(_on, servers, template, {"FAULTS_ELASTICSEARCH": servers.elasticsearch_url})
    finally:
        servers.remove()


def _on(servers, template, environment, command, *arguments):
    try:
        return play(template, command, *arguments, servers.folder, **environment)
    except BaseException:
        servers.mend()
        raise


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
