"""Who compares the companies of a large directory, by ``settings.MATCH_BACKEND``."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from matchmaking.engine.dense.backends import Backend


@contextmanager
def match_backend() -> Iterator[Backend]:
    """The backend in use; for Dask, connected to the scheduler that Dask's own configuration names (or a local one).

    Raises ImproperlyConfigured for a name that is none, and for Dask without its package.
    """
    try:
        backend = Backend(settings.MATCH_BACKEND)
    except ValueError as error:
        raise ImproperlyConfigured(f"MATCH_BACKEND: {error}") from error
    if backend.name != "dask":
        yield backend
        return
    try:
        from distributed import Client
    except ImportError as error:
        raise ImproperlyConfigured("MATCH_BACKEND=dask needs requirements/scale.txt") from error
    with Client():
        yield backend
