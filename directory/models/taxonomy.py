"""The controlled vocabulary: stable codes with labels and synonyms in both languages, loaded from data files."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from matchmaking.core.bilingual import pick


class TermKind(models.TextChoices):
    """What a term classifies."""

    SECTOR = "sector", _("sector")
    SERVICE_TYPE = "service_type", _("service type")
    PRODUCT_CATEGORY = "product_category", _("product category")
    CREDENTIAL_SCHEME = "credential_scheme", _("credential scheme")
    MARKET = "market", _("market")
    LANGUAGE = "language", _("language")
    PLACE = "place", _("place")
    REASON = "reason", _("reason")
    SIZE_BAND = "size_band", _("size band")
    MONEY_BAND = "money_band", _("money band")


class Term(models.Model):
    """One entry of the vocabulary. Codes never change meaning; a retired term stays with ``active=False``."""

    kind = models.CharField(max_length=20, choices=TermKind.choices)
    code = models.CharField(_("code"), max_length=80)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    label_zh = models.CharField(_("label (Chinese)"), max_length=120)
    label_en = models.CharField(_("label (English)"), max_length=120)
    synonyms_zh = models.JSONField(_("synonyms (Chinese)"), default=list, blank=True)
    synonyms_en = models.JSONField(_("synonyms (English)"), default=list, blank=True)
    # Columns that only one kind has: isic, hs6, alliance, issuer_zh, country, applies_to, …
    extra = models.JSONField(default=dict, blank=True)
    position = models.PositiveIntegerField(default=0)
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["kind", "position", "code"]
        constraints = [models.UniqueConstraint(fields=["kind", "code"], name="term_code_unique_per_kind")]
        verbose_name = _("term")
        verbose_name_plural = _("terms")

    def __str__(self) -> str:
        return pick(self, "label")

    @property
    def label(self) -> str:
        """Return the label in the reader's language."""
        return pick(self, "label")
