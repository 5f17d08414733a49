"""What a company can do for others."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField

from directory.models.part import ProfilePart
from matchmaking.core.bilingual import pick


class Offer(ProfilePart):
    """One service that a company offers, with the markets, sizes and languages it does it in."""

    company = models.ForeignKey("directory.Company", on_delete=models.CASCADE, related_name="offers")
    service_type = models.ForeignKey(
        "directory.Term",
        on_delete=models.PROTECT,
        related_name="+",
        limit_choices_to={"kind": "service_type"},
        verbose_name=_("service"),
    )
    title_zh = models.CharField(_("title (Chinese)"), max_length=200, blank=True)
    title_en = models.CharField(_("title (English)"), max_length=200, blank=True)
    text_zh = models.TextField(_("text (Chinese)"), max_length=5000, blank=True)
    text_en = models.TextField(_("text (English)"), max_length=5000, blank=True)
    markets = ParentalManyToManyField(
        "directory.Term",
        blank=True,
        related_name="+",
        limit_choices_to={"kind": "market"},
        verbose_name=_("markets served"),
    )
    languages = ParentalManyToManyField(
        "directory.Term",
        blank=True,
        related_name="+",
        limit_choices_to={"kind": "language"},
        verbose_name=_("working languages"),
    )
    # Ordinal of the money band (0 smallest), None where the company did not say.
    deal_size = models.PositiveSmallIntegerField(_("usual deal size"), null=True, blank=True)
    capacity = models.PositiveSmallIntegerField(_("open requests it can take now"), null=True, blank=True)
    lead_days = models.PositiveSmallIntegerField(_("lead time in days"), null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("offer")
        verbose_name_plural = _("offers")

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """Return the title in the reader's language, or in the other one."""
        return pick(self, "title")
