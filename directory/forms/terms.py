"""Choosing from the vocabulary: labels in the reader's language, grouped under their topmost term."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.models import ModelChoiceIterator
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from directory.models import Term, TermKind

LONGEST_KEY = 18


class TermIterator(ModelChoiceIterator):
    """Yield ``(group label, [(pk, label), …])``; terms that stand alone come first without a group."""

    def __iter__(self) -> Iterator[Any]:
        if self.field.empty_label is not None:
            yield ("", self.field.empty_label)
        terms = list(self.queryset)
        parents = {term.pk: term for term in terms}
        groups: dict[Term, list[Term]] = {}
        for term in terms:
            groups.setdefault(_root(term, parents), []).append(term)
        for members in groups.values():
            if len(members) == 1:
                yield self.choice(members[0])
        for root, members in groups.items():
            if len(members) > 1:
                yield (str(root), [self.choice(term) for term in members])


def _root(term: Term, known: dict[int, Term]) -> Term:
    """Climb to the topmost ancestor among the known terms."""
    for _step in range(8):
        parent = known.get(term.parent_id or 0)
        if parent is None:
            break
        term = parent
    return term


def terms_of(kind: str) -> Any:
    """Return the terms of a kind that can still be chosen, in their order."""
    return Term.objects.filter(kind=kind, active=True).order_by("position", "code")


class TermChoice(forms.ModelChoiceField):
    """One term of a kind."""

    iterator = TermIterator

    def __init__(self, kind: str, **kwargs: Any) -> None:
        kwargs.setdefault("empty_label", _("Please choose"))
        super().__init__(terms_of(kind), **kwargs)


class TermChoices(forms.ModelMultipleChoiceField):
    """Several terms of a kind as boxes to tick, at most ``limit``."""

    iterator = TermIterator
    widget = forms.CheckboxSelectMultiple

    def __init__(self, kind: str, *, limit: int = 10, **kwargs: Any) -> None:
        self.limit = limit
        super().__init__(terms_of(kind), **kwargs)

    def clean(self, value: Any) -> Any:
        """Refuse more than ``limit`` terms, and numbers that no term can have: databases answer them with an error."""
        for key in value or ():
            if not str(key).isdecimal() or len(str(key)) > LONGEST_KEY:
                raise ValidationError(
                    self.error_messages["invalid_pk_value"], code="invalid_pk_value", params={"pk": str(key)[:40]}
                )
        chosen = super().clean(value)
        if len(chosen) > self.limit:
            message = ngettext("Choose at most %(limit)s.", "Choose at most %(limit)s.", self.limit)
            raise ValidationError(message % {"limit": self.limit}, code="too_many")
        return chosen


class BandChoice(forms.TypedChoiceField):
    """A money band; the value is its ordinal, 0 the smallest, None where nothing was said."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=self._bands, coerce=int, empty_value=None, **kwargs)

    @staticmethod
    def _bands() -> list[tuple[str, Any]]:
        bands = enumerate(terms_of(TermKind.MONEY_BAND))
        return [("", _("Not said")), *((str(ordinal), band.label) for ordinal, band in bands)]

    @cached_property
    def labels(self) -> dict[str, str]:
        """Return ordinals as text and their labels."""
        return {value: str(label) for value, label in self._bands()}
