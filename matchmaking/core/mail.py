"""Mail to one person, in that person's language."""

from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation

from matchmaking.core.fault_points import reached


def send_notice(
    to: str, language: str, template: str, context: dict[str, Any], headers: dict[str, str] | None = None
) -> None:
    """Render ``<template>_subject.txt`` and ``<template>.txt`` in ``language`` and send them to one address.

    Called by the worker only, never inside a request: a slow mail server must not hold a page.
    Raises what the mail backend raises; the outbox then tries again.
    """
    with translation.override(language):
        subject = " ".join(render_to_string(f"{template}_subject.txt", context).split())
        body = render_to_string(f"{template}.txt", {**context, "base_url": settings.WAGTAILADMIN_BASE_URL})
    EmailMessage(f"{settings.ACCOUNT_EMAIL_SUBJECT_PREFIX}{subject}", body, to=[to], headers=headers).send()
    reached("K7")
