"""The interface components as template tags: ``{% load yuxin %}``. ``docs/components.md`` lists every parameter.

Tags only choose a template and name its variables; markup lives in ``templates/components/``. Block tags take
their body as the changing part (a footer, the text of a notice).
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BaseForm, BoundField
from django.http import QueryDict
from django.template import Context
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext, pgettext

from matchmaking.core import wording
from matchmaking.core.components import Cell, Choice, Gate, Pair, Picked, Tone, TranslationState

register = template.Library()

ICON_OF_TONE = {"good": "check", "warn": "alert", "bad": "stop", "quiet": "gap", "info": "info", "brand": "info"}
BANDS = {"strong": 3, "good": 2, "possible": 1}
RING = 213.6  # circumference of the answer clock, radius 34


def _render(name: str, **values: Any) -> SafeString:
    return SafeString(render_to_string(f"components/{name}.html", values))


# --- Small parts --------------------------------------------------------------------------------


@register.simple_tag
def icon(name: str, size: str = "", label: str = "") -> SafeString:
    """An icon of ``icons.svg``. Decorative unless it has a ``label``; ``size="big"`` is 24 px."""
    named = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    href = f"{static('yuxin/icons.svg')}#i-{name}"
    return format_html('<svg class="icon{}" {}><use href="{}"/></svg>', f" {size}" if size else "", named, href)


@register.simple_tag
def pill(text: str, tone: Tone = "quiet", icon: str | None = None, lang: str = "") -> SafeString:
    """A status: tone, icon and a word. The icon follows the tone unless given; ``icon=""`` leaves it out."""
    return _render("pill", text=text, tone=tone, icon=ICON_OF_TONE[tone] if icon is None else icon, lang=lang)


@register.simple_tag
def band(value: str, label: str = "") -> SafeString:
    """A match band ``strong | good | possible`` as bars and a word."""
    words = {
        "strong": gettext("Strong match"),
        "good": gettext("Good match"),
        "possible": gettext("Possible match"),
    }
    return _render("band", height=BANDS[value], label=label or words[value])


@register.simple_tag
def monogram(text: str, size: str = "") -> SafeString:
    """Two letters or two characters in a tile; ``size`` is ``""``, ``big`` or ``round``."""
    words = [word for word in text.replace("(", " ").split() if word[0].isalnum()]
    short = words[0][:2] if words and not words[0].isascii() else "".join(w[0] for w in words[:2]).upper()
    return format_html('<span class="mono{}" aria-hidden="true">{}</span>', f" {size}" if size else "", short)


@register.simple_tag
def clock_ring(left: int, total: int, label: str = "") -> SafeString:
    """The ring of an answer clock: ``left`` of ``total`` working days, 0 or less = overdue."""
    share = max(0.0, min(1.0, left / total if total else 0.0))
    words = {"left": max(left, 0), "total": total}
    label = label or gettext("%(left)s of %(total)s working days left") % words
    return _render("clock_ring", left=left, dash=f"{RING * share:.1f} {RING}", label=label)


@register.inclusion_tag("components/cells.html")
def cells(parts: Iterable[Cell], label: str = "") -> dict[str, Any]:
    """A registration code in its parts, so that the wrong one is seen."""
    return {"parts": parts, "label": label or gettext("Parts of the code")}


# --- Lists of facts -----------------------------------------------------------------------------


@register.inclusion_tag("components/pairs.html")
def pairs(rows: Iterable[Pair], headed: bool = True) -> dict[str, Any]:
    """What you wrote beside what they wrote."""
    return {"rows": rows, "headed": headed, "icons": ICON_OF_TONE}


@register.inclusion_tag("components/crumbs.html")
def crumbs(items: Iterable[Any]) -> dict[str, Any]:
    """A breadcrumb; the last item is the current page."""
    return {"items": list(items)}


@register.inclusion_tag("components/steps.html")
def steps(items: Iterable[Any], label: str = "") -> dict[str, Any]:
    """A process in numbered steps."""
    return {"items": items, "label": label or gettext("Steps")}


@register.inclusion_tag("components/tabs.html")
def tabs(items: Iterable[Any], label: str) -> dict[str, Any]:
    """Tabs that are links."""
    return {"items": items, "label": label}


@register.inclusion_tag("components/rail.html")
def rail(items: Iterable[Any], label: str) -> dict[str, Any]:
    """The side navigation of a desk or of the account pages."""
    return {"items": items, "label": label}


@register.inclusion_tag("components/tiles.html")
def tiles(items: Iterable[Any]) -> dict[str, Any]:
    """Figures with their base."""
    return {"items": items}


@register.inclusion_tag("components/timeline.html")
def timeline(entries: Iterable[Any]) -> dict[str, Any]:
    """What happened, newest first."""
    return {"entries": entries}


@register.inclusion_tag("components/diff.html")
def diff(rows: Iterable[Any], before_label: str = "", after_label: str = "") -> dict[str, Any]:
    """Changed fields, before and after."""
    return {
        "rows": rows,
        "before_label": before_label or gettext("Approved"),
        "after_label": after_label or gettext("Now"),
    }


@register.inclusion_tag("components/tray.html")
def tray(items: Iterable[Picked], compare_url: str, limit: int = 4) -> dict[str, Any]:
    """The compare tray; prints nothing when empty."""
    picked = list(items)
    return {"items": picked, "compare_url": compare_url, "room": max(0, limit - len(picked))}


@register.inclusion_tag("components/pager.html", takes_context=True)
def pager(context: Context, page: Page, noun: str = "", parameter: str = "page", target: str = "") -> dict[str, Any]:
    """Page links that keep the other query parameters."""
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)
    links = [
        {"label": n, "url": query_url(context, **{parameter: n}) if isinstance(n, int) else "", "current": n == page.number}
        for n in numbers
    ]
    step = {
        "previous_url": query_url(context, **{parameter: page.number - 1}) if page.has_previous() else "",
        "next_url": query_url(context, **{parameter: page.number + 1}) if page.has_next() else "",
    }
    return {"page": page, "links": links, "noun": noun, "target": target, **step}


# --- Blocks: the body is the part that changes -----------------------------------------------------


@register.simple_block_tag(end_name="endevidence")
def evidence(
    content: str, title: str, tone: Tone = "good", note: str = "", icon: str | None = None, open: bool = False
) -> SafeString:
    """An evidence badge that opens in place."""
    symbol = {"good": "seal", "warn": "clock"}.get(tone, ICON_OF_TONE[tone]) if icon is None else icon
    return _render("evidence", body=content, title=title, tone=tone, note=note, icon=symbol, open=open)


@register.simple_block_tag(end_name="endnotice")
def notice(content: str, tone: Tone = "info", title: str = "", icon: str | None = None, role: str = "") -> SafeString:
    """A notice in the flow of the page."""
    symbol = ICON_OF_TONE[tone] if icon is None else icon
    return _render("notice", body=content, tone=tone, title=title, icon=symbol, role=role)


@register.simple_block_tag(end_name="endempty")
def empty(content: str, title: str, icon: str = "search", level: int = 3) -> SafeString:
    """Nothing here: the reason and the next step."""
    return _render("empty", body=content, title=title, icon=icon, level=level)


@register.simple_block_tag(end_name="endreveal")
def reveal(content: str, summary: str, icon: str = "", open: bool = False) -> SafeString:
    """A line that opens to more."""
    return _render("reveal", body=content, summary=summary, icon=icon, open=open)


@register.simple_block_tag(end_name="endtablewrap")
def tablewrap(content: str, label: str, card: bool = True) -> SafeString:
    """A scroll region with a name around ``<table class="table">``; ``card`` frames it."""
    return _render("tablewrap", body=content, label=label, card=card)


@register.simple_block_tag(end_name="enddialog")
def dialog(content: str, id: str, title: str) -> SafeString:
    """A true confirmation. Opened by ``<button data-opens="id">``."""
    return _render("dialog", body=content, id=id, title=title)


@register.simple_block_tag(end_name="endclock")
def clock(content: str, left: int, total: int, label: str = "") -> SafeString:
    """The answer clock: a ring and, in the body, whose turn it is."""
    return _render("clock", body=content, ring=clock_ring(left, total, label))


@register.simple_block_tag(end_name="endgate")
def gate(content: str, market: Gate) -> SafeString:
    """Admission to one market in five gates; the body is the footer. Wrap several in ``<div class="gates">``."""
    return _render("gate", body=content, gate=market, **GATE_STATUS[market.status])


GATE_STATUS: dict[str, dict[str, str]] = {
    "ready": {"tone": "good", "icon": "check"},
    "fixable": {"tone": "warn", "icon": "edit"},
    "closed": {"tone": "bad", "icon": "stop"},
    "recheck": {"tone": "quiet", "icon": "clock"},
}


@register.simple_block_tag(end_name="endmatchcard")
def matchcard(content: str, card: Mapping[str, Any]) -> SafeString:
    """A match card; the body holds the actions of its footer."""
    return _render("match_card", body=content, card=card)


@register.simple_block_tag(end_name="endhit")
def hit(content: str, hit: Mapping[str, Any]) -> SafeString:
    """A search hit; the body goes under its signals (compare box, links). Wrap in ``<ul class="hits">``."""
    return _render("hit", body=content, hit=hit)


@register.inclusion_tag("components/facet.html")
def facet(
    title: str, name: str, choices: Iterable[Choice], kind: str = "checkbox", open: bool = True, submits: bool = True
) -> dict[str, Any]:
    """One group of filters: ``kind`` checkbox (OR inside) or radio (one of them)."""
    return {"title": title, "name": name, "choices": choices, "kind": kind, "open": open, "submits": submits}


# --- Forms ---------------------------------------------------------------------------------------


@register.inclusion_tag("components/field.html")
def field(
    field: BoundField,
    label: str = "",
    help: str = "",
    mark_optional: bool = True,
    cards: bool = False,
    css: str = "",
    note: str = "",
    lang: str = "",
) -> dict[str, Any]:
    """A bound field with label, help, error and control."""
    return {
        "field": field,
        "label": label or field.label,
        # Help texts of form classes may hold markup (Django's password rules do); one from a page may not.
        "help": conditional_escape(help) if help else SafeString(field.help_text),
        "lang": lang,
        "optional": mark_optional and not field.field.required,
        "cards": cards,
        "css": css,
        "note": note,
        "kind": field_kind(field),
    }


def field_kind(field: BoundField) -> str:
    """How a field is laid out: ``hidden``, ``switch`` (one box), ``choices`` (several), ``parts`` or ``control``."""
    widget = field.field.widget
    if widget.is_hidden:
        return "hidden"
    if getattr(widget, "input_type", "") == "checkbox" and not getattr(widget, "allow_multiple_selected", False):
        return "switch"
    if getattr(widget, "input_type", "") in {"checkbox", "radio"}:
        return "choices"
    return "parts" if field.use_fieldset else "control"


@register.simple_tag
def control(field: BoundField, css: str = "", help: str = "", lang: str = "") -> SafeString:
    """Only the control of a field, with our class and its ARIA attributes."""
    attrs = {"lang": lang} if lang else {}
    if field_kind(field) in {"control", "parts"}:
        own = str(field.field.widget.attrs.get("class", ""))
        attrs["class"] = " ".join(name for name in ("control", css, own) if name)
    described = [f"{field.auto_id}_error"] if field.errors else []
    described += [f"{field.auto_id}_helptext"] if help or field.help_text else []
    if described and not field.use_fieldset:
        attrs["aria-describedby"] = " ".join(described)
    return SafeString(field.as_widget(attrs=attrs))


@register.simple_tag
def choice_groups(field: BoundField) -> list[tuple[str, list[dict[str, Any]]]]:
    """The options of a radio or checkbox group: ``[(group name or "", [option context, …]), …]``."""
    attrs = field.build_widget_attrs({"id": field.auto_id})
    context = field.field.widget.get_context(field.html_name, field.value(), attrs)
    groups = context["widget"]["optgroups"]
    return [(name or "", [{**option, "wrap_label": False} for option in options]) for name, options, _ in groups]


@register.inclusion_tag("components/error_summary.html")
def error_summary(*forms: BaseForm | None, level: int = 2) -> dict[str, Any]:
    """All errors of one or several forms with links to the fields; prints nothing without errors."""
    errors = [error for form in forms if form is not None and form.is_bound for error in _errors_of(form)]
    count = len(errors)
    title = ngettext("%(count)s thing needs a change", "%(count)s things need a change", count) % {"count": count}
    return {"errors": errors, "title": title, "level": level}


def _errors_of(form: BaseForm) -> Iterable[dict[str, str]]:
    for message in form.non_field_errors():
        yield {"text": str(message), "anchor": "", "label": ""}
    for bound in form:
        anchor = bound.id_for_label or (f"{bound.auto_id}_0" if field_kind(bound) == "choices" else bound.auto_id)
        for message in bound.errors:
            label = "" if bound.is_hidden else str(bound.label)
            yield {"text": str(message), "anchor": "" if bound.is_hidden else anchor, "label": label}


@register.simple_block_tag(end_name="endbilingual")
def bilingual(
    content: str,
    zh: BoundField,
    en: BoundField,
    title: str = "",
    state: TranslationState | str = "",
    zh_note: str = "",
    en_note: str = "",
) -> SafeString:
    """A Chinese and an English field side by side; the body is the foot (locked terms, confirm, redraft)."""
    pills: dict[str, tuple[str, Tone, str]] = {
        "confirmed": (gettext("Both languages confirmed"), "good", "check"),
        "machine": (gettext("Machine draft, please confirm"), "warn", "translate"),
        "stale": (gettext("Translation out of date"), "bad", "alert"),
        "missing": (gettext("One language is missing"), "quiet", "gap"),
    }
    return _render(
        "bilingual",
        body=content.strip(),
        zh=zh,
        en=en,
        title=title or zh.label,
        state=pills.get(state),
        zh_note=zh_note,
        en_note=en_note,
    )


# --- Words: names, dates, money, addresses -----------------------------------------------------------


@register.simple_tag
def both(record: Any, name: str, inline: bool = False) -> SafeString:
    """``name`` in the reader's language and, under it, the other language with its own ``lang``."""
    return _render("both", pair=wording.bilingual(record, name), inline=inline, here=wording.html_lang())


@register.filter
def reader(record: Any, name: str) -> SafeString:
    """Only the reader's language of ``{name}_zh / {name}_en``, tagged when it had to fall back."""
    pair = wording.bilingual(record, name)
    return format_html('<span lang="{}">{}</span>', pair.lang, pair.text) if pair.is_fallback else format_html("{}", pair.text)


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
    """The word that goes with a row of a match card."""
    words = {"good": pgettext("match row", "Fits:"), "quiet": pgettext("match row", "Missing:")}
    return words.get(tone) or pgettext("match row", "Conflict:")


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
