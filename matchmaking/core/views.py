"""Answers that belong to no room: malformed requests, health."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 400 in the reader's language."""
    return render(request, "400.html", status=400)


def uri_too_long(request: HttpRequest) -> HttpResponse:
    """Answer 414 in the reader's language."""
    return render(request, "400.html", status=414)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer 403 with a page that says how to go on."""
    return render(request, "403_csrf.html", status=403)
