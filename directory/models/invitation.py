"""Inviting a colleague to speak for a company: by e-mail, once, for the owner of that address only."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from directory.models.company import Company, MemberRole

INVITATION_DAYS = 14


def invitation_expiry() -> datetime:
    """Return when an invitation written now runs out."""
    return timezone.now() + timedelta(days=INVITATION_DAYS)


def fresh_nonce() -> str:
    """Return the random part of a token."""
    return secrets.token_hex(16)


class CompanyInvitation(models.Model):
    """An open invitation. The token is derived from the row and the site's secret, so no copy of it is stored.

    Whoever writes the mail reads :attr:`token`; a page that receives one finds the row by its hash.
    """

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField(_("e-mail"))
    role = models.CharField(_("role"), max_length=10, choices=MemberRole.choices)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    nonce = models.CharField(max_length=32, default=fresh_nonce, editable=False)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(default=invitation_expiry)
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("invitation of a colleague")
        verbose_name_plural = _("invitations of colleagues")

    def __str__(self) -> str:
        return f"invitation to {self.company_id}"

    @property
    def token(self) -> str:
        """Return the secret of the link."""
        return salted_hmac("directory.invitation", self.nonce, algorithm="sha256").hexdigest()[:48]

    @property
    def is_open(self) -> bool:
        """Say whether the invitation can still be accepted."""
        return not self.accepted_at and not self.revoked_at and self.expires_at > timezone.now()

    @staticmethod
    def hash_of(token: str) -> str:
        """Return what the column holds for a token."""
        return hashlib.sha256(token.encode()).hexdigest()
