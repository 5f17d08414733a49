"""The way back after a rebuild: the generation before is kept current for an hour, then dropped."""

import logging
from datetime import timedelta

from django.utils import timezone

from matchmaking.core.fault_points import reached
from search.engines.base import EngineUnavailableError, State
from search.engines.engine import SearchEngine
from search.engines.fts5_store import schema_hash
from search.meaning import space
from search.models import RetiredGeneration

logger = logging.getLogger(__name__)
KEPT = timedelta(hours=1)


class NoWayBackError(Exception):
    """There is no earlier generation that could answer as well as the present one."""


def note_retired(engine: SearchEngine, name: str) -> None:
    """Remember since when a generation is retired."""
    RetiredGeneration.objects.update_or_create(engine=engine.name, name=name, defaults={"at": timezone.now()})


def drop_retired(engine: SearchEngine, *, older_than: timedelta = KEPT) -> list[str]:
    """Drop generations that have been retired for so long; returns their names.

    One of which nobody noted when it was retired, because the process died in between, is retired as of now.
    """
    dropped = []
    for generation in engine.generations():
        if generation.state is not State.RETIRED:
            continue
        noted, _ = RetiredGeneration.objects.get_or_create(
            engine=engine.name, name=generation.name, defaults={"at": timezone.now()}
        )
        if noted.at + older_than <= timezone.now():
            reached("R6")
            engine.drop(generation.name)
            noted.delete()
            dropped.append(generation.name)
    return dropped


def drop_unfinished(engine: SearchEngine) -> None:
    """Drop what killed rebuilds left half-built. Only for the one who holds the lock of rebuilds."""
    for generation in engine.generations():
        if generation.state is State.BUILDING:
            engine.drop(generation.name)


def drop_quietly(engine: SearchEngine, name: str) -> None:
    """Drop a generation that could not be finished; where the engine does not answer, the next rebuild does it."""
    try:
        engine.drop(name)
    except EngineUnavailableError as error:
        logger.warning("the unfinished generation %s of %s stays for now: %s", name, engine.name, error)


def roll_back(engine: SearchEngine) -> str:
    """Search the retired generation again, which took every write meanwhile; returns its name.

    Raises :class:`NoWayBackError` where there is none of the present shape.
    """
    there = engine.generations()
    kept = [one for one in there if one.state is State.RETIRED and one.schema_hash == schema_hash(space())]
    if not kept:
        raise NoWayBackError(engine.name)
    engine.switch(kept[-1].name)
    for one in there:
        if one.state is State.LIVE:
            note_retired(engine, one.name)
    RetiredGeneration.objects.filter(engine=engine.name, name=kept[-1].name).delete()
    return kept[-1].name
