"""What comes up in the next weeks: terms, badges and invitations that somebody must chase."""

import datetime
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliances.models import Alliance, Membership, MembershipState
from directory.models import ClaimCheck
from matchmaking.desk.selectors.counts import SOON, renewals_due

UNANSWERED = datetime.timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to chase: a sentence with its number, and where to do it."""

    text: str
    note: str
    url: str
    action: str


def upcoming(alliance: Alliance) -> list[Task]:
    """Return the tasks whose number is not zero."""
    code = alliance.code
    due, badges, silent = renewals_due(alliance), badges_ending(alliance), silent_invitations(alliance)
    found = [
        (
            due,
            Task(
                ngettext("%(n)s membership to renew", "%(n)s memberships to renew", due) % {"n": due},
                _("They end within 30 days or have ended."),
                f"{reverse('desk:members', args=[code])}?state=due",
                _("See them"),
            ),
        ),
        (
            badges,
            Task(
                ngettext("%(n)s badge ends in 30 days", "%(n)s badges end in 30 days", badges)
                % {"n": badges},
                _("A badge lapses by itself unless somebody checks again."),
                reverse("desk:members", args=[code]),
                _("Members"),
            ),
        ),
        (
            silent,
            Task(
                ngettext("%(n)s invitation unanswered", "%(n)s invitations unanswered", silent)
                % {"n": silent},
                _("For 14 days or longer."),
                reverse("desk:invitations", args=[code]),
                _("Invitations"),
            ),
        ),
    ]
    return [task for number, task in found if number]


def badges_ending(alliance: Alliance) -> int:
    """Return how many confirmed checks of this alliance on its members run out within 30 days."""
    today = timezone.localdate()
    return ClaimCheck.objects.filter(
        alliance_code=alliance.code,
        outcome=ClaimCheck.Outcome.CONFIRMED,
        valid_until_date__range=(today, today + SOON),
        company__memberships__alliance=alliance,
        company__memberships__state=MembershipState.APPROVED,
    ).count()


def silent_invitations(alliance: Alliance) -> int:
    """Return how many invitations nobody has answered for two weeks."""
    since = timezone.now() - UNANSWERED
    return Membership.objects.filter(
        alliance=alliance, state=MembershipState.INVITED, updated_at__lt=since
    ).count()
