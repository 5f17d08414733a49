"""Who counts as staff of trust. Rooms above add their own answer; this room knows none of them."""

from collections.abc import Callable

from matchmaking.users.models import User

_tests: list[Callable[[User], bool]] = [lambda user: user.is_staff or user.is_superuser]


def register_trusted_role(test: Callable[[User], bool]) -> None:
    """Add a test that says whether a person holds a role for which a second factor is demanded."""
    if test not in _tests:
        _tests.append(test)


def holds_trusted_role(user: User) -> bool:
    """Say whether a second factor is demanded of this person, from current rows."""
    return any(test(user) for test in _tests)
