"""What all actions on a company share: the row is locked, the policy asked, the event belongs to the company."""

from typing import Any

from django.db import models

from directory.models import Company
from directory.permissions import CompanyPolicy
from matchmaking.core.actions import Action


class CompanyAction(Action):
    """An action on one company; ``right`` names the property of :class:`CompanyPolicy` that allows it."""

    right = "may_edit"

    def __init__(self, actor: Any, company: Company) -> None:
        super().__init__(actor)
        self.company = company

    def lock(self) -> None:
        """Read the company anew and hold it."""
        self.company = Company.objects.select_for_update().get(pk=self.company.pk)

    def allowed(self) -> bool:
        """Ask the policy."""
        return bool(getattr(CompanyPolicy(self.actor, self.company), self.right))

    def target(self) -> models.Model:
        """Name the company."""
        return self.company

    def audit_scope(self) -> dict[str, int | None]:
        """Let the company's people read the event."""
        return {"company_id": self.company.pk}
