"""Storing lists: one packed row per profile against one row per pair, both by ``bulk_create``, on SQLite.

    python -m benchmarks.match_storage [--profiles 20000]

Two tables that this file makes for itself in a new database file, each filled in one transaction.
"""

import argparse
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import django
from django.conf import settings
from django.db import connection, models, transaction

from benchmarks.goals import Goals, seconds
from benchmarks.made_vectors import made_side
from matchmaking.engine.dense.lists import Lists, unpacked
from matchmaking.engine.dense.matching import reciprocal_top_k

K, AT_ONCE = 20, 2000


def tables(file: Path) -> tuple[type[models.Model], type[models.Model]]:
    """A table of packed lists and one of pairs, made in a new database."""
    database = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(file)}
    settings.configure(DATABASES={"default": database}, DEFAULT_AUTO_FIELD="django.db.models.AutoField")
    django.setup()

    class PackedList(models.Model):  # noqa: DJ008
        profile = models.IntegerField(primary_key=True)
        places = models.BinaryField()

        class Meta:
            app_label = "benchmarks"

    class Pair(models.Model):  # noqa: DJ008
        profile = models.IntegerField(db_index=True)
        counterpart = models.IntegerField()
        rank = models.SmallIntegerField()
        score = models.FloatField()

        class Meta:
            app_label = "benchmarks"

    with connection.schema_editor() as editor:
        editor.create_model(PackedList)
        editor.create_model(Pair)
    return PackedList, Pair


def store_packed(table: type[models.Model], lists: Lists) -> None:
    """One row per profile."""
    rows = (table(profile=row, places=places) for row, places in enumerate(lists.packed()))
    with transaction.atomic():
        table._default_manager.bulk_create(rows, batch_size=AT_ONCE)


def store_pairs(table: type[models.Model], lists: Lists) -> None:
    """One row per place of each list."""
    rows = (
        table(profile=row, counterpart=counterpart, rank=rank, score=score)
        for row in range(len(lists))
        for rank, (counterpart, score) in enumerate(lists.of(row), 1)
    )
    with transaction.atomic():
        table._default_manager.bulk_create(rows, batch_size=AT_ONCE)


def main() -> None:
    """Print every figure beside its goal."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--profiles", type=int, default=20_000)
    options = parser.parse_args()
    lists = reciprocal_top_k(made_side(options.profiles, 1), made_side(2000, 2), K).left
    goals = Goals()
    with TemporaryDirectory() as folder:
        packed, pairs = tables(Path(folder) / "lists.sqlite3")
        spent = {
            "packed": seconds(partial(store_packed, packed, lists)),
            "pairs": seconds(partial(store_pairs, pairs, lists)),
        }
        unlike = sum(
            unpacked(bytes(row.places)) != lists.of(row.profile) for row in packed._default_manager.all().iterator()
        )
    goals.note(f"{options.profiles:,} lists of {K}, packed", f"{spent['packed']:.2f} s")
    goals.note("one row per pair", f"{spent['pairs']:.2f} s")
    goals.at_most("packed / one row per pair", spent["packed"] / spent["pairs"], 0.05)
    goals.at_most("lists that read back otherwise", unlike, 0, "")
    goals.close()


if __name__ == "__main__":
    main()
