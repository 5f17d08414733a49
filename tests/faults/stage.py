"""The process that all others are forked from: reads commands and prints what they found, one line of JSON each.

It loads the product once and opens neither database nor index. Each case gets copies of its own.
"""

import json
import os
import shutil
import sys
import tempfile
import traceback
import uuid
from contextlib import contextmanager
from pathlib import Path

import django

from tests.faults.own_servers import OwnServers
from tests.faults.parents import end_with


@contextmanager
def a_database(template, folder):
    """A copy of a migrated database: of the file, or of the PostgreSQL database, of that name. Yields its name."""
    from django.db import connections

    given = connections["default"].settings_dict
    if given["ENGINE"].endswith("sqlite3"):
        yield shutil.copy(template, folder / "yuxin.sqlite3")
        return
    import psycopg

    name = f"faults_{uuid.uuid4().hex[:12]}"
    server = {"host": given["HOST"], "port": given["PORT"], "user": given["USER"], "password": given["PASSWORD"]}

    def control(command):
        with psycopg.connect(**server, dbname="postgres", autocommit=True) as connection:
            connection.execute(command)

    control(f'CREATE DATABASE {name} TEMPLATE "{template}"')
    try:
        yield name
    finally:
        control(f"DROP DATABASE {name} WITH (FORCE)")


def with_a_database(template, work, *arguments):
    """Do ``work`` in a process of its own, on a fresh copy of the database and an empty index."""
    from tests.faults.processes import forget_indexes, move_into, start

    with tempfile.TemporaryDirectory(prefix="faults-") as place:
        folder = Path(place)
        with a_database(template, folder) as name:
            move_into(folder, name)
            try:
                return start(work, *arguments).result(seconds=3600)
            except Exception as error:
                traces = [trace.read_text() for trace in folder.glob("trace-*.txt")]
                raise RuntimeError("\n".join(traces)) from error
            finally:
                start(forget_indexes).wait()


def seeded(template, *names):
    """Each defect (all, or those named), caught by its schedule; and each schedule without a defect."""
    from tests.faults.defects import DEFECTS
    from tests.faults.schedules import CATCHES

    def case(name, defective):
        if defective:
            DEFECTS[name]()
        return CATCHES[name][0]()

    return {
        name: {
            "fault": CATCHES[name][1],
            "without": with_a_database(template, case, name, False),
            "with": with_a_database(template, case, name, True),
        }
        for name in names or DEFECTS
    }


def campaign(template, points, seed, servers=""):
    """A run of random faults; of servers too, where they are those of this run, described in that folder."""
    from tests.faults.campaign import run

    return with_a_database(template, run, int(points), int(seed), OwnServers.at(servers) if servers else None)


def struck(template, name, servers):
    """A schedule that strikes servers of this run."""
    from tests.faults import clock_schedules, cluster_schedules, server_schedules

    schedules = server_schedules.SCHEDULES | clock_schedules.SCHEDULES | cluster_schedules.SCHEDULES
    return with_a_database(template, schedules[name], OwnServers.at(servers))


def errands(template, points, seed):
    """Errands of people and workers, killed and done again."""
    from tests.faults.errand_campaign import run

    return with_a_database(template, run, int(points), int(seed))


def matches(template, points, seed):
    """Random faults around lists of matches and the model behind them."""
    from tests.faults.match_campaign import run

    return with_a_database(template, run, int(points), int(seed))


def held_up(template):
    """A worker of matches that is held while its firm changes again."""
    from tests.faults.match_campaign import held_up

    return with_a_database(template, held_up)


COMMANDS = {command.__name__: command for command in (seeded, campaign, struck, errands, matches, held_up)}


def load():
    """Have in memory what a web process that has answered before has: children need not load it again."""
    from django.template.loader import get_template
    from django.test import Client

    import search.engines.elasticsearch  # noqa: F401  # what a deployment with a server imports

    Client().get("/livez")
    get_template("search/find.html")


def main():
    """Do commands until nobody has any."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.faults.settings"
    end_with(os.getppid())
    django.setup()
    load()
    from django.conf import settings

    for line in sys.stdin:
        asked = json.loads(line)
        settings.ELASTICSEARCH_URL = asked["elasticsearch"]
        try:
            answer = {"found": COMMANDS[asked["command"]](asked["template"], *asked["arguments"])}
        except Exception:
            answer = {"failed": traceback.format_exc()}
        print(json.dumps(answer), flush=True)  # noqa: T201  # this is how it answers


if __name__ == "__main__":
    main()
