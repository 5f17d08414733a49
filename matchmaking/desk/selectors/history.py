"""What happened to a membership, from the audit chain."""

from alliances.models import Membership
from alliances.workflow import EVENT_LABELS
from directory.models import Term, TermKind
from matchmaking.core.components import Entry, Tone
from matchmaking.core.models import AuditEvent
from matchmaking.users.models import User

LOOKS: dict[str, tuple[str, Tone | None]] = {
    "applied": ("inbox", "info"),
    "taken": ("user", None),
    "approved": ("check", "good"),
    "first_approved": ("users", "info"),
    "rejected": ("x", "bad"),
    "returned": ("edit", "warn"),
    "suspended": ("stop", "bad"),
    "ended": ("stop", "quiet"),
    "withdrawn": ("stop", "quiet"),
    "claim_checked": ("seal", None),
    "renewed": ("refresh", "good"),
    "reinstated": ("check", "good"),
}
LENGTH = 60


def history(membership: Membership) -> list[Entry]:
    """Return the newest events with who and when; checklist ticks are left out, they stand on the page."""
    events = list(
        AuditEvent.objects.filter(
            target_type=membership._meta.label_lower,
            target_id=str(membership.pk),
            action__in=[f"membership.{event}" for event in EVENT_LABELS if event != "checklist_ticked"],
        )[:LENGTH]
    )
    names = {user.pk: str(user) for user in User.objects.filter(pk__in={event.actor_id for event in events})}
    reasons = _reasons(events)
    return [_entry(event, names, reasons) for event in events]


def _reasons(events: list[AuditEvent]) -> dict[str, str]:
    codes = {event.data["reason"] for event in events if event.data.get("reason")}
    return {term.code: term.label for term in Term.objects.filter(kind=TermKind.REASON, code__in=codes)}


def _entry(event: AuditEvent, names: dict[int, str], reasons: dict[str, str]) -> Entry:
    name = event.action.removeprefix("membership.")
    icon, tone = LOOKS.get(name, ("info", None))
    code = event.data.get("reason", "")
    by = names.get(event.actor_id or 0, "")
    return Entry(str(EVENT_LABELS[name]), icon, tone, event.at, by, note=reasons.get(code, code))
