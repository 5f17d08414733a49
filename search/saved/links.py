"""Links in mails by which a person stops them without signing in."""

from collections.abc import Sequence

from django.core import signing
from django.urls import reverse

_SALT = "search.saved.stop"


def stop_address(user_id: int, saved_ids: Sequence[int]) -> str:
    """The page that stops mail about these searches of a person. It never runs out: neither does the mail."""
    return reverse("search:stop", args=[stop_token(user_id, saved_ids)])


def stop_token(user_id: int, saved_ids: Sequence[int]) -> str:
    """Person and saved searches, signed."""
    return signing.dumps([user_id, *saved_ids], salt=_SALT)


def read_stop(token: str) -> tuple[int, list[int]]:
    """Person and saved searches of a link. Raises ``signing.BadSignature`` for one that we did not write."""
    user_id, *saved_ids = signing.loads(token, salt=_SALT)
    return user_id, saved_ids
