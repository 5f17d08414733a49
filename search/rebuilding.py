"""Building the whole index anew beside the living one, and switching over in one step."""

import fcntl
import logging
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils import timezone

from directory.models import Company
from matchmaking.core.fault_points import reached
from matchmaking.core.progress import progress
from search.engines.base import KINDS, EngineUnavailableError, SearchDocument, State
from search.engines.engine import SearchEngine
from search.engines.fts5_store import schema_hash
from search.indexing import BATCH, all_of, company_batches, read, tell_refused
from search.meaning import space
from search.reconciling import Remembered, compare, compare_with, dirty_of
from search.retiring import drop_quietly, drop_retired, drop_unfinished, note_retired

logger = logging.getLogger(__name__)
# Differences that writes during the rebuild leave are written again so many times; then something is wrong.
ROUNDS = 3
SETTLING_SECONDS = 2.0
# "yuxin" in letters of a telephone, for PostgreSQL, which knows locks by number.
LOCK_NUMBER = 98946


class RebuildRunningError(Exception):
    """Another rebuild is under way."""


class RebuildFailedError(Exception):
    """The new generation could not be completed; the old one goes on."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What was built for one engine: the generation, and visible documents by kind."""

    engine: str
    generation: str
    documents: dict[str, int]


@contextmanager
def only_rebuild() -> Iterator[None]:
    """Hold the lock of rebuilds; raises :class:`RebuildRunningError` where another process has it.

    A lock of the operating system beside the embedded index, and one of PostgreSQL where that is the database: both
    go with the process that holds them, however it ends.
    """
    path = Path(settings.SEARCH_FTS5_PATH).with_suffix(".rebuild.lock")
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise RebuildRunningError from error
        with _database_lock():
            yield


@contextmanager
def _database_lock() -> Iterator[None]:
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK_NUMBER])
        if not cursor.fetchone()[0]:
            raise RebuildRunningError
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK_NUMBER])


def is_missing(engine: SearchEngine) -> bool:
    """Whether an engine has nothing to search: no live generation, one of another shape, or an empty one."""
    live = [generation for generation in engine.generations() if generation.state is State.LIVE]
    if not live or live[0].schema_hash != schema_hash(space()):
        return True
    return engine.count("company") == 0 and Company.objects.visible().exists()


def is_current(engine: SearchEngine) -> bool:
    """Whether a rebuild would change nothing: the present shape and analysis, and equal to the database."""
    live = [generation for generation in engine.generations() if generation.state is State.LIVE]
    if not live or live[0].schema_hash != schema_hash(space()):
        return False
    engine.refresh()
    found = compare(engine)
    if found.any:
        # Writes of this very moment are no reason to build everything anew.
        time.sleep(SETTLING_SECONDS)
        engine.refresh()
        found = found.also_in(compare(engine))
    return not found.any


def rebuild(engine: SearchEngine, *, show_progress: bool = False) -> Rebuilt:
    """Build a new generation from the database and make it the live one; the one before is kept for a way back.

    Writes of the worker go to both meanwhile, those of the rebuild to the new one alone; versions decide, so neither
    can undo the other. Searches see the old generation until the switch, and the complete new one from then on. Safe to
    kill anywhere: the next rebuild drops what was left half-built. Raises :class:`RebuildFailedError`.
    """
    drop_unfinished(engine)
    drop_retired(engine, older_than=timedelta(0))
    name = f"g{timezone.now():%Y%m%d%H%M%S}_{uuid.uuid4().hex[:6]}"
    engine.create(name, space())
    reached("R1")
    try:
        remembered = _fill(engine, name, show_progress=show_progress)
        reached("R3")
        _settle(engine, name, remembered)
        reached("R4")
    except BaseException:
        drop_quietly(engine, name)
        raise
    before = [generation.name for generation in engine.generations() if generation.state is State.LIVE]
    engine.switch(name)
    reached("R5")
    for retired in before:
        note_retired(engine, retired)
    engine.refresh()
    return Rebuilt(engine.name, name, {kind: engine.count(kind) for kind in KINDS})


def _fill(engine: SearchEngine, name: str, *, show_progress: bool) -> Remembered:
    """Write every company and what hangs on it; returns what of it must be found now.

    While one batch is written the next is read, and never more than that: memory does not grow with the directory.
    """
    remembered: Remembered = {kind: {} for kind in KINDS}
    batches = progress(
        company_batches(), f"index: {engine.name}", total=-(-Company.objects.count() // BATCH), show=show_progress
    )
    with ThreadPoolExecutor(1, "rebuild") as writer:
        waiting: Future[None] | None = None
        for batch in batches:
            documents = read(all_of(batch))
            if waiting:
                waiting.result()
            reached("R2")
            waiting = writer.submit(_write, documents, engine, name, remembered)
        if waiting:
            waiting.result()
    return remembered


def _write(documents: list[SearchDocument], engine: SearchEngine, name: str, remembered: Remembered) -> None:
    """Write into the new generation alone and remember.

    What is read here after the generation was made holds for it; the living one gets what changes from the worker.
    """
    result = engine.write(documents, only=name)
    tell_refused(result)
    if result.retry:
        raise EngineUnavailableError(f"{engine.name} did not take {len(result.retry)} documents")
    for document in documents:
        if document.visible and document.key not in result.refused:
            remembered[document.kind][document.id] = document.version, document.content_hash
        else:
            remembered[document.kind].pop(document.id, None)


def _settle(engine: SearchEngine, name: str, remembered: Remembered) -> None:
    """Compare the new generation with what was read for it until nothing differs.

    What people changed meanwhile has marks, and workers write it to this generation too.
    """
    for _ in range(ROUNDS):
        engine.refresh()
        found = compare_with(engine, name, remembered)
        if not found.any:
            return
        _write(read(dirty_of(found)), engine, name, remembered)
    raise RebuildFailedError(f"{engine.name}: the new generation still differs from the database: {found.counts()}")
