"""What a food company sells, and where it is made."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField

from directory.models.part import ProfilePart
from matchmaking.core.bilingual import pick


class Establishment(models.Model):
    """A farm, factory or cold store of a company, with its own registration number."""

    class Kind(models.TextChoices):
        FARM = "farm", _("farm")
        FACTORY = "factory", _("factory")
        COLD_STORE = "cold_store", _("cold store")

    company = models.ForeignKey("directory.Company", on_delete=models.CASCADE, related_name="establishments")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    name_zh = models.CharField(_("name (Chinese)"), max_length=200, blank=True)
    name_en = models.CharField(_("name (English)"), max_length=200, blank=True)
    registration = models.CharField(_("registration number"), max_length=60, blank=True)
    place = models.ForeignKey(
        "directory.Term",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        limit_choices_to={"kind": "place"},
        verbose_name=_("place"),
    )

    class Meta:
        verbose_name = _("establishment")
        verbose_name_plural = _("establishments")

    def __str__(self) -> str:
        return pick(self, "name")


class TemperatureRegime(models.TextChoices):
    """How a product must travel."""

    AMBIENT = "ambient", _("ambient")
    CHILLED = "chilled", _("chilled")
    FROZEN = "frozen", _("frozen")


class Incoterm(models.TextChoices):
    """Incoterms 2020 that food exporters use."""

    EXW = "EXW", "EXW"
    FCA = "FCA", "FCA"
    FOB = "FOB", "FOB"
    CFR = "CFR", "CFR"
    CIF = "CIF", "CIF"
    DAP = "DAP", "DAP"
    DDP = "DDP", "DDP"


class Product(ProfilePart):
    """One product with the terms a buyer asks for first. In matching it is an offer."""

    company = models.ForeignKey("directory.Company", on_delete=models.CASCADE, related_name="products")
    category = models.ForeignKey(
        "directory.Term",
        on_delete=models.PROTECT,
        related_name="+",
        limit_choices_to={"kind": "product_category"},
        verbose_name=_("product category"),
    )
    hs6 = models.CharField(_("HS code (6 digits)"), max_length=6, blank=True)
    name_zh = models.CharField(_("name (Chinese)"), max_length=200, blank=True)
    name_en = models.CharField(_("name (English)"), max_length=200, blank=True)
    text_zh = models.TextField(_("text (Chinese)"), max_length=5000, blank=True)
    text_en = models.TextField(_("text (English)"), max_length=5000, blank=True)
    pack = models.CharField(_("pack"), max_length=120, blank=True)
    minimum_order = models.CharField(_("minimum order"), max_length=120, blank=True)
    price_band = models.PositiveSmallIntegerField(_("price band of an order"), null=True, blank=True)
    incoterm = models.CharField(_("incoterm"), max_length=3, choices=Incoterm.choices, blank=True)
    shelf_life_days = models.PositiveSmallIntegerField(_("shelf life in days"), null=True, blank=True)
    temperature = models.CharField(
        _("temperature"), max_length=10, choices=TemperatureRegime.choices, default=TemperatureRegime.AMBIENT
    )
    harvest_months = models.JSONField(_("harvest months"), default=list, blank=True)
    origin_mark = models.CharField(_("origin mark"), max_length=120, blank=True)
    markets = ParentalManyToManyField(
        "directory.Term",
        blank=True,
        related_name="+",
        limit_choices_to={"kind": "market"},
        verbose_name=_("markets wanted"),
    )
    establishment = models.ForeignKey(
        Establishment,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="products",
        verbose_name=_("made at"),
    )
    translation_status = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("product")
        verbose_name_plural = _("products")

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """Return the name in the reader's language, or in the other one."""
        return pick(self, "name")
