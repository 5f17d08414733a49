"""The reader of this process: the text pipeline of the model in force, or none where nothing was trained."""

import logging
import threading
from collections.abc import Iterable
from datetime import datetime

from matchmaking.engine.encoding.encoder import EncoderError
from matchmaking.matches.artefacts import load_model
from matchmaking.matches.models import ModelVersion
from search.engines.base import NO_SPACE, SearchDocument, Space
from search.reading import TextReader

logger = logging.getLogger(__name__)
_lock = threading.Lock()
_loaded: tuple[tuple[int, datetime | None] | None, TextReader | None] = (None, None)


def reader() -> TextReader | None:
    """Return the reader of the model in force, loaded anew when another was made active; one query.

    None without a model or without an encoder: then search goes by words alone.
    """
    global _loaded
    active = ModelVersion.objects.filter(active=True).values_list("pk", "activated_at").first()
    if active is None:
        return None
    if _loaded[0] != active:
        with _lock:
            if _loaded[0] != active:
                _loaded = (active, _load())
    return _loaded[1]


def _load() -> TextReader | None:
    try:
        loaded = load_model()
    except EncoderError:
        return None
    if loaded is None or not loaded[1].bridge_.has_encoder:
        return None
    return TextReader(loaded[1].bridge_)


def space() -> Space:
    """The space that vectors of this installation lie in now."""
    current = reader()
    return current.space if current else NO_SPACE


def with_meaning(documents: list[SearchDocument]) -> list[SearchDocument]:
    """Documents with their vectors; without, where the encoder fails: then they are found by words until repaired."""
    current = reader()
    if current is None:
        return documents
    try:
        return current.documents(documents)
    except (EncoderError, OSError) as error:
        logger.error("%d documents go into the index without vectors: %s", len(documents), error)
        return documents


def stamped(documents: Iterable[SearchDocument]) -> Iterable[SearchDocument]:
    """Documents as an index should hold them, without the work of making vectors."""
    current = reader()
    return documents if current is None else (current.stamped(one) for one in documents)
