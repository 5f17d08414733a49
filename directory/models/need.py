"""What a company looks for."""

from typing import Any

from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField

from directory.models.company import Company
from directory.models.record import Record
from matchmaking.core.bilingual import pick


class Confidentiality(models.TextChoices):
    """Who may see a need."""

    PUBLIC = "public", _("public")
    ANONYMOUS = "anonymous", _("text shown, name not")
    PRIVATE = "private", _("only for our own matching")


class NeedState(models.TextChoices):
    """Life of a need."""

    DRAFT = "draft", _("draft")
    OPEN = "open", _("open")
    FULFILLED = "fulfilled", _("fulfilled")
    CLOSED = "closed", _("closed")
    EXPIRED = "expired", _("expired")


class NeedQuerySet(models.QuerySet["Need"]):
    """Reading rules that every list of needs shares."""

    def shown(self) -> "NeedQuerySet":
        """Needs whose text the public may see: open, not private, of a visible company.

        The company is looked up for each need: joined by its visibility, SQLite began with all visible companies, and
        reading two hundred needs of 50,000 companies took a second.
        """
        visible = Company.objects.visible().filter(pk=models.OuterRef("company_id"))
        return self.filter(models.Exists(visible), state=NeedState.OPEN, live=True).exclude(
            confidentiality=Confidentiality.PRIVATE
        )


class Need(Record):
    """One thing a company wants, for services or for products; matched against offers and products of others."""

    kept_across_revisions = ("state",)

    company = models.ForeignKey("directory.Company", on_delete=models.CASCADE, related_name="needs")
    service_types = ParentalManyToManyField(
        "directory.Term",
        blank=True,
        related_name="+",
        limit_choices_to={"kind": "service_type"},
        verbose_name=_("services"),
    )
    product_categories = ParentalManyToManyField(
        "directory.Term",
        blank=True,
        related_name="+",
        limit_choices_to={"kind": "product_category"},
        verbose_name=_("product categories"),
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
        verbose_name=_("markets"),
    )
    languages = ParentalManyToManyField(
        "directory.Term",
        blank=True,
        related_name="+",
        limit_choices_to={"kind": "language"},
        verbose_name=_("working languages"),
    )
    required_credentials = ParentalManyToManyField(
        "directory.Term",
        blank=True,
        related_name="+",
        limit_choices_to={"kind": "credential_scheme"},
        verbose_name=_("required credentials"),
    )
    budget = models.PositiveSmallIntegerField(_("budget"), null=True, blank=True)
    answer_by_date = models.DateField(_("answers until"), null=True, blank=True)
    confidentiality = models.CharField(
        _("who may see it"), max_length=10, choices=Confidentiality.choices, default=Confidentiality.PUBLIC
    )
    state = models.CharField(_("state"), max_length=10, choices=NeedState.choices, default=NeedState.DRAFT)
    translation_status = models.JSONField(default=dict, blank=True)

    objects = NeedQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("need")
        verbose_name_plural = _("needs")

    def __str__(self) -> str:
        # Wagtail writes this into its log and its revisions, which editors of the platform may read.
        return f"need {self.pk}" if self.confidentiality == Confidentiality.PRIVATE else self.title

    @property
    def title(self) -> str:
        """Return the title in the reader's language, or in the other one."""
        return pick(self, "title")

    def get_absolute_url(self) -> str:
        return reverse("directory:need", args=[self.pk])

    def get_preview_template(self, request: HttpRequest, mode_name: str) -> str:
        return "directory/need.html"

    def get_preview_context(self, request: HttpRequest, mode_name: str) -> dict[str, Any]:
        # The page and its rights are described by modules that themselves read these models.
        from directory.permissions import NeedPolicy
        from directory.profile import need_context

        policy = NeedPolicy(request.user, self)
        return {"request": request, **need_context(self, policy), "is_preview": True}
