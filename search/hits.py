"""Found rows as the component ``hit`` prints them: names in both languages, where the words were found, evidence."""

import re
from collections.abc import Iterable, Mapping
from html import unescape
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, ngettext

from directory.countries import country_name
from directory.models import Company, Confidentiality, Need
from directory.profile import company_name, credential_badge
from matchmaking.core.bilingual import reader_suffix
from matchmaking.core.components import Mark, Signal
from matchmaking.core.wording import bilingual, day
from matchmaking.matches.models import Match
from search.cards import CompanyCard
from search.queries import Found

HTML_LANG = {"zh": "zh-Hans", "en": "en"}
# Fields in which a reader expects to see why a company was found, the telling ones first.
TELLING: dict[str, tuple[str, ...]] = {
    "company": ("offers", "products", "services", "summary", "offer_texts", "description", "sectors"),
    "need": ("text", "services", "categories"),
    "match": ("need_title", "services", "reasons"),
}
NAMED: dict[str, tuple[str, ...]] = {
    "company": ("name_zh", "name_en", "short_name_zh", "short_name_en"),
    "need": ("title_zh", "title_en"),
    "match": ("candidate_zh", "candidate_en"),
}
MOST_TAGS = 3
MOST_BADGES = 2
_MARK = re.compile("</?mark>")


def as_hit(found: Found) -> dict[str, Any]:
    """What ``{% hit %}`` prints for a found company, need or match; ``row`` is the row itself."""
    row = found.row
    if isinstance(row, CompanyCard):
        described = _company(row, found)
    elif isinstance(row, Need):
        described = _need(row, found)
    else:
        described = _match(row, found)
    if found.near:
        described["marks"] = [Mark(gettext("Close in meaning"), "info", "search"), *described["marks"]]
    return {"row": row, **described}


def _company(row: CompanyCard, found: Found) -> dict[str, Any]:
    return {
        **_named(row.get_absolute_url(), "company", company_name(row), found),
        "place": _place(row),
        "mark": Mark(gettext("takes no requests now"), "quiet", "stop") if row.paused else None,
        **_why(found, "company", bilingual(row, "summary")),
        "marks": [*_badges(row), *_tags(row)],
        "signals": _signals(row),
    }


def _named(url: str, kind: str, name: Any, found: Found) -> dict[str, Any]:
    return {
        "url": url, "name": _marked(name.text, kind, found), "name_lang": name.lang if name.is_fallback else "",
        "other_name": _marked(name.other, kind, found), "other_lang": name.other_lang,
    }  # fmt: skip


def _marked(name: str, kind: str, found: Found) -> SafeString | str:
    """A name with what was found in it marked; as it is where the index holds another, or nothing was found in it."""
    marked = (found.hit.highlights.get(field, "") for field in NAMED[kind])
    return next((mark_safe(text) for text in marked if text and unescape(_MARK.sub("", text)) == name), name)


def _place(company: Company | CompanyCard) -> str:
    parts = [str(company.place or ""), country_name(company.country)]
    return " · ".join(dict.fromkeys(part for part in parts if part))


def _why(found: Found, kind: str, instead: Any) -> dict[str, Any]:
    """The first telling field in the reader's language, and one in the other if only that one holds the words."""
    mine = reader_suffix()
    other = "en" if mine == "zh" else "zh"
    own = _first_mark(found.hit.highlights, kind, mine)
    original = _first_mark(found.hit.highlights, kind, other) if not own else ""
    if own or not original:
        return {"why": own or instead.text, "why_lang": "" if own or not instead.is_fallback else instead.lang}
    if instead.is_fallback or not instead.text:
        return {"why": original, "why_lang": HTML_LANG[other]}
    quoted = format_html("“{}”", original)
    return {"why": instead.text, "why_lang": "", "original": quoted, "original_lang": HTML_LANG[other]}


def _first_mark(highlights: Mapping[str, str], kind: str, language: str) -> SafeString | str:
    names = (f"{field}_{language}" for field in TELLING[kind])
    # Highlights are escaped by the engine's own function; nothing in them but <mark> is markup.
    return next((mark_safe(highlights[name]) for name in names if name in highlights), "")


def _badges(card: CompanyCard) -> list[Mark]:
    """Claims that somebody checked; where there is none, say so."""
    today = timezone.localdate()
    checked = [badge for badge in map(credential_badge, card.credentials) if badge.checked]
    marks = [Mark(f"{badge.title} {badge.note}".strip(), badge.tone, "seal") for badge in checked[:MOST_BADGES]]
    own = [check for check in card.registration if check.holds(today)]
    if own:
        checked_on = day(timezone.localdate(own[0].checked_at))
        marks.append(Mark(gettext("Registration checked %(day)s") % {"day": checked_on}, "good", "seal"))
    return marks or [Mark(gettext("Self-declared, not checked"), "quiet", "gap")]


def _tags(card: CompanyCard) -> list[Mark]:
    services = [str(term) for term in card.services or card.sectors]
    spoken = listed(str(term) for term in card.languages)
    return [Mark(text) for text in [*dict.fromkeys(services)][:MOST_TAGS] + ([spoken] if spoken else [])]


def _signals(card: CompanyCard) -> list[Signal]:
    stated = [capacity for capacity in card.capacities if capacity is not None]
    signals = []
    if stated and len(stated) == len(card.capacities) and sum(stated):
        text = ngettext("can take %(count)s more request", "can take %(count)s more requests", sum(stated))
        signals.append(Signal("users", text % {"count": sum(stated)}))
    updated = card.last_published_at or card.updated_at
    signals.append(Signal("clock", gettext("updated %(day)s") % {"day": day(timezone.localdate(updated))}))
    return signals


def _need(row: Need, found: Found) -> dict[str, Any]:
    named = row.confidentiality == Confidentiality.PUBLIC
    company = company_name(row.company).text if named else gettext("Name on request")
    wanted = [*row.service_types.all(), *row.product_categories.all()]
    markets = [Mark(str(term), "info", "globe") for term in row.markets.all()]
    until = row.answer_by_date
    signal = [Signal("calendar", gettext("answers until %(day)s") % {"day": day(until)})] if until else []
    return {
        **_named(row.get_absolute_url(), "need", bilingual(row, "title"), found),
        "place": f"{company} · {country_name(row.company.country)}",
        **_why(found, "need", bilingual(row, "text")),
        "marks": [*(Mark(str(term)) for term in wanted[:MOST_TAGS]), *markets[:MOST_TAGS]],
        "signals": signal,
    }


def _match(row: Match, found: Found) -> dict[str, Any]:
    name = company_name(row.candidate)
    asked = bilingual(row.need, "title") if row.need else bilingual(row.product, "name") if row.product else None
    what = asked.text if asked else gettext("the company as a whole")
    words = gettext("For %(company)s: %(what)s") % {"company": company_name(row.seeker).text, "what": what}
    pinned = [Mark(gettext("Pinned by a secretariat"), "brand", "pin")] if row.pinned else []
    return {
        **_named(row.candidate.get_absolute_url(), "match", name, found),
        "place": _place(row.candidate),
        "why": words,
        "marks": pinned,
        "band": row.band,
        "signals": [],
    }


def listed(words: Iterable[str]) -> str:
    """Words one after the other, as the reader's language sets them apart."""
    return ("、" if reader_suffix() == "zh" else ", ").join(words)


def listed_html(words: Iterable[SafeString]) -> SafeString:
    """The same for pieces of markup."""
    return format_html_join("、" if reader_suffix() == "zh" else ", ", "{}", ((word,) for word in words))


def compare_address(slugs: Iterable[str]) -> str:
    """Where the picked companies stand side by side; ``""`` where the site has no such page."""
    try:
        return f"{reverse('workspace:compare')}?c={','.join(slugs)}"
    except NoReverseMatch:
        return ""
