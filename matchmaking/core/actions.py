"""The shape of every change of state: one class, one transaction, one permission check, one audit event."""

from abc import ABC, abstractmethod
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import models, transaction

from matchmaking.core.audit import record_event
from matchmaking.core.fault_points import reached


class InvalidTransition(Exception):
    """The object is not in a state from which this action can start; carries a message for people."""


class Action(ABC):
    """Base of all actions. ``run()`` is the only entry.

    Subclasses set ``name`` and implement ``allowed``, ``perform`` and ``target``; they may override
    ``check`` (raise :class:`InvalidTransition`) and ``audit_data``.
    """

    name: str = ""

    def __init__(self, actor: Any) -> None:
        self.actor = actor

    @abstractmethod
    def allowed(self) -> bool:
        """Say whether the actor may do this now, from current rows."""

    def check(self) -> None:
        """Raise :class:`InvalidTransition` when the precondition does not hold; rows are locked by then."""

    def lock(self) -> None:
        """Lock and refresh the rows that the decision rests on."""

    @abstractmethod
    def perform(self) -> Any:
        """Change the rows, write dirty marks, and return the result."""

    @abstractmethod
    def target(self) -> models.Model:
        """Return the object that the audit event names."""

    def audit_data(self) -> dict[str, Any]:
        """Return codes and states for the audit event; never personal data or members' text."""
        return {}

    def audit_scope(self) -> dict[str, int | None]:
        """Return ``company_id`` and ``alliance_id`` whose people may read the event."""
        return {}

    def after_commit(self) -> None:
        """Announce what happened (signals) once the change is durable."""

    def run(self) -> Any:
        """Execute the action; raises ``PermissionDenied`` or :class:`InvalidTransition` and then changes nothing."""
        with transaction.atomic():
            transaction.on_commit(lambda: reached("W2"))
            self.lock()
            if not self.allowed():
                raise PermissionDenied
            self.check()
            result = self.perform()
            record_event(self.name, self.target(), actor=self.actor, data=self.audit_data(), **self.audit_scope())
            transaction.on_commit(self.after_commit)
            reached("W1")
        return result
