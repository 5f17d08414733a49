"""Answers that belong to no room: display settings, health, refusals, the living style guide."""

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from matchmaking.core.context import THEMES
from matchmaking.core.specimens import specimens

YEAR = 365 * 24 * 3600


# Exempt so that public pages need no CSRF cookie and stay cacheable; all a forged request can do is change colours.
@csrf_exempt
@require_POST
def display_settings(request: HttpRequest) -> HttpResponse:
    """Remember the theme ``light | dark | auto`` in a cookie and go back to the page it was chosen on."""
    theme = request.POST.get("theme", "")
    if theme not in (*THEMES, "auto"):
        return bad_request(request)
    back = request.POST.get("next") or request.headers.get("Referer", "")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    response = HttpResponseRedirect(back if safe else "/")
    response.set_cookie("theme", theme, max_age=YEAR, samesite="Lax", secure=request.is_secure())
    return response


@require_safe
@never_cache
def livez(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """The database answers; 503 otherwise. Search may be reduced without the site being unready."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return HttpResponse("database: no answer\n", status=503, content_type="text/plain; charset=utf-8")
    return HttpResponse("database: ok\n", content_type="text/plain; charset=utf-8")


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 400 in both languages."""
    return render(request, "400.html", status=400)


def uri_too_long(request: HttpRequest) -> HttpResponse:
    """Answer 414 in both languages."""
    return render(request, "400.html", status=414)


def body_too_large(request: HttpRequest) -> HttpResponse:
    """Answer 413 in both languages."""
    return render(request, "400.html", status=413)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 403 with the card that says who can help.

    ``PermissionDenied(reason)`` fills the sentence. An exception may also carry ``title``, ``url`` and ``action``
    (where to go instead, and its label) and ``helper`` (a named person or secretariat).
    """
    card = {name: getattr(exception, name, "") for name in ("title", "url", "action", "helper")}
    return render(request, "403.html", {**card, "reason": str(exception or "")}, status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer 403 with a page that says how to go on."""
    return render(request, "403_csrf.html", status=403)


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """Show every component, in demonstrations and development only."""
    if not (settings.DEBUG or settings.YUXIN_DEMO):
        raise Http404
    return render(request, "styleguide.html", specimens(request.GET.get("page", "2")))
