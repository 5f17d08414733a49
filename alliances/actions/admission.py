"""The company's way in: invitation, application, answer, withdrawal."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from alliances import workflow
from alliances.actions.base import MembershipAction
from alliances.models import Alliance, Membership
from alliances.permissions import may_apply_for
from directory.models import Company, Visibility
from matchmaking.core.actions import InvalidTransition

CLOSED = (Visibility.SUSPENDED, Visibility.WITHDRAWN)


class _Opening(MembershipAction):
    """An action that may find no membership yet and then makes the row."""

    def __init__(self, actor: Any, company: Company, alliance: Alliance, **fields: Any) -> None:
        super().__init__(actor, Membership(company=company, alliance=alliance, state=workflow.NEW), **fields)

    def lock(self) -> None:
        """Lock the company first: two people who open the same membership at once queue up here."""
        company = Company.objects.select_for_update(of=("self",)).get(pk=self.membership.company_id)
        existing = (
            Membership.objects.select_for_update(of=("self",))
            .filter(company=company, alliance_id=self.membership.alliance_id)
            .first()
        )
        self.membership = existing or Membership(
            company=company, alliance=Alliance.objects.get(pk=self.membership.alliance_id), state=workflow.NEW
        )
        self.before = self.membership.state

    def check(self) -> None:
        super().check()
        if self.membership.company.visibility in CLOSED:
            raise InvalidTransition(
                _("This company is suspended or withdrawn; it cannot become a member now.")
            )
        if not self.membership.alliance.active:
            raise InvalidTransition(_("This alliance takes no new members at present."))

    def apply(self) -> None:
        """Begin afresh: nothing of an earlier round carries over into the new one."""
        row = self.membership
        row.reason, row.note, row.checklist = "", self.note, {}
        row.reviewer = row.first_approver = row.decided_at = row.valid_until_date = None


class InviteCompany(_Opening):
    """A secretariat asks a company to apply; the note is shown to the company."""

    transition = "invite"

    def allowed(self) -> bool:
        return self.policy.may_review()

    def apply(self) -> None:
        super().apply()
        self.membership.applied_at = None


class ApplyForMembership(_Opening):
    """An owner applies for the company; a draft company may apply, so that both reviews run together."""

    transition = "apply"

    def __init__(
        self, actor: Any, company: Company, alliance: Alliance, *, statement: str = "", **fields: Any
    ) -> None:
        super().__init__(actor, company, alliance, **fields)
        self.statement = statement.strip()

    def allowed(self) -> bool:
        return may_apply_for(self.actor, self.membership.company)

    def apply(self) -> None:
        super().apply()
        self.membership.statement = self.statement
        self.membership.applied_at = timezone.now()


class AnswerReturn(MembershipAction):
    """The company has done what was asked for; the review goes on."""

    transition = "answer"

    def __init__(self, actor: Any, membership: Membership, *, statement: str = "", **fields: Any) -> None:
        super().__init__(actor, membership, **fields)
        self.statement = statement.strip()

    def allowed(self) -> bool:
        return may_apply_for(self.actor, self.membership.company)

    def check(self) -> None:
        super().check()
        if not self.membership.reason:
            raise InvalidTransition(
                _("Nothing was asked of you; the secretariat is at work on your application.")
            )

    def apply(self) -> None:
        self.membership.statement = self.statement or self.membership.statement
        self.membership.reason = self.membership.note = ""


class WithdrawApplication(MembershipAction):
    """The company declines an invitation or takes its application back."""

    transition = "withdraw"

    def allowed(self) -> bool:
        return may_apply_for(self.actor, self.membership.company)

    def apply(self) -> None:
        self.membership.first_approver = None
        self.membership.decided_at = timezone.now()
