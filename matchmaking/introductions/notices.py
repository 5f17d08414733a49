"""Mails about introductions: who is told, in which language. Run by the worker."""

from collections.abc import Sequence

from allauth.account.models import EmailAddress

from directory.models import Company, CompanyMember
from directory.permissions import EDITING_ROLES
from matchmaking.core.mail import send_notice
from matchmaking.core.models import OutboxEntry
from matchmaking.introductions.models import Introduction, IntroductionMessage

PREFIX = "introduction_"


def send_notices(entries: Sequence[OutboxEntry]) -> None:
    """Handle outbox topic ``notify`` for the entities of this room; others are somebody else's."""
    for entry in entries:
        if entry.entity.startswith(PREFIX):
            _send(entry.entity.removeprefix(PREFIX), entry.entity_id)


def _send(event: str, object_id: int) -> None:
    """Write to the side that did not act. What was deleted meanwhile needs no mail."""
    acting: Company | None = None
    if event == "message":
        message = IntroductionMessage.objects.select_related("introduction", "company").filter(pk=object_id).first()
        if message is None:
            return
        introduction, acting = message.introduction, message.company
    else:
        found = Introduction.objects.with_parties().filter(pk=object_id).first()
        if found is None:
            return
        introduction = found
    for told in _told(event, introduction, acting):
        _write_to(told, event, introduction)


def _told(event: str, introduction: Introduction, acting: Company | None) -> list[Company]:
    """Return the companies whose people get the mail."""
    if event == "requested":
        return [introduction.receiver]
    if event in {"accepted", "declined"}:
        return [introduction.requester]
    return [party for party in (introduction.requester, introduction.receiver) if party != acting]


def _write_to(company: Company, event: str, introduction: Introduction) -> None:
    """Send one mail to each owner and editor of a company, to their verified address, in their language."""
    other = introduction.receiver if company == introduction.requester else introduction.requester
    people = CompanyMember.objects.filter(company=company, role__in=EDITING_ROLES, user__is_active=True)
    for member in people.select_related("user"):
        if EmailAddress.objects.filter(user=member.user, email=member.user.email, verified=True).exists():
            send_notice(
                member.user.email, member.user.language, f"introductions/mail/{event}",
                {"introduction": introduction, "company": company, "other": other, "person": member.user},
            )
