"""Who may bring in lists: platform staff, and whom rooms above name (the secretariats)."""

from collections.abc import Callable
from typing import Any

from directory.permissions import is_person, is_platform_staff

Test = Callable[[Any], bool]
_tests: list[Test] = []


def register_importer(test: Test) -> None:
    """Add a test ``(user) -> bool`` for people who may import; call it when an app is ready."""
    if test not in _tests:
        _tests.append(test)


def may_import(user: Any) -> bool:
    """Say whether the person may import. ``None`` is the operator at the command line."""
    if user is None:
        return True
    return is_person(user) and (is_platform_staff(user) or any(test(user) for test in _tests))
