"""Lists between upload and decision: private files that only their uploader finds again, gone after a day."""

import datetime
import re
import secrets
from typing import IO, Any

from django.core.files import File
from django.core.files.storage import Storage
from django.utils import timezone

from alliances.models import Alliance
from directory.storage import private_storage

KEPT = datetime.timedelta(days=1)
_TOKEN = re.compile(r"u[0-9a-f]{32}")


class UploadedList:
    """One uploaded list of one person for one alliance; ``token`` is its address.

    The folder names alliance and person, so a token seen by somebody else opens nothing.
    """

    def __init__(self, alliance: Alliance, user: Any, token: str) -> None:
        self.folder = f"imports/{alliance.pk}-{user.pk}"
        self.token = token
        self.store: Storage = private_storage()

    @classmethod
    def keep(cls, alliance: Alliance, user: Any, upload: File) -> "UploadedList":
        """Store an upload under a fresh token and clear away what this person left behind earlier."""
        kept = cls(alliance, user, "u" + secrets.token_hex(16))
        kept.clear_old()
        kept.store.save(kept.path, upload)
        return kept

    @property
    def path(self) -> str:
        """Where the file lies in the private store."""
        return f"{self.folder}/{self.token}"

    def exists(self) -> bool:
        """Say whether this person has such a list here."""
        return bool(_TOKEN.fullmatch(self.token)) and self.store.exists(self.path)

    def open(self) -> IO[bytes]:
        """Open the list for reading."""
        return self.store.open(self.path, "rb")

    def delete(self) -> None:
        """Remove the file once it was decided on."""
        self.store.delete(self.path)

    def clear_old(self) -> None:
        """Remove this person's lists that were left lying for a day."""
        if not self.store.exists(self.folder):
            return
        for name in self.store.listdir(self.folder)[1]:
            path = f"{self.folder}/{name}"
            if timezone.now() - self.store.get_modified_time(path) > KEPT:
                self.store.delete(path)
