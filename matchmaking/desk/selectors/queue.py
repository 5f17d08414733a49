"""The review queue and the list of members: rows with what a reviewer needs to choose the next one."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliances.models import Alliance, Membership, MembershipState
from alliances.permissions import NEAR
from alliances.profile import text_under_review
from alliances.selectors import needs_two_people
from directory.models import Company
from matchmaking.core.components import Tone
from matchmaking.desk.selectors.comparison import changed_since_approval
from matchmaking.desk.selectors.completeness import completeness

TARGET_DAYS = 5
QUEUE_LENGTH = 50


def waiting_days(membership: Membership) -> int:
    """Return the whole days since the application."""
    return (timezone.now() - membership.applied_at).days if membership.applied_at else 0


def waiting_tone(days: int) -> Tone:
    """Return the tone of a waiting time against the target."""
    return "bad" if days > TARGET_DAYS else "warn" if days > TARGET_DAYS - 2 else "quiet"


def near_companies(alliance: Alliance) -> QuerySet[Company]:
    """Companies that let this alliance look at them: applicants, members, and what its lists brought in."""
    return Company.objects.filter(
        Q(memberships__alliance=alliance, memberships__state__in=NEAR)
        | Q(import_run__alliance_code=alliance.code)
    ).distinct()


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One application as the queue shows it."""

    membership: Membership
    changed: str
    done: int
    total: int
    claims: int
    days: int
    tone: Tone
    second: bool
    returned: bool

    @property
    def waited(self) -> str:
        """The waiting time in words."""
        if not self.days:
            return _("today")
        return ngettext("%(n)s day", "%(n)s days", self.days) % {"n": self.days}


QUEUE_TABS = ("all", "mine", "new", "second", "returned")


def queue(alliance: Alliance, user: Any, tab: str = "all") -> list[QueueRow]:
    """Return the oldest applications of one tab, at most ``QUEUE_LENGTH``."""
    rows = _tab(Membership.objects.waiting().filter(alliance=alliance), user, tab)
    rows = rows.select_related("company__place", "alliance", "reviewer").prefetch_related(
        "company__offers",
        "company__products",
        "company__sectors",
        "company__languages",
        "company__credentials__checks",
    )
    return [_row(row) for row in rows[:QUEUE_LENGTH]]


def queue_counts(alliance: Alliance, user: Any) -> dict[str, int]:
    """Return how many applications each tab holds."""
    waiting = Membership.objects.waiting().filter(alliance=alliance)
    return {tab: _tab(waiting, user, tab).count() for tab in QUEUE_TABS}


def _tab(rows: QuerySet[Membership], user: Any, tab: str) -> QuerySet[Membership]:
    filters = {
        "mine": Q(reviewer_id=user.pk),
        "new": Q(state=MembershipState.APPLIED),
        "second": Q(first_approver__isnull=False) & ~Q(first_approver_id=user.pk),
        "returned": ~Q(reason=""),
    }
    return rows.filter(filters[tab]) if tab in filters else rows


def _row(membership: Membership) -> QueueRow:
    done, total = completeness(text_under_review(membership.company))
    days = waiting_days(membership)
    return QueueRow(
        membership,
        _changed(membership),
        done,
        total,
        claims_open(membership.company),
        days,
        waiting_tone(days),
        membership.first_approver_id is not None and needs_two_people(membership),
        bool(membership.reason),
    )


def _changed(membership: Membership) -> str:
    if not membership.approved_profile:
        return _("First application")
    number = len(changed_since_approval(membership))
    return ngettext("%(n)s field changed", "%(n)s fields changed", number) % {"n": number}


def claims_open(company: Company) -> int:
    """Return how many credentials of a company have no check that holds today."""
    return sum(credential.current_check() is None for credential in company.credentials.all())


def members(
    alliance: Alliance, *, state: str = "", country: str = "", text: str = ""
) -> QuerySet[Membership]:
    """Return members (approved and suspended, or one state), filtered, those whose term ends first on top."""
    states = (
        [state] if state in MembershipState.values else [MembershipState.APPROVED, MembershipState.SUSPENDED]
    )
    rows = Membership.objects.filter(alliance=alliance, state__in=states).select_related("company__place")
    if state == "due":
        due = timezone.localdate() + datetime.timedelta(days=30)
        rows = rows.filter(state=MembershipState.APPROVED, valid_until_date__lte=due)
    if country in ("CN", "SG"):
        rows = rows.filter(company__country=country)
    if text:
        names = Q()
        for field in ("legal_name_zh", "legal_name_en", "short_name_zh", "short_name_en", "number"):
            names |= Q(**{f"company__{field}__icontains": text})
        rows = rows.filter(names)
    return rows.order_by("valid_until_date", "company__slug")
