"""Rules that hold for every request: malformed input is refused early, personal answers are never cached."""

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers

from matchmaking.core.views import bad_request, uri_too_long

GetResponse = Callable[[HttpRequest], HttpResponse]
MAX_QUERY_BYTES = 8_000
# Longer than any id of ours and outside a 64-bit column: SQLite and PostgreSQL answer such numbers with an error.
_HUGE_INTEGER = re.compile(r"(?<![\w.])-?\d{19,}(?![\w.])")


class RefuseMalformedInput:
    """Answer NUL bytes, broken encodings, over-long queries and out-of-range integers with a clear 4xx.

    Stock views of Django and Wagtail answer several of these with a 500 (see the security notes of the design).
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        query = request.META.get("QUERY_STRING", "")
        if len(query) > MAX_QUERY_BYTES:
            return uri_too_long(request)
        if self._malformed(request):
            return bad_request(request)
        if request.method == "POST" and self._malformed_form(request):
            return bad_request(request)
        return self.get_response(request)

    @staticmethod
    def _malformed(request: HttpRequest) -> bool:
        if "\x00" in request.path or _HUGE_INTEGER.search(request.path.replace("/", " ")) or "\ufffd" in request.path:
            return True
        for name, values in request.GET.lists():
            for value in (name, *values):
                # Free text may hold any number; only a value that is nothing but a number can be an id or an offset.
                if "\x00" in value or "\ufffd" in value or (name != "q" and _HUGE_INTEGER.fullmatch(value.strip())):
                    return True
        return False

    @staticmethod
    def _malformed_form(request: HttpRequest) -> bool:
        if not (request.content_type or "").startswith(("application/x-www-form-urlencoded", "multipart/form-data")):
            return False
        return any("\x00" in value for _, values in request.POST.lists() for value in values)


class PrivateAnswers:
    """Whatever a logged-in person sees stays out of every cache."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if getattr(request, "user", None) is not None and request.user.is_authenticated:
            add_never_cache_headers(response)
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response
