"""A secretariat's decision about a pair of companies, kept across retraining."""

import datetime

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class VerdictKind(models.TextChoices):
    """Pin a pair to the top, or keep it out."""

    PIN = "pin", _("pinned")
    SUPPRESS = "suppress", _("suppressed")


class VerdictQuerySet(models.QuerySet["Verdict"]):
    """Reading rules of verdicts."""

    def current(self, on: datetime.date | None = None) -> "VerdictQuerySet":
        """Verdicts in force on a day (today by default)."""
        day = on or timezone.localdate()
        return self.filter(lifted_at=None).filter(models.Q(until_date=None) | models.Q(until_date__gte=day))


class Verdict(models.Model):
    """Refers to the pair of companies, never to a match row: a retrain must not orphan a human decision.

    ``company_low`` has the smaller id, so that one pair has one form.
    """

    alliance = models.ForeignKey("alliances.Alliance", on_delete=models.PROTECT, related_name="verdicts")
    company_low = models.ForeignKey("directory.Company", on_delete=models.CASCADE, related_name="+")
    company_high = models.ForeignKey("directory.Company", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(_("verdict"), max_length=10, choices=VerdictKind.choices)
    reason = models.CharField(_("coded reason"), max_length=80)
    until_date = models.DateField(_("until"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    lifted_at = models.DateTimeField(null=True, blank=True)

    objects = VerdictQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["alliance", "company_low", "company_high"],
                condition=models.Q(lifted_at=None),
                name="one_current_verdict_per_pair_and_alliance",
            ),
            models.CheckConstraint(
                condition=models.Q(company_low__lt=models.F("company_high")), name="verdict_pair_ordered"
            ),
        ]
        verbose_name = _("verdict")
        verbose_name_plural = _("verdicts")

    def __str__(self) -> str:
        return f"{self.kind} {self.company_low_id}–{self.company_high_id}"
