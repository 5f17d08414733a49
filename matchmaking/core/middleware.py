"""Rules that hold for every request: malformed input is refused early, personal answers are never cached."""

import re
from collections.abc import Callable, Iterable

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers
from django.views.defaults import page_not_found

from matchmaking.core.views import bad_request, body_too_large, uri_too_long

GetResponse = Callable[[HttpRequest], HttpResponse]
MAX_PATH_BYTES = 2_000
MAX_QUERY_BYTES = 8_000
# Longer than any id of ours and outside a 64-bit column: SQLite and PostgreSQL answer such numbers with an error.
_HUGE_INTEGER = re.compile(r"(?<![\w.])-?\d{19,}(?![\w.])")
# In a form such a number may be a certificate's; one that fills lines is nobody's, and Python refuses to read it.
_ENDLESS_INTEGER = re.compile(r"\s*-?\d{200,}\s*")
_FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")
# NUL is no character of any language; U+FFFD is what is left of bytes that are not UTF-8.
_BROKEN = ("\x00", "\ufffd")
# What is left in a path of bytes that are not UTF-8: Django writes them as they came.
_BROKEN_PATH = re.compile(r"%[89A-F][0-9A-F]", re.IGNORECASE)
ADMIN_ROOMS = ("/admin/", "/django-admin/")
_NO_NUMBER = "expected a number but got"
MAX_HEADER_BYTES = 4_000
PERMISSIONS_POLICY = "camera=(), geolocation=(), microphone=(), payment=()"


class RefuseMalformedInput:
    """Answer NUL bytes, broken encodings, over-long addresses and out-of-range integers with a clear 4xx.

    Stock views of Django and Wagtail answer several of these with a 500 (see the security notes of the design).
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if len(request.META.get("QUERY_STRING", "")) > MAX_QUERY_BYTES or len(request.path) > MAX_PATH_BYTES:
            return uri_too_long(request)
        self._drop_endless_headers(request)
        try:
            if self._malformed(request) or (request.method == "POST" and self._malformed_form(request)):
                return bad_request(request)
        except RequestDataTooBig:
            return body_too_large(request)
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A word where the admin's choosers look for a number names nothing: 404, which Wagtail leaves to a 500."""
        if request.path.startswith(ADMIN_ROOMS) and isinstance(exception, ValueError) and _NO_NUMBER in str(exception):
            return page_not_found(request, exception)
        return None

    @staticmethod
    def _drop_endless_headers(request: HttpRequest) -> None:
        """An endless wish for languages is no wish; everything else that long is for the server in front to refuse."""
        if len(request.META.get("HTTP_ACCEPT_LANGUAGE", "")) > MAX_HEADER_BYTES:
            del request.META["HTTP_ACCEPT_LANGUAGE"]

    @staticmethod
    def _malformed(request: HttpRequest) -> bool:
        path = request.path_info
        if _is_broken([path]) or _BROKEN_PATH.search(path) or _HUGE_INTEGER.search(path.replace("/", " ")):
            return True
        for name, values in request.GET.lists():
            if _is_broken([name, *values]):
                return True
            # Free text may hold any number; only a value that is nothing but a number can be an id or an offset.
            if name != "q" and any(_HUGE_INTEGER.fullmatch(value.strip()) for value in values):
                return True
        return False

    @staticmethod
    def _malformed_form(request: HttpRequest) -> bool:
        if not (request.content_type or "").startswith(_FORM_TYPES):
            return False
        for name, values in request.POST.lists():
            # U+FFFD stays: somebody's text with one spoilt character is worth more than a refusal.
            if any("\x00" in text or _ENDLESS_INTEGER.fullmatch(text) for text in (name, *values)):
                return True
        return any("\x00" in (upload.name or "") for _, uploads in request.FILES.lists() for upload in uploads)


def _is_broken(texts: Iterable[str]) -> bool:
    return any(mark in text for text in texts for mark in _BROKEN)


class PrivateAnswers:
    """Whatever a logged-in person sees, whatever sets a cookie and every refusal stays out of every cache."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        user = getattr(request, "user", None)
        is_personal = response.cookies or (user is not None and user.is_authenticated)
        if is_personal or response.status_code >= 400:
            add_never_cache_headers(response)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response
