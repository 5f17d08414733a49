"""Coded reasons: terms of the vocabulary that say to which decisions they apply."""

from django.utils.translation import gettext as _

from directory.models import Term, TermKind
from matchmaking.core.actions import InvalidTransition


def topics_of(term: Term) -> set[str]:
    """Return the decisions a reason applies to, from ``extra.applies_to`` (a list, or one text split at ``|``)."""
    value = term.extra.get("applies_to", [])
    return set(value.split("|") if isinstance(value, str) else value)


def reasons_for(topic: str) -> list[Term]:
    """Return the active reasons for a decision such as ``membership.reject``, in their order."""
    terms = Term.objects.filter(kind=TermKind.REASON, active=True)
    return [term for term in terms if topic in topics_of(term)]


def require_reason(topic: str, code: str) -> None:
    """Raise :class:`InvalidTransition` unless ``code`` is a reason for this decision."""
    if code not in {term.code for term in reasons_for(topic)}:
        raise InvalidTransition(_("Please choose a reason from the list."))


def reason_label(code: str) -> str:
    """Return the label of a reason in the reader's language; the bare code when the term is gone."""
    term = Term.objects.filter(kind=TermKind.REASON, code=code).first() if code else None
    return term.label if term else code
