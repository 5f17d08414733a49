"""Blocks whose body is the part that changes; loaded with everything else by ``{% load yuxin %}``."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.utils.safestring import SafeString

from matchmaking.core.components import Choice, Gate, Tone
from matchmaking.core.rendering import ICON_OF_TONE, render_component
from matchmaking.core.templatetags.yuxin_parts import clock_ring

register = template.Library()


@register.simple_block_tag(end_name="endevidence")
def evidence(
    content: str, title: str, tone: Tone = "good", note: str = "", icon: str | None = None, open: bool = False
) -> SafeString:
    """An evidence badge that opens in place."""
    symbol = {"good": "seal", "warn": "clock"}.get(tone, ICON_OF_TONE[tone]) if icon is None else icon
    return render_component("evidence", body=content, title=title, tone=tone, note=note, icon=symbol, open=open)


@register.simple_block_tag(end_name="endnotice")
def notice(content: str, tone: Tone = "info", title: str = "", icon: str | None = None, role: str = "") -> SafeString:
    """A notice in the flow of the page."""
    symbol = ICON_OF_TONE[tone] if icon is None else icon
    return render_component("notice", body=content, tone=tone, title=title, icon=symbol, role=role)


@register.simple_block_tag(end_name="endempty")
def empty(content: str, title: str, icon: str = "search", level: int = 3) -> SafeString:
    """Nothing here: the reason and the next step."""
    return render_component("empty", body=content, title=title, icon=icon, level=level)


@register.simple_block_tag(end_name="endreveal")
def reveal(content: str, summary: str, icon: str = "", open: bool = False) -> SafeString:
    """A line that opens to more."""
    return render_component("reveal", body=content, summary=summary, icon=icon, open=open)


@register.simple_block_tag(end_name="endtablewrap")
def tablewrap(content: str, label: str, card: bool = True) -> SafeString:
    """A scroll region with a name around ``<table class="table">``; ``card`` frames it."""
    return render_component("tablewrap", body=content, label=label, card=card)


@register.simple_block_tag(end_name="enddialog")
def dialog(content: str, id: str, title: str) -> SafeString:
    """A true confirmation. Opened by ``<button data-opens="id">``."""
    return render_component("dialog", body=content, id=id, title=title)


@register.simple_block_tag(end_name="endclock")
def clock(content: str, left: int, total: int, label: str = "") -> SafeString:
    """The answer clock: a ring and, in the body, whose turn it is."""
    return render_component("clock", body=content, ring=clock_ring(left, total, label))


@register.simple_block_tag(end_name="endgate")
def gate(content: str, market: Gate) -> SafeString:
    """Admission to one market in five gates; the body is the footer. Wrap several in ``<div class="gates">``."""
    return render_component("gate", body=content, gate=market, **GATE_STATUS[market.status])


GATE_STATUS: dict[str, dict[str, str]] = {
    "ready": {"tone": "good", "icon": "check"},
    "fixable": {"tone": "warn", "icon": "edit"},
    "closed": {"tone": "bad", "icon": "stop"},
    "recheck": {"tone": "quiet", "icon": "clock"},
}


@register.simple_block_tag(end_name="endmatchcard")
def matchcard(content: str, card: Mapping[str, Any]) -> SafeString:
    """A match card; the body holds the actions of its footer."""
    return render_component("match_card", body=content, card=card)


@register.simple_block_tag(end_name="endhit")
def hit(content: str, hit: Mapping[str, Any]) -> SafeString:
    """A search hit; the body goes under its signals (compare box, links). Wrap in ``<ul class="hits">``."""
    return render_component("hit", body=content, hit=hit)


@register.inclusion_tag("components/facet.html")
def facet(
    title: str, name: str, choices: Iterable[Choice], kind: str = "checkbox", open: bool = True, submits: bool = True
) -> dict[str, Any]:
    """One group of filters: ``kind`` checkbox (OR inside) or radio (one of them)."""
    return {"title": title, "name": name, "choices": choices, "kind": kind, "open": open, "submits": submits}
