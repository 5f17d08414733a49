"""What every page needs: the same page in the other language, the theme, the navigation, what waits for the reader.

All of it is lazy. A page that prints no header (the error pages) touches neither database nor session.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from matchmaking.core.wording import html_lang

THEMES = ("light", "dark")
LANGUAGE_NAMES = {"zh-hans": "中文", "en": "English"}

# Rooms above the kernel hang their numbers and their doors here in ``AppConfig.ready``; see docs/components.md.
_counters: dict[str, Callable[[HttpRequest], int]] = {}
_audiences: dict[str, Callable[[HttpRequest], bool]] = {}


def count_in_navigation(url_name: str, counter: Callable[[HttpRequest], int]) -> None:
    """Show ``counter(request)`` beside a navigation entry; it is only asked for signed-in readers."""
    _counters[url_name] = counter


def limit_in_navigation(url_name: str, audience: Callable[[HttpRequest], bool]) -> None:
    """Show a navigation entry only where ``audience(request)`` is true; it is only asked for signed-in readers."""
    _audiences[url_name] = audience


def site(request: HttpRequest) -> dict[str, Any]:
    """Return the values that ``base.html`` reads. A view may set its own ``alternates``."""
    theme = request.COOKIES.get("theme", "")
    return {
        "alternates": SimpleLazyObject(partial(alternates, request)),
        "theme": theme if theme in THEMES else "auto",
        "nav": SimpleLazyObject(partial(navigation, request)),
        "unread": SimpleLazyObject(partial(unread, request)),
        "footer_links": SimpleLazyObject(footer_links),
        "html_lang": html_lang(),
        "demo": settings.YUXIN_DEMO,
    }


def alternates(request: HttpRequest) -> list[dict[str, Any]]:
    """The same page and query in every language: ``code, lang, label, url, absolute, current``."""
    return [
        {
            "code": code,
            "lang": html_lang(code),
            "label": LANGUAGE_NAMES.get(code, code),
            "url": (url := _in_language(request.get_full_path(), code)),
            "absolute": request.build_absolute_uri(url),
            "current": code == get_language(),
        }
        for code, _ in settings.LANGUAGES
    ]


def _in_language(full_path: str, code: str) -> str:
    """Swap the language prefix. Addresses are the same in both languages, so nothing has to be resolved."""
    for prefix in (f"/{known}/" for known, _ in settings.LANGUAGES):
        if full_path.startswith(prefix):
            return f"/{code}/{full_path.removeprefix(prefix)}"
    return f"/{code}/"


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """``url, label, current, count`` of the entries of ``YUXIN_NAVIGATION`` that exist and concern the reader.

    The entry with the longest matching address is current, so that a sub-page marks its room.
    """
    entries = [
        {"url": url, "label": label, "current": False, "count": _count(request, name)}
        for label, name in settings.YUXIN_NAVIGATION
        if _concerns(request, name) and (url := _address(name))
    ]
    here = [entry for entry in entries if request.path.startswith(str(entry["url"]))]
    if here:
        max(here, key=lambda entry: len(str(entry["url"])))["current"] = True
    return entries


def unread(request: HttpRequest) -> int:
    """How many things wait for the reader, over all registered counters."""
    return sum(_count(request, name) for name in _counters)


def footer_links() -> list[dict[str, str]]:
    """``url, label`` of ``YUXIN_FOOTER``: pairs of a label and a url name or a path below the language prefix."""
    links = getattr(settings, "YUXIN_FOOTER", [])
    return [{"label": label, "url": url} for label, target in links if (url := _address(target))]


def _address(target: str) -> str:
    """A url name, or a path such as ``/about/checks/``, as an address in the active language; ``""`` if unknown."""
    if target.startswith("/"):
        return f"/{get_language()}{target}"
    try:
        return reverse(target)
    except NoReverseMatch:
        return ""


def _count(request: HttpRequest, url_name: str) -> int:
    counter = _counters.get(url_name)
    if counter is None or not _signed_in(request):
        return 0
    asked: dict[str, int] = request.__dict__.setdefault("_navigation_counts", {})
    if url_name not in asked:
        asked[url_name] = counter(request)
    return asked[url_name]


def _concerns(request: HttpRequest, url_name: str) -> bool:
    audience = _audiences.get(url_name)
    return audience is None or (_signed_in(request) and audience(request))


def _signed_in(request: HttpRequest) -> bool:
    user = getattr(request, "user", None)
    return user is not None and user.is_authenticated
