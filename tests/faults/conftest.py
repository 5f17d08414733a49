"""Two people at once and processes that die: tests on committed rows, by threads or processes of their own."""

import os
import subprocess
import sys
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from django.db import connection

from tests.faults.own_servers import OwnServers
from tests.faults.playing import Stage
from tests.faults.reporting import NAME, NIGHTLY, summary
from tests.faults.servers import ROOT, ServersMissingError


def pytest_terminal_summary(terminalreporter):
    """What was induced and what came of it, where this folder is named on the command line."""
    reports = [report for kind in ("passed", "failed") for report in terminalreporter.stats.get(kind, ())]
    found = [value for report in reports for name, value in report.user_properties if name == NAME]
    if found:
        terminalreporter.section("faults")
        terminalreporter.write_line("\n".join(summary(found)))


@pytest.fixture(scope="module")
def contents_of_migrations(django_db_setup, django_db_blocker):
    """Threads need committed rows, so these tests empty the database; put back what migrations had written."""
    yield
    with django_db_blocker.unblock():
        connection.creation.deserialize_db_from_string(connection._test_serialized_contents)


@pytest.fixture(scope="module")
def template(django_db_setup, django_db_blocker, tmp_path_factory):
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


@pytest.fixture(scope="session")
def the_stage():
    """A stage beside the database of the test run."""
    stage = Stage()
    yield stage
    stage.end()


@pytest.fixture(scope="module")
def stage(template, the_stage):
    """``stage(command, *arguments)``: play on copies of the migrated database; returns what was found."""
    return partial(the_stage.play, template)


@pytest.fixture(scope="session")
def servers_wanted():
    """Skips where this run is to start no servers."""
    if not any(os.environ.get(name) == "1" for name in ("YUXIN_REQUIRE_SERVICES", NIGHTLY)):
        pytest.skip(f"servers are killed in `make test-all` and `make test-faults`; {NIGHTLY}=1 does it here")


def own_servers(nodes, postgres=False):
    """Servers that the tests of a module may kill; fails where there are none."""
    try:
        return OwnServers.make(nodes, postgres)
    except ServersMissingError as missing:
        pytest.fail(f"no servers to kill: {missing}")


@pytest.fixture(scope="module")
def own_pair(servers_wanted, django_db_setup):
    """A PostgreSQL cluster with a migrated database, and an Elasticsearch server; ``play`` on them."""
    servers = own_servers(1, postgres=True)
    environment = {"DATABASE_URL": f"{servers.postgres.url}/faults_template", "YUXIN_TEST_DB": ""}
    try:
        servers.postgres.create("faults_template")
        # Elasticsearch starts meanwhile.
        if not copied(servers.postgres, "faults_template"):
            migrate(environment)
        stage = Stage(**environment)
        servers.prepare()
        yield partial(_on, servers, stage, "faults_template")
        stage.end()
    finally:
        servers.remove()


def copied(postgres, name):
    """Fill a database of the own cluster from that of the test run, where that is PostgreSQL and of no later release."""
    if connection.vendor != "postgresql":
        return False
    given = connection.settings_dict
    source = f"postgres://{given['USER']}:{given['PASSWORD']}@{given['HOST']}:{given['PORT']}/{given['NAME']}"
    dump = subprocess.run([postgres.program / "pg_dump", "-Fc", "-d", source], capture_output=True)
    if dump.returncode:
        return False
    restore = [postgres.program / "pg_restore", "--no-owner", "-d", f"{postgres.url}/{name}"]
    subprocess.run(restore, input=dump.stdout, check=True)
    return True


def migrate(environment):
    """Make the tables, in a process under this environment."""
    command = [sys.executable, "-m", "django", "migrate", "--verbosity", "0"]
    settings = {"DJANGO_SETTINGS_MODULE": "tests.faults.settings"}
    done = subprocess.run(command, cwd=ROOT, env=os.environ | settings | environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def own_cluster(servers_wanted, template, the_stage):
    """A cluster of two Elasticsearch nodes beside the database of the test run; ``play`` on it."""
    servers = own_servers(2)
    try:
        servers.prepare()
        yield partial(_on, servers, the_stage, template)
    finally:
        servers.remove()


def _on(servers, stage, template, command, *arguments):
    try:
        return stage.play(template, command, *arguments, servers.folder, elasticsearch=servers.elasticsearch_url)
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
