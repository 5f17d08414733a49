"""How long one reader waits for a search server, however much is asked of it on the way to one answer.

Each request has a limit of its own; several of them one after the other, each a little below it, would still take many
seconds. What is left when the patience is at its end, the embedded engine answers.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from search.engines.base import EngineUnavailableError

# One second lost is enough: the reader has two.
SEARCH_SECONDS = 1.0
# With less left than this a server is not asked.
LEAST_SECONDS = 0.05


class CutShortError(EngineUnavailableError):
    """A request had little time, since others of the same reader had taken it: this says nothing of the server."""


class _Patience:
    """Seconds that are left."""

    __slots__ = ("left",)

    def __init__(self, left: float) -> None:
        self.left = left


_present: ContextVar[_Patience | None] = ContextVar("patience of the reader", default=None)


@contextmanager
def patience(seconds: float = SEARCH_SECONDS) -> Iterator[None]:
    """All that is asked of servers inside may take so long in all; inside another patience, what is left of that."""
    if _present.get() is not None:
        yield
        return
    before = _present.set(_Patience(seconds))
    try:
        yield
    finally:
        _present.reset(before)


@contextmanager
def waiting(most: float) -> Iterator[float]:
    """Yields the seconds that one request may take, ``most`` or what a reader's patience still allows.

    Raises :class:`CutShortError` where nothing is left, and in place of the failure of a request that had less than
    half of ``most``.
    """
    reader = _present.get()
    if reader is None:
        yield most
        return
    seconds = min(most, reader.left)
    if seconds < LEAST_SECONDS:
        raise CutShortError("the reader has waited long enough")
    started = time.monotonic()
    try:
        yield seconds
    except EngineUnavailableError as error:
        if seconds < min(most, SEARCH_SECONDS) / 2:
            raise CutShortError(str(error)) from error
        raise
    finally:
        reader.left -= time.monotonic() - started
