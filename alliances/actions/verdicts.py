"""A secretariat's word on a pair of companies: pin it to the top or keep it out. Each is a training label."""

import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from alliances import signals
from alliances.models import Alliance, Membership, Verdict, VerdictKind
from alliances.permissions import AlliancePolicy
from alliances.reasons import require_reason
from directory.models import Company
from directory.versions import mark_changed
from matchmaking.core.actions import Action, InvalidTransition


class _VerdictAction(Action):
    """Scope and dirty marks that both actions share."""

    verdict: Verdict

    def target(self) -> Verdict:
        return self.verdict

    def audit_data(self) -> dict[str, Any]:
        row = self.verdict
        return {
            "kind": row.kind,
            "reason": row.reason,
            "low": row.company_low_id,
            "high": row.company_high_id,
        }

    def audit_scope(self) -> dict[str, int | None]:
        """Alliance only: a firm must not read in its own trail that it was kept away from another."""
        return {"company_id": None, "alliance_id": self.verdict.alliance_id}

    def _mark_both(self) -> None:
        mark_changed(self.verdict.company_low_id)
        mark_changed(self.verdict.company_high_id)


class GiveVerdict(_VerdictAction):
    """Pin or suppress a pair, with a coded reason and, if wanted, a last day."""

    name = "verdict.given"

    def __init__(
        self,
        actor: Any,
        alliance: Alliance,
        first: Company,
        second: Company,
        *,
        kind: str,
        reason: str,
        until: datetime.date | None = None,
    ) -> None:
        super().__init__(actor)
        self.alliance, self.kind, self.reason, self.until = alliance, kind, reason, until
        self.low, self.high = sorted((first, second), key=lambda company: company.pk)

    def lock(self) -> None:
        """Lock both companies, lower id first: two verdicts on one pair queue up without a deadlock."""
        list(
            Company.objects.select_for_update(of=("self",))
            .filter(pk__in=[self.low.pk, self.high.pk])
            .order_by("pk")
        )

    def allowed(self) -> bool:
        return AlliancePolicy(self.actor, self.alliance).may_give_verdict(self.low.pk, self.high.pk)

    def check(self) -> None:
        """A verdict needs two firms, one of them a member here, and no verdict in force on the same pair."""
        if self.low.pk == self.high.pk:
            raise InvalidTransition(_("A verdict needs two different companies."))
        if self.kind not in VerdictKind.values:
            raise InvalidTransition(_("Please choose: pin or keep out."))
        require_reason(self.kind, self.reason)
        if self.until is not None and self.until < timezone.localdate():
            raise InvalidTransition(_("The last day of a verdict lies in the past."))
        members = Membership.objects.active().filter(
            alliance=self.alliance, company__in=[self.low, self.high]
        )
        if not members.exists():
            raise InvalidTransition(_("At least one of the two companies must be a member of this alliance."))
        if self._rows().current().exists():
            raise InvalidTransition(_("There is a verdict on this pair already. Lift it first."))

    def perform(self) -> Verdict:
        """Clear away what has lapsed (one row per pair may be open), then write the new row."""
        self._rows().filter(lifted_at=None).update(lifted_at=timezone.now())
        self.verdict = Verdict.objects.create(
            alliance=self.alliance,
            company_low=self.low,
            company_high=self.high,
            kind=self.kind,
            reason=self.reason,
            until_date=self.until,
            decided_by=self.actor,
        )
        self._mark_both()
        return self.verdict

    def after_commit(self) -> None:
        signals.verdict_given.send(sender=type(self), verdict=self.verdict, actor=self.actor)

    def _rows(self) -> Any:
        return Verdict.objects.filter(alliance=self.alliance, company_low=self.low, company_high=self.high)


class LiftVerdict(_VerdictAction):
    """Take a verdict back; the row stays as a label and as history."""

    name = "verdict.lifted"

    def __init__(self, actor: Any, verdict: Verdict) -> None:
        super().__init__(actor)
        self.verdict = verdict

    def lock(self) -> None:
        self.verdict = Verdict.objects.select_for_update(of=("self",)).get(pk=self.verdict.pk)

    def allowed(self) -> bool:
        policy = AlliancePolicy(self.actor, self.verdict.alliance)
        return policy.may_give_verdict(self.verdict.company_low_id, self.verdict.company_high_id)

    def check(self) -> None:
        if self.verdict.lifted_at is not None:
            raise InvalidTransition(_("This verdict was lifted already."))

    def perform(self) -> Verdict:
        self.verdict.lifted_at = timezone.now()
        self.verdict.save(update_fields=["lifted_at"])
        self._mark_both()
        return self.verdict

    def after_commit(self) -> None:
        signals.verdict_lifted.send(sender=type(self), verdict=self.verdict, actor=self.actor)
