"""What the pages of this room read."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from directory.models import Company, ContactPerson
from directory.permissions import companies_for
from matchmaking.core.components import Entry, Step
from matchmaking.introductions.forms import CONTACT_LABELS
from matchmaking.introductions.models import CONTACT_FIELDS, ContactConsent, Introduction, IntroductionState
from matchmaking.introductions.permissions import introductions_for
from matchmaking.introductions.working_days import ANSWER_WORKING_DAYS, working_days_until


@dataclass(frozen=True, slots=True)
class Clock:
    """Whose turn it is to answer, and how many working days are left (negative = overdue)."""

    left: int
    total: int
    tone: str


def clock_of(introduction: Introduction) -> Clock | None:
    """Return the answer clock of a waiting request, None when nobody is waited for."""
    if introduction.state != IntroductionState.REQUESTED:
        return None
    left = working_days_until(introduction.due_date, timezone.localdate())
    return Clock(left, ANSWER_WORKING_DAYS, "bad" if left < 0 else "warn" if left <= 2 else "info")


def waiting_for(user: Any) -> int:
    """Count the requests that wait for an answer of the person's companies."""
    own = companies_for(user)
    return Introduction.objects.filter(receiver__in=own, state=IntroductionState.REQUESTED).count()


def lists_for(user: Any) -> dict[str, list[Introduction]]:
    """Return the person's introductions by whose turn it is: ``answer``, ``waiting``, ``talks``, ``ended``."""
    own = set(companies_for(user).values_list("pk", flat=True))
    lists: dict[str, list[Introduction]] = {"answer": [], "waiting": [], "talks": [], "ended": []}
    for introduction in introductions_for(user).with_parties()[:500]:
        if introduction.state == IntroductionState.REQUESTED:
            lists["answer" if introduction.receiver_id in own else "waiting"].append(introduction)
        else:
            lists["talks" if introduction.contacts_open else "ended"].append(introduction)
    return lists


def shown_contacts(introduction: Introduction, of: Company) -> list[tuple[str, str]]:
    """Return (label, value) of what one side lets the other see now; empty before both agreed and after the end."""
    if not introduction.contacts_open:
        return []
    consent = ContactConsent.objects.filter(introduction=introduction, company=of).first()
    contact = ContactPerson.objects.filter(company=of).first()
    if consent is None or contact is None:
        return []
    given = [name for name in CONTACT_FIELDS if name in consent.fields and getattr(contact, name)]
    return [(str(CONTACT_LABELS[name]), getattr(contact, name)) for name in given]


def consented_fields(introduction: Introduction, company: Company) -> list[str]:
    """Return the names of the contact fields that a side has consented to show."""
    consent = ContactConsent.objects.filter(introduction=introduction, company=company).first()
    return list(consent.fields) if consent else []


def steps_of(introduction: Introduction) -> list[Step]:
    """Return the way from request to result, marked up to the present state."""
    names = [
        (IntroductionState.REQUESTED, _("Request")),
        (IntroductionState.ACCEPTED, _("Both agreed")),
        (IntroductionState.IN_TALKS, _("In talks")),
        (IntroductionState.PROPOSAL, _("Quote or proposal")),
        (IntroductionState.AGREED, _("Agreement")),
        (IntroductionState.DELIVERED, _("Delivered")),
    ]
    order = [state for state, _label in names]
    here = order.index(IntroductionState(introduction.state)) if introduction.state in order else 0
    ended = introduction.state not in order
    return [
        Step(label, "done" if number < here or (number == here and not ended and here == len(order) - 1)
             else "current" if number == here and not ended else "todo")
        for number, (_state, label) in enumerate(names)
    ]


def thread_of(introduction: Introduction) -> list[Entry]:
    """Return the thread, newest first: messages and the request itself."""
    entries = [
        Entry(
            title=str(message.author or ""), by=message.company.name, at=message.created_at, body=message.text,
            icon="msg",
        )
        for message in introduction.messages.select_related("author", "company").order_by("-pk")[:200]
    ]
    if introduction.answered_at and introduction.contacts_open:
        entries.append(
            Entry(title=_("Both sides agreed"), at=introduction.answered_at, icon="check", tone="good",
                  note=_("From this moment each side sees the contacts that the other consented to."))
        )
    entries.append(
        Entry(title=_("Introduction requested"), by=introduction.requester.name, at=introduction.created_at,
              body=introduction.reason, icon="send", tone="brand")
    )
    return entries


def open_between(first: Company, second: Company) -> Introduction | None:
    """Return the newest introduction that is still open between two companies."""
    pair = Q(requester=first, receiver=second) | Q(requester=second, receiver=first)
    return Introduction.objects.open().filter(pair).first()
