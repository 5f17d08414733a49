"""Private files: kept outside the media folder, so that no address leads to them but an authorised view."""

import secrets
from pathlib import Path

from django.conf import settings
from django.core.files.storage import FileSystemStorage, Storage
from django.db import models

EVIDENCE = "evidence"
MAX_EVIDENCE_BYTES = 5 * 1024 * 1024
_MAGIC = ((b"%PDF-", "pdf"), (b"\xff\xd8\xff", "jpg"), (b"\x89PNG\r\n\x1a\n", "png"))
CONTENT_TYPES = {"pdf": "application/pdf", "jpg": "image/jpeg", "png": "image/png"}


class PrivateStorage(FileSystemStorage):
    """A folder that is served by nobody."""

    def url(self, name: str | None) -> str:
        """Refuse: there is no address."""
        raise ValueError("A private file has no URL; send it through a view that asks the policy.")


def private_storage() -> Storage:
    """Return the store of evidence files."""
    return PrivateStorage(location=Path(settings.VAR_DIR) / "private", file_permissions_mode=0o600)


def evidence_name(instance: models.Model, filename: str) -> str:
    """Return a random name; of the uploaded name only a known extension survives."""
    extension = filename.rpartition(".")[2].lower()
    return f"{EVIDENCE}/{secrets.token_hex(16)}.{extension if extension in CONTENT_TYPES else 'bin'}"


def evidence_kind(head: bytes) -> str:
    """Return ``pdf | jpg | png`` for the first bytes of a file, or ``""`` for anything else."""
    return next((kind for magic, kind in _MAGIC if head.startswith(magic)), "")
