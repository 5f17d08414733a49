"""Writing many rows at once: terms by code, and many-to-many links through their own tables."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db import models

from directory.models import Term, TermKind
from matchmaking.demo.content import words


class MissingTerms(Exception):
    """The vocabulary does not hold a code that the demonstration uses."""


class Terms:
    """All terms of the vocabulary by kind and code, read once."""

    def __init__(self) -> None:
        self._terms = {(term.kind, term.code): term for term in Term.objects.all()}

    def one(self, kind: TermKind, code: str) -> Term:
        """Return a term; raises :class:`MissingTerms` naming the code."""
        try:
            return self._terms[kind.value, code]
        except KeyError:
            raise MissingTerms(f"{kind.value}: {code}") from None

    def many(self, kind: TermKind, codes: str) -> list[Term]:
        """Return the terms of a blank-separated list of codes."""
        return [self.one(kind, code) for code in words(codes)]


class Links:
    """Collects many-to-many links and writes them with one query per relation."""

    def __init__(self) -> None:
        self._pending: dict[tuple[type[models.Model], str], list[tuple[models.Model, Term]]] = defaultdict(list)

    def add(self, row: models.Model, name: str, terms: Iterable[Term]) -> None:
        """Remember links of a row that may still be unsaved."""
        self._pending[type(row), name] += [(row, term) for term in dict.fromkeys(terms)]

    def write(self) -> None:
        """Write all links; every row has its key by now."""
        for (model, name), pairs in self._pending.items():
            field: Any = model._meta.get_field(name)
            through = field.remote_field.through
            own, other = field.m2m_column_name(), field.m2m_reverse_name()
            through.objects.bulk_create([through(**{own: row.pk, other: term.pk}) for row, term in pairs])
        self._pending.clear()
