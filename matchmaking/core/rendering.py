"""From the name of a component to its markup."""

from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

ICON_OF_TONE = {"good": "check", "warn": "alert", "bad": "stop", "quiet": "gap", "info": "info", "brand": "info"}


def render_component(name: str, **values: Any) -> SafeString:
    """Render ``templates/components/<name>.html``; every value is escaped there unless it is safe already."""
    return SafeString(render_to_string(f"components/{name}.html", values))
