"""Names, dates, money, addresses; loaded with everything else by ``{% load yuxin %}``."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django import template
from django.http import QueryDict
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from matchmaking.core import wording
from matchmaking.core.rendering import render_component

register = template.Library()


@register.simple_tag
def both(record: Any, name: str, inline: bool = False) -> SafeString:
    """``name`` in the reader's language and, under it, the other language with its own ``lang``."""
    return render_component("both", pair=wording.bilingual(record, name), inline=inline, here=wording.html_lang())


@register.filter
def reader(record: Any, name: str) -> SafeString:
    """Only the reader's language of ``{name}_zh / {name}_en``, tagged when it had to fall back."""
    pair = wording.bilingual(record, name)
    return (
        format_html('<span lang="{}">{}</span>', pair.lang, pair.text)
        if pair.is_fallback
        else format_html("{}", pair.text)
    )


@register.filter
def original(record: Any, name: str) -> SafeString:
    """The other language of the pair, tagged; empty when there is none."""
    pair = wording.bilingual(record, name)
    return format_html('<span lang="{}">{}</span>', pair.other_lang, pair.other) if pair.other else SafeString("")


@register.filter
def plain(record: Any, name: str) -> str:
    """The reader's language as bare text, for titles and attributes."""
    return wording.bilingual(record, name).text


@register.filter
def html_lang(code: str | None) -> str:
    """``zh-hans`` → ``zh-Hans``; ``en`` stays."""
    return wording.html_lang(code)


@register.filter
def in_zone(value: datetime | None, zone: str = "") -> str:
    """``11月26日 周四 15:00`` / ``Thu 26 Nov, 15:00`` in a time zone (default: the reader's)."""
    return wording.moment(value, zone or None) if value else ""


@register.filter
def day(value: date | None) -> str:
    """``11月26日`` / ``26 Nov``; the year only when it differs."""
    return wording.day(value) if value else ""


@register.filter
def weekday(value: date | None) -> str:
    """``11月26日 周四`` / ``Thu 26 Nov``."""
    return wording.day(value, weekday=True) if value else ""


@register.simple_tag
def when(value: datetime, zone: str = "", named: bool = False) -> SafeString:
    """``<time>`` in a zone; ``named`` adds the city and the offset."""
    text = wording.moment(value, zone or None)
    tail = f" {wording.city(zone)} ({wording.utc_offset(value, zone)})" if named and zone else ""
    return format_html('<time datetime="{}">{}</time>{}', value.isoformat(), text, tail)


@register.simple_tag
def two_zones(value: datetime, mine: str = "Asia/Shanghai", theirs: str = "Asia/Singapore") -> SafeString:
    """The reader's zone first, then the other side's; says so when both clocks agree."""
    here, there = wording.utc_offset(value, mine), wording.utc_offset(value, theirs)
    cities = {"mine": wording.city(mine), "theirs": wording.city(theirs), "offset": here}
    if here == there:
        tail = gettext("same time in %(mine)s and %(theirs)s, %(offset)s") % cities
    else:
        tail = f"{cities['mine']} {here} · {cities['theirs']} {wording.moment(value, theirs)} {there}"
    return format_html("{} <small>{}</small>", when(value, mine), tail)


@register.filter
def money_band(value: Any) -> str:
    """A band from ``(low, high, currency)`` or an object with these attributes; text passes through."""
    if value is None or isinstance(value, str):
        return value or gettext("not given")
    low, high, currency = value if isinstance(value, tuple) else (value.low, value.high, value.currency)
    return wording.money_band(low, high, currency)


@register.filter
def state_word(tone: str) -> str:
    """The word before a row of a match card; a full-width colon brings its own gap."""
    words = {"good": gettext("Fits:"), "quiet": gettext("Missing:")}
    word = words.get(tone) or gettext("Conflict:")
    return word if word.endswith("：") else f"{word} "


@register.filter
def message_tone(level_tag: str) -> str:
    """The tone of a message of ``django.contrib.messages``."""
    return {"success": "good", "warning": "warn", "error": "bad"}.get(level_tag, "info")


@register.filter
def lookup(mapping: Mapping[str, Any], key: str) -> Any:
    """``mapping[key]``, or an empty string."""
    return mapping.get(key, "")


@register.simple_tag(takes_context=True)
def query_url(context: Context, **changes: Any) -> str:
    """The current query with some parameters changed; ``None`` or ``""`` removes, a list repeats."""
    request = context.get("request")
    query = request.GET.copy() if request is not None else QueryDict(mutable=True)
    for name, value in changes.items():
        values = value if isinstance(value, list | tuple) else [value]
        query.setlist(name, [str(v) for v in values if v not in (None, "")])
        if not query.getlist(name):
            del query[name]
    return f"?{query.urlencode()}"
