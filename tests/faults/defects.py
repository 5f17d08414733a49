"""Seven ways to get it wrong. Each replaces a piece of the product in this process and in those forked from it."""

from pathlib import Path

from django.conf import settings
from django.db import transaction

from directory.models import Company
from matchmaking.core import leases, outbox
from matchmaking.core.fault_points import reached
from matchmaking.core.models import OutboxEntry
from search import cards, rows
from search.engines import fts5_documents
from search.engines.base import State
from search.engines.fts5_store import Store


def ack_before_index():
    """The queue forgets before the index knows."""
    work = outbox._work

    def forgetting(topic, batch):
        leases.acknowledge(batch)
        work(topic, batch)

    outbox._work = forgetting


def no_version():
    """The last write wins, however old what it read is."""
    fts5_documents._is_news = lambda version, known: True


def hard_delete():
    """What must not be found is deleted, and its version forgotten."""
    put = fts5_documents._put

    def deleting(connection, table, batch):
        written = put(connection, table, batch)
        gone = [(one.document.id,) for one in batch if one.document.id in written and not one.document.visible]
        connection.executemany(f"DELETE FROM {table} WHERE id = ?", gone)
        return written

    fts5_documents._put = deleting


def id_cursor():
    """The worker remembers the last number it saw and asks for higher ones."""
    claim = outbox.claim

    def reading_on(owner, topics, *, limit=100):
        place = Path(settings.FAULT_DIR) / "cursor"
        last = int(place.read_text()) if place.exists() else 0
        entries = claim(owner, topics, limit=limit)
        skipped = [entry for entry in entries if entry.pk <= last]
        leases.held(skipped).update(lease_owner="", lease_until=None)
        taken = [entry for entry in entries if entry.pk > last]
        if taken:
            place.write_text(str(max(entry.pk for entry in taken)))
        return taken

    outbox.claim = reading_on
    outbox.take_over = lambda owner, topics, *, limit=100: []


def on_commit_without_outbox():
    """The mark is written once the change is committed, by a process that may not live to do so."""

    def later(topic, entity, entity_id, *, version=0, due=None):
        def write():
            OutboxEntry.objects.create(
                topic=topic, entity=entity, entity_id=entity_id, version=version, available_at=due or leases.due_now()
            )

        transaction.on_commit(write)

    outbox.mark = later


def two_step_swap():
    """The old generation is taken away, then the new one is put in its place."""

    def switch(self, name):
        with self.writing() as connection:
            connection.execute("UPDATE generation SET state = ? WHERE state = ?", (State.RETIRED, State.LIVE))
        reached("SWAP")
        with self.writing() as connection:
            connection.execute("UPDATE generation SET state = ? WHERE name = ?", (State.LIVE, name))

    Store.switch = switch


def index_is_the_judge():
    """What the index says is shown, without asking the database whether it still may be."""

    class Everybody:
        def visible(self):
            return Company.objects.all()

    class Trusting:
        objects = Everybody()

    rows.Company = cards.Company = Trusting


DEFECTS = {
    "ack before index": ack_before_index,
    "no version": no_version,
    "hard delete": hard_delete,
    "id cursor": id_cursor,
    "on_commit without outbox": on_commit_without_outbox,
    "two-step alias swap": two_step_swap,
    "visibility checked in the index only": index_is_the_judge,
}
