"""Failures of an Elasticsearch server, told in the one way that callers handle and that quotes nothing."""

from collections.abc import Iterator
from contextlib import contextmanager

from elasticsearch import ApiError, TransportError

from search.engines.base import EngineUnavailableError


@contextmanager
def answering() -> Iterator[None]:
    """Any failure of server or network becomes ``EngineUnavailableError``."""
    try:
        yield
    except ApiError as error:
        # The status only: a message of the server may quote what was sent.
        raise EngineUnavailableError(f"Elasticsearch answered {error.status_code}") from error
    except TransportError as error:
        raise EngineUnavailableError(f"Elasticsearch: {type(error).__name__}") from error
