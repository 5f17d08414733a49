"""Matches → the dicts that the match card prints."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from directory.countries import country_names
from directory.models import Company, Credential, Offer
from matchmaking.core.bilingual import reader_suffix
from matchmaking.core.components import Pair, Signal
from matchmaking.core.wording import Bilingual, bilingual
from matchmaking.matches.models import Band, Match
from matchmaking.matches.preferences import Bracket, Preferences
from matchmaking.matches.wording import Wording

EXPIRY_NOTICE_DAYS = 30
# The first cards of a page stand open: a reader sees what a reason looks like without a click.
UNFOLDED = 2


def build_cards(
    matches: Sequence[Match], *, request_query: str = "", wishes: Preferences | None = None
) -> list[dict[str, Any]]:
    """Return one card per match. ``request_query`` names the need or product in the address of the request form.

    ``wishes`` are those of the seeker, for its own people.
    """
    wishes = wishes or Preferences()
    words = Wording(matches)
    signals = _signals([match.candidate_id for match in matches])
    return [
        _card(match, words, signals[match.candidate_id], request_query, unfolded=place < UNFOLDED)
        | _wish(match, wishes.bracket(match.candidate_id))
        for place, match in enumerate(matches)
    ]


def company_name(company: Company) -> Bilingual:
    """The name to show: the short one where there is one."""
    has_short = company.short_name_zh or company.short_name_en
    return bilingual(company, "short_name" if has_short else "legal_name")


def place_of(company: Company) -> str:
    """District or city with the country, or the country alone, in the reader's language."""
    country = country_names(reader_suffix()).get(company.country, company.country)
    place = company.place.label if company.place else country
    return country if place == country else f"{country} · {place}"


def _card(match: Match, words: Wording, signals: list[Signal], request_query: str, *, unfolded: bool) -> dict[str, Any]:
    company, rows = match.candidate, words.pairs(match)
    name = company_name(company)
    return {
        "anchor": f"m-{company.slug}",
        "slug": company.slug,
        "url": company.get_absolute_url(),
        "name": name.text,
        "name_lang": name.lang if name.is_fallback else "",
        "other_name": name.other,
        "other_lang": name.other_lang,
        "place": place_of(company),
        "band": match.band,
        "rows": rows,
        "summary": "" if unfolded or match.band == Band.STRONG else _summary(rows),
        "changes": words.changes(match),
        "signals": signals,
        "request_url": reverse("introductions:request", args=[company.slug]) + request_query,
    }


def _wish(match: Match, bracket: Bracket) -> dict[str, str]:
    """Why a card comes first, in one line: the wish of both, else the own one, else a secretariat's."""
    notes = {
        "mutual": _("You both want to meet."),
        "mine": _("You want to meet them. They do not know it."),
        "none": _("A secretariat recommends this pair.") if match.pinned else "",
    }
    return {"wish": bracket, "note": notes[bracket]}


def _summary(rows: Iterable[Pair]) -> str:
    counts: dict[str, int] = defaultdict(int)
    for row in rows:
        counts[row.tone] += 1
    if not counts:
        return ""
    words = {"fits": counts["good"], "conflicts": counts["warn"], "missing": counts["quiet"]}
    return _("Fits: %(fits)s, conflicts: %(conflicts)s, missing: %(missing)s – open the comparison") % words


def _signals(company_ids: list[int]) -> dict[int, list[Signal]]:
    """Short public facts per company: room for requests, checked claims, a credential about to lapse."""
    found: dict[int, list[Signal]] = defaultdict(list)
    room: dict[int, list[int | None]] = defaultdict(list)
    offers = Offer.objects.filter(company_id__in=company_ids, live=True)
    for company_id, capacity in offers.values_list("company_id", "capacity"):
        room[company_id].append(capacity)
    for company_id, stated in room.items():
        known = [capacity for capacity in stated if capacity is not None]
        if len(known) == len(stated):
            text = ngettext("Can take %(n)s more request", "Can take %(n)s more requests", sum(known))
            found[company_id].append(Signal("users", text % {"n": sum(known)}))
    today = timezone.localdate()
    credentials = Credential.objects.filter(company_id__in=company_ids, live=True).prefetch_related("checks")
    checked: dict[int, int] = defaultdict(int)
    for credential in credentials:
        if credential.is_current(today) and credential.current_check(today):
            checked[credential.company_id] += 1
        days = (credential.valid_until_date - today).days if credential.valid_until_date else None
        if days is not None and 0 <= days <= EXPIRY_NOTICE_DAYS:
            text = ngettext("A credential expires in %(n)s day", "A credential expires in %(n)s days", days)
            found[credential.company_id].append(Signal("alert", text % {"n": days}))
    for company_id, count in checked.items():
        text = ngettext("%(n)s checked credential", "%(n)s checked credentials", count) % {"n": count}
        found[company_id].append(Signal("seal", text))
    return found
