"""Small parts and lists of facts; loaded with everything else by ``{% load yuxin %}``."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.core.paginator import Page
from django.template import Context
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from matchmaking.core.components import Cell, Pair, Picked, Tone
from matchmaking.core.rendering import ICON_OF_TONE, render_component
from matchmaking.core.templatetags.yuxin_words import query_url

register = template.Library()

BANDS = {"strong": 3, "good": 2, "possible": 1}
RING = 213.6  # circumference of the answer clock, radius 34


@register.simple_tag
def icon(name: str, size: str = "", label: str = "") -> SafeString:
    """An icon of ``icons.svg``. Decorative unless it has a ``label``; ``size="big"`` is 24 px."""
    named = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    href = f"{static('yuxin/icons.svg')}#i-{name}"
    return format_html('<svg class="icon{}" {}><use href="{}"/></svg>', f" {size}" if size else "", named, href)


@register.simple_tag
def pill(text: str, tone: Tone = "quiet", icon: str | None = None, lang: str = "") -> SafeString:
    """A status: tone, icon and a word. The icon follows the tone unless given; ``icon=""`` leaves it out."""
    return render_component("pill", text=text, tone=tone, icon=ICON_OF_TONE[tone] if icon is None else icon, lang=lang)


@register.simple_tag
def band(value: str, label: str = "") -> SafeString:
    """A match band ``strong | good | possible`` as bars and a word."""
    words = {
        "strong": gettext("Strong match"),
        "good": gettext("Good match"),
        "possible": gettext("Possible match"),
    }
    return render_component("band", height=BANDS[value], label=label or words[value])


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
    return render_component("clock_ring", left=left, dash=f"{RING * share:.1f} {RING}", label=label)


@register.inclusion_tag("components/cells.html")
def cells(parts: Iterable[Cell], label: str = "") -> dict[str, Any]:
    """A registration code in its parts, so that the wrong one is seen."""
    return {"parts": parts, "label": label or gettext("Parts of the code")}


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
        {
            "label": n,
            "url": query_url(context, **{parameter: n}) if isinstance(n, int) else "",
            "current": n == page.number,
        }
        for n in numbers
    ]
    step = {
        "previous_url": query_url(context, **{parameter: page.number - 1}) if page.has_previous() else "",
        "next_url": query_url(context, **{parameter: page.number + 1}) if page.has_next() else "",
    }
    return {"page": page, "links": links, "noun": noun, "target": target, **step}
