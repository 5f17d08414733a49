"""The digest: one mail for all saved searches of a person of one rhythm, the best result first, with its reason."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.utils import timezone, translation

from directory.models import Company, Need
from directory.profile import company_name
from matchmaking.core import outbox
from matchmaking.core.mail import send_notice
from matchmaking.core.models import OutboxEntry
from matchmaking.core.wording import bilingual
from matchmaking.matches.models import Match
from matchmaking.matches.selectors import servable
from matchmaking.matches.wording import Wording
from search.hits import listed
from search.models import Rhythm, SavedSearch, SavedSearchHit
from search.permissions import MatchSearchPolicy
from search.saved.links import stop_address
from search.saved.questions import described

TOPIC = "digest"
AT = time(8)  # in the zone of the site: Chongqing and Singapore keep the same time
MOST_LISTED = 10


@dataclass(frozen=True, slots=True)
class Item:
    """One new result: what it is called, where it is, and the words it was found by."""

    hit: SavedSearchHit
    row: Company | Need
    name: str
    url: str
    words: str


def due(rhythm: str, now: datetime) -> datetime:
    """When the next digest of a rhythm goes out: eight in the morning, tomorrow or on Monday."""
    today = timezone.localtime(now)
    days = 1 if rhythm == Rhythm.DAILY else 7 - today.weekday()
    return timezone.make_aware(datetime.combine(today.date() + timedelta(days=days), AT))


def plan_digest(saved: SavedSearch) -> None:
    """Leave the mark of the next digest of this person, unless it is there; belongs to a transaction."""
    waiting = OutboxEntry.objects.filter(topic=TOPIC, entity=saved.rhythm, entity_id=saved.user_id, dead_at=None)
    if not waiting.filter(lease_until=None).exists():
        outbox.mark(TOPIC, saved.rhythm, saved.user_id, due=due(saved.rhythm, timezone.now()))


def send_digest(rhythm: str, user_id: int) -> bool:
    """Send a person what is new; says whether there was anything. Raises what the mail backend raises."""
    searches = SavedSearch.objects.filter(user_id=user_id, rhythm=rhythm, stopped_at=None, user__is_active=True)
    found = list(searches.select_related("user"))
    if not found or not _reachable(found[0].user):
        return False
    user = found[0].user
    with translation.override(user.language):
        sections = [section for section in map(_section, found) if section["items"]]
        if not sections:
            return False
        best = max((item for section in sections for item in section["items"]), key=lambda item: item.hit.score)
        context = {
            "person": user, "sections": sections, "best": best, "reason": _reason(user, best),
            "total": sum(section["total"] for section in sections), "rhythm": rhythm,
            "stop_all": stop_address(user_id, [one.pk for one in found]),
        }  # fmt: skip
    link = f"{settings.WAGTAILADMIN_BASE_URL}{context['stop_all']}"
    headers = {"List-Unsubscribe": f"<{link}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    send_notice(user.email, user.language, "search/mail/digest", context, headers)
    told = [number for section in sections for number in section["hits"]]
    SavedSearchHit.objects.filter(pk__in=told).update(sent_at=timezone.now())
    return True


def _reachable(user: Any) -> bool:
    return EmailAddress.objects.filter(user=user, email=user.email, verified=True).exists()


def _section(saved: SavedSearch) -> dict[str, Any]:
    """One saved search in the mail: its best new results that the public may see at this moment."""
    hits = list(saved.hits.filter(sent_at=None))
    rows = _shown(saved.kind, [hit.object_id for hit in hits])
    items = [_item(hit, rows[hit.object_id]) for hit in hits if hit.object_id in rows]
    return {
        **described(saved),
        "items": items[:MOST_LISTED],
        "total": len(items),
        "more": max(0, len(items) - MOST_LISTED),
        "hits": [hit.pk for hit in hits if hit.object_id in rows],
        "stop": stop_address(saved.user_id, [saved.pk]),
    }


def _shown(kind: str, ids: Iterable[int]) -> Mapping[int, Company | Need]:
    if kind == "company":
        return Company.objects.visible().in_bulk(list(ids))
    return Need.objects.shown().in_bulk(list(ids))


def _item(hit: SavedSearchHit, row: Company | Need) -> Item:
    name = company_name(row).text if isinstance(row, Company) else bilingual(row, "title").text
    return Item(hit, row, name, row.get_absolute_url(), listed(hit.words))


def _reason(user: Any, best: Item) -> str:
    """Why the best result fits: a reason of its match with a company of the person where there is one, else nothing.

    Only what the person finds in their own lists on the site: matches on private needs stay out of mails.
    """
    company_id = best.row.pk if isinstance(best.row, Company) else best.row.company_id
    policy = MatchSearchPolicy(user)
    rows = Match.objects.filter(seeker_id__in=policy.company_ids, candidate_id=company_id)
    matches = policy.viewable(servable(rows.select_related("seeker", "candidate", "need", "product", "match_list")))
    if not matches:
        return ""
    match = max(matches, key=lambda one: one.score)
    good = [pair for pair in Wording([match]).pairs(match) if pair.tone == "good"]
    return f"{good[0].label}: {good[0].yours} ↔ {good[0].theirs}" if good else ""
