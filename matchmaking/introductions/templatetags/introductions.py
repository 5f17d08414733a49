"""Parts of introductions that other rooms' pages show."""

from typing import Any

from django import template

from alliances.reasons import reason_label
from matchmaking.introductions.models import Introduction
from matchmaking.introductions.selectors import clock_of, lists_for

register = template.Library()


@register.inclusion_tag("introductions/_open.html", takes_context=True)
def open_introductions(context: dict[str, Any], limit: int = 5) -> dict[str, Any]:
    """The signed-in person's introductions that are not over, those that wait for an answer first."""
    lists = lists_for(context["user"])
    rows = [*lists["answer"], *lists["talks"], *lists["waiting"]]
    return {"introductions": rows[:limit], "more": len(rows) > limit}


@register.filter
def answer_clock(introduction: Introduction) -> Any:
    """The answer clock of an introduction, None when nobody is waited for."""
    return clock_of(introduction)


register.filter("reason_label", reason_label)
