"""What a company can prove, and who has checked which claim."""

import datetime

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField

from directory.models.part import ProfilePart
from directory.storage import evidence_name, private_storage


class Credential(ProfilePart):
    """A licence, certificate, qualification, registration or approval, as the company states it."""

    company = models.ForeignKey("directory.Company", on_delete=models.CASCADE, related_name="credentials")
    scheme = models.ForeignKey(
        "directory.Term",
        on_delete=models.PROTECT,
        related_name="+",
        limit_choices_to={"kind": "credential_scheme"},
        verbose_name=_("scheme"),
    )
    issuer = models.CharField(_("issuer"), max_length=200, blank=True)
    number = models.CharField(_("number"), max_length=80, blank=True)
    scope_zh = models.CharField(_("scope (Chinese)"), max_length=300, blank=True)
    scope_en = models.CharField(_("scope (English)"), max_length=300, blank=True)
    valid_from_date = models.DateField(_("valid from"), null=True, blank=True)
    valid_until_date = models.DateField(_("valid until"), null=True, blank=True)
    markets = ParentalManyToManyField(
        "directory.Term",
        blank=True,
        related_name="+",
        limit_choices_to={"kind": "market"},
        verbose_name=_("markets"),
    )
    evidence = models.FileField(_("evidence"), storage=private_storage, upload_to=evidence_name, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("credential")
        verbose_name_plural = _("credentials")

    def __str__(self) -> str:
        return str(self.scheme)

    def is_current(self, on: datetime.date | None = None) -> bool:
        """Say whether the credential is within its stated validity on a day (today by default)."""
        day = on or timezone.localdate()
        begun = self.valid_from_date is None or self.valid_from_date <= day
        return begun and (self.valid_until_date is None or self.valid_until_date >= day)

    def current_check(self, on: datetime.date | None = None) -> "ClaimCheck | None":
        """Return the newest check that holds on a day, or None: a badge lapses by itself."""
        day = on or timezone.localdate()
        checks = [check for check in self.checks.all() if check.holds(day)]
        return max(checks, key=lambda check: check.checked_at, default=None)


class ClaimCheck(models.Model):
    """Who checked which claim, how, when and until when. Never edited; a new check replaces an old one."""

    class Outcome(models.TextChoices):
        CONFIRMED = "confirmed", _("confirmed")
        REFUSED = "refused", _("not confirmed")

    company = models.ForeignKey("directory.Company", on_delete=models.CASCADE, related_name="claim_checks")
    # No credential = the check is about the registration number of the company itself.
    credential = models.ForeignKey(Credential, on_delete=models.CASCADE, null=True, blank=True, related_name="checks")
    method_zh = models.CharField(_("how it was checked (Chinese)"), max_length=300)
    method_en = models.CharField(_("how it was checked (English)"), max_length=300)
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    alliance_code = models.CharField(max_length=40, blank=True)
    checked_at = models.DateTimeField(default=timezone.now)
    valid_until_date = models.DateField(_("check holds until"), null=True, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices)

    class Meta:
        ordering = ["-checked_at"]
        verbose_name = _("claim check")
        verbose_name_plural = _("claim checks")

    def __str__(self) -> str:
        return f"check {self.pk} of company {self.company_id}"

    def holds(self, on: datetime.date) -> bool:
        """Say whether the check confirms the claim on a day."""
        until = self.valid_until_date
        return self.outcome == self.Outcome.CONFIRMED and (until is None or until >= on)
