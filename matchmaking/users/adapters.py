"""Yuxin's answers to allauth's questions."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as allauth_context
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.sites.requests import RequestSite
from django.http import HttpRequest
from django.utils.translation import get_language

from matchmaking.users.models import User


class AccountAdapter(DefaultAccountAdapter):
    """E-mail log-in with mandatory verification; see ``settings.ACCOUNT_*``."""

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        """Remember the language in which the person signed up: mails are written in it."""
        user.language = "en" if (get_language() or "").startswith("en") else "zh-hans"
        saved: User = super().save_user(request, user, form, commit)
        return saved

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Sign mails with the product's name instead of the host's."""
        site = RequestSite(allauth_context.request)
        site.name = settings.WAGTAIL_SITE_NAME
        super().send_mail(template_prefix, email, {"current_site": site, **context})

    def send_account_already_exists_mail(self, email: str) -> None:
        """Spend the time of one password hash, so that the clock does not tell who has an account.

        allauth hashes only for a new person (33 ms against 339 ms were measured). Drop this when
        allauth's sign-up form levels the two itself.
        """
        make_password("the time of one hash")
        super().send_account_already_exists_mail(email)
