"""What every page needs: language alternates, theme, navigation."""

from typing import Any

from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    """Return the values that ``base.html`` reads."""
    return {}
