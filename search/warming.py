"""Making the first search as quick as the later ones: what it needs is loaded beside the start of the process."""

import logging
import threading

from django.db import connections

from search.asking import ask, headed
from search.engines.base import Kind, SearchQuery
from search.expansion import expansion
from search.index import search_engine
from search.meaning import reader

logger = logging.getLogger(__name__)
# A word in each language, so that both ways of reading are taken.
PROBE = "食品 logistics"
KINDS: tuple[Kind, ...] = ("company", "need")


def warm_up() -> threading.Thread:
    """Begin to load vocabulary, model, encoder and vectors; returns at once.

    The start of the site waits for nothing here, and whatever fails is loaded by the first search that needs it.
    """
    thread = threading.Thread(target=_quietly, name="search-warm-up", daemon=True)
    thread.start()
    return thread


def load() -> None:
    """Ask one question of each kind that meaning has a say in, and throw the answers away."""
    asked, engine = ask(PROBE, expansion(), reader()), search_engine()
    for kind in KINDS:
        engine.search(headed(engine, SearchQuery(kind, asked.text), asked.read))


def _quietly() -> None:
    try:
        load()
    except Exception as error:
        # Tables that are not there yet, a server that is away: the reader who comes first will be told.
        logger.info("search was not warmed up: %s", type(error).__name__)
    finally:
        connections.close_all()
