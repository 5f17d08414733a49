"""All rows of the test database as they were at one moment, put back faster than commands write them anew."""

import sqlite3

from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction


def snapshot():
    """The rows as they are now; ``put_back`` makes them so again."""
    return Rows() if connection.vendor == "postgresql" else File()


class Kept:
    def put_back(self):
        self._put_back()
        # What a process remembers of rows whose numbers may have been others.
        ContentType.objects.clear_cache()


class File(Kept):
    """SQLite, in memory: another database beside it."""

    def __init__(self):
        self.kept = sqlite3.connect(":memory:", check_same_thread=False)
        connection.connection.backup(self.kept)

    def _put_back(self):
        self.kept.backup(connection.connection)


class Rows(Kept):
    """PostgreSQL: what it writes out of each table itself, and where its sequences stand."""

    def __init__(self):
        self.rows = {}
        with connection.cursor() as cursor:
            cursor.execute("SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = current_schema()")
            for (table,) in cursor.fetchall():
                with cursor.copy(f"COPY {table} TO STDOUT") as written:
                    self.rows[table] = b"".join(bytes(part) for part in written)
            cursor.execute(
                "SELECT quote_ident(sequencename), last_value FROM pg_sequences "
                "WHERE schemaname = current_schema() AND last_value IS NOT NULL"
            )
            self.sequences = cursor.fetchall()

    def _put_back(self):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {', '.join(self.rows)} RESTART IDENTITY")
            for table, rows in self.rows.items():
                with cursor.copy(f"COPY {table} FROM STDIN") as read:
                    read.write(rows)
            cursor.executemany("SELECT setval(%s, %s)", self.sequences)
