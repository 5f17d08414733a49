"""Mails about a company's own affairs: invitations of colleagues, decisions on its profile and on claims.

Run by the worker. What was deleted, revoked or undone meanwhile needs no mail.
"""

from collections.abc import Callable, Sequence
from typing import Any

from allauth.account.models import EmailAddress

from directory.models import ClaimRequest, Company, CompanyInvitation
from directory.permissions import EDITING_ROLES
from directory.workflow import last_return
from matchmaking.core.mail import send_notice
from matchmaking.core.models import OutboxEntry
from matchmaking.users.models import User

TEMPLATES = "workspace/mail"


def send_notices(entries: Sequence[OutboxEntry]) -> None:
    """Handle outbox topic ``notify`` for the entities of this room; others are somebody else's."""
    for entry in entries:
        if writer := WRITERS.get(entry.entity):
            writer(entry.entity_id)


def _invite(pk: int) -> None:
    """Write to the invited address, in the language of its account or else of the inviter."""
    invitation = CompanyInvitation.objects.select_related("company", "invited_by").filter(pk=pk).first()
    if invitation is None or not invitation.is_open:
        return
    reader = User.objects.filter(email=invitation.email).first() or invitation.invited_by
    context = {"invitation": invitation, "company": invitation.company}
    send_notice(invitation.email, reader.language, f"{TEMPLATES}/invitation", context)


def _tell_published(pk: int) -> None:
    company = Company.objects.filter(pk=pk).first()
    if company is not None and company.is_visible:
        _tell_editors(company, "published", {"company": company})


def _tell_returned(pk: int) -> None:
    """Name only that it came back: reasons and note are read on the page, by members."""
    company = Company.objects.filter(pk=pk).first()
    if company is not None and last_return(company):
        _tell_editors(company, "returned", {"company": company})


def _tell_editors(company: Company, event: str, context: dict[str, Any]) -> None:
    members = company.members.filter(role__in=EDITING_ROLES, user__is_active=True).select_related("user")
    for member in members:
        _tell(member.user, event, context)


def _answer_claim(pk: int) -> None:
    claim = ClaimRequest.objects.select_related("company", "user").filter(pk=pk).first()
    if claim is not None and claim.state != ClaimRequest.State.OPEN and claim.user.is_active:
        # The name of a company that is not public stays unknown to somebody whose claim was refused.
        approved = claim.state == ClaimRequest.State.APPROVED
        name = claim.company.name if approved or claim.company.is_visible else claim.company.number
        _tell(claim.user, f"claim_{claim.state}", {"claim": claim, "name": name})


def _tell(user: User, event: str, context: dict[str, Any]) -> None:
    """Write to a verified address only."""
    if EmailAddress.objects.filter(user=user, email=user.email, verified=True).exists():
        send_notice(user.email, user.language, f"{TEMPLATES}/{event}", context)


WRITERS: dict[str, Callable[[int], None]] = {
    "company_invitation": _invite,
    "company_published": _tell_published,
    "company_returned": _tell_returned,
    "company_claim": _answer_claim,
}
