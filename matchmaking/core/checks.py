"""System checks of the kernel."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register


@register(Tags.security, deploy=True)
def faults_are_for_tests(**kwargs: Any) -> list[CheckMessage]:
    """A deployment must not define the setting that lets its environment kill its own processes."""
    if hasattr(settings, "FAULT"):
        hint = "Only matchmaking.settings.test defines it."
        return [Error("The setting FAULT is for the fault tests.", hint=hint, id="core.E001")]
    return []
