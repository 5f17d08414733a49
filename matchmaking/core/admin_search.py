"""Wagtail's own search, for the admin only, without the characters that its SQLite dialect answers with an error.

See wagtail/wagtail#13227: one ``"`` in the search box of a list is an HTTP 500. Drop this when that is mended.
"""

from typing import Any

from modelsearch.backends import database
from modelsearch.backends.base import BaseSearchBackend


def _without_quotes(stock: type[BaseSearchBackend]) -> type[BaseSearchBackend]:
    class WithoutQuotes(stock):
        """The backend of this database; quotes mean nothing in it."""

        def _search(self, compiler: Any, query: Any, *args: Any, **kwargs: Any) -> Any:
            if isinstance(query, str):
                query = query.replace('"', " ").strip()
            return super()._search(compiler, query, *args, **kwargs)

    return WithoutQuotes


def SearchBackend(params: dict[str, Any]) -> BaseSearchBackend:  # noqa: N802  # the name that Wagtail looks for
    """Return the backend for the database in use."""
    backend: BaseSearchBackend = _without_quotes(type(database.SearchBackend(params)))(params)
    return backend
