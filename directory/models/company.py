"""A firm or institution, the people who speak for it, and the firms it does not want to meet."""

from typing import Any

from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField

from directory.models.record import Record
from matchmaking.core.bilingual import pick


class Visibility(models.TextChoices):
    """Whether others may see a company."""

    DRAFT = "draft", _("draft")
    LIVE = "live", _("live")
    SUSPENDED = "suspended", _("suspended")
    WITHDRAWN = "withdrawn", _("withdrawn")


# What the public may see: said once, for queries, records and rows of values.
VISIBLE = {"visibility": Visibility.LIVE, "live": True}


def publicly_visible(company: Any) -> bool:
    """Say whether the public may see a company now: a record, or a row of values that holds what ``VISIBLE`` names."""
    return all(getattr(company, field) == value for field, value in VISIBLE.items())


class RegistrationScheme(models.TextChoices):
    """Which register gave the number."""

    USCC = "uscc", _("unified social credit code")
    UEN = "uen", _("UEN")
    OTHER = "other", _("other register")


class CompanyQuerySet(models.QuerySet["Company"]):
    """Reading rules that every list of companies shares."""

    def visible(self) -> "CompanyQuerySet":
        """Companies that the public may see now."""
        return self.filter(**VISIBLE)


class Company(Record):
    """One row per legal entity. Bilingual by paired columns; one row = one firm for matching and rights."""

    kept_across_revisions = ("slug", "visibility", "search_version", "is_demo", "import_run_id")

    legal_name_zh = models.CharField(_("legal name (Chinese)"), max_length=200, blank=True)
    legal_name_en = models.CharField(_("legal name (English)"), max_length=200, blank=True)
    short_name_zh = models.CharField(_("short name (Chinese)"), max_length=80, blank=True)
    short_name_en = models.CharField(_("short name (English)"), max_length=80, blank=True)
    slug = models.SlugField(_("address"), max_length=120, unique=True)
    country = models.CharField(_("country"), max_length=2, default="CN", db_index=True)
    scheme = models.CharField(_("register"), max_length=10, choices=RegistrationScheme.choices, blank=True)
    # NULL, not "", where unknown: the unique constraint must not bite companies without a number.
    number = models.CharField(_("registration number"), max_length=40, null=True, blank=True)
    place = models.ForeignKey(
        "directory.Term",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        limit_choices_to={"kind": "place"},
        verbose_name=_("district or city"),
    )
    zone = models.ForeignKey(
        "directory.Term",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        limit_choices_to={"kind": "place"},
        verbose_name=_("park or zone"),
    )
    founded = models.PositiveSmallIntegerField(_("founded in"), null=True, blank=True)
    size_band = models.ForeignKey(
        "directory.Term",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        limit_choices_to={"kind": "size_band"},
        verbose_name=_("number of employees"),
    )
    website = models.URLField(_("website"), max_length=200, blank=True)
    languages = ParentalManyToManyField(
        "directory.Term",
        blank=True,
        related_name="+",
        limit_choices_to={"kind": "language"},
        verbose_name=_("working languages"),
    )
    sectors = ParentalManyToManyField(
        "directory.Term",
        blank=True,
        related_name="+",
        limit_choices_to={"kind": "sector"},
        verbose_name=_("sectors"),
    )
    summary_zh = models.CharField(_("summary (Chinese)"), max_length=400, blank=True)
    summary_en = models.CharField(_("summary (English)"), max_length=400, blank=True)
    description_zh = models.TextField(_("description (Chinese)"), max_length=5000, blank=True)
    description_en = models.TextField(_("description (English)"), max_length=5000, blank=True)
    group_name = models.CharField(_("corporate group"), max_length=120, blank=True)
    # Per field: "confirmed" by a person, "machine" draft, or "outdated" since the other language changed.
    translation_status = models.JSONField(default=dict, blank=True)
    visibility = models.CharField(
        _("visibility"), max_length=10, choices=Visibility.choices, default=Visibility.DRAFT, db_index=True
    )
    # Raised in the transaction of every write that changes what the index or the matches show.
    search_version = models.BigIntegerField(default=1, editable=False)
    is_demo = models.BooleanField(default=False, editable=False, db_index=True)
    import_run = models.ForeignKey(
        "directory.ImportRun",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="companies",
    )

    _revisions = GenericRelation("wagtailcore.Revision", related_query_name="company")
    _workflow_states = GenericRelation(
        "wagtailcore.WorkflowState",
        content_type_field="base_content_type",
        object_id_field="object_id",
        related_query_name="company",
    )

    objects = CompanyQuerySet.as_manager()

    class Meta:
        ordering = ["slug"]
        constraints = [
            models.UniqueConstraint(
                fields=["scheme", "number"], condition=models.Q(number__isnull=False), name="company_number_unique"
            ),
        ]
        verbose_name = _("company")
        verbose_name_plural = _("companies")

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """Return the short or legal name in the reader's language, or in the other one."""
        return pick(self, "short_name") or pick(self, "legal_name")

    @property
    def is_visible(self) -> bool:
        """Say whether the public may see this company now."""
        return publicly_visible(self)

    @property
    def is_claimed(self) -> bool:
        """Say whether somebody speaks for this company; pre-loaded companies wait for their owner."""
        return self.members.filter(role=MemberRole.OWNER).exists()

    def get_absolute_url(self) -> str:
        return reverse("directory:company", args=[self.slug])

    def get_preview_template(self, request: HttpRequest, mode_name: str) -> str:
        return "directory/company.html"

    def get_preview_context(self, request: HttpRequest, mode_name: str) -> dict[str, Any]:
        # The profile is read by a module that itself reads these models.
        from directory.profile import profile_context

        return {"request": request, **profile_context(self, request.user), "is_preview": True}


class MemberRole(models.TextChoices):
    """What a person may do for a company."""

    OWNER = "owner", _("owner")
    EDITOR = "editor", _("editor")
    VIEWER = "viewer", _("viewer")


class CompanyMember(models.Model):
    """A person who speaks for a company. Rights are read from this row at every request."""

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="members")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="company_memberships")
    role = models.CharField(_("role"), max_length=10, choices=MemberRole.choices)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company", "user"], name="one_role_per_person_and_company")]
        verbose_name = _("company member")
        verbose_name_plural = _("company members")

    def __str__(self) -> str:
        return f"{self.user_id}@{self.company_id}: {self.role}"


class ContactPerson(models.Model):
    """Whom to call. Shown to the other side only after an accepted introduction, field by field by consent.

    Kept apart from :class:`Company` so that no index, revision, export or list can pick it up by accident.
    """

    company = models.OneToOneField(Company, on_delete=models.CASCADE, related_name="contact_person")
    name = models.CharField(_("contact person"), max_length=120, blank=True)
    position = models.CharField(_("position"), max_length=120, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    wechat = models.CharField(_("WeChat"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("contact person")
        verbose_name_plural = _("contact persons")

    def __str__(self) -> str:
        return f"contact of {self.company_id}"


class ClaimRequest(models.Model):
    """Somebody says "this pre-loaded company is ours"; a secretariat decides."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        APPROVED = "approved", _("approved")
        REJECTED = "rejected", _("rejected")

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="claim_requests")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    message = models.TextField(_("how you are connected to the company"), max_length=1000)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    created_at = models.DateTimeField(auto_now_add=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "user"], condition=models.Q(state="open"), name="one_open_claim_per_person"
            )
        ]
        verbose_name = _("claim of a company")
        verbose_name_plural = _("claims of companies")

    def __str__(self) -> str:
        return f"claim of {self.company_id}"


class NoListEntry(models.Model):
    """``company`` never wants to be matched with ``excluded``; private, and never inferable by the other."""

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="no_list")
    excluded = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="+")
    reason = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company", "excluded"], name="no_list_pair_unique")]
        verbose_name = _("no-list entry")
        verbose_name_plural = _("no-list entries")

    def __str__(self) -> str:
        return f"{self.company_id} not {self.excluded_id}"


class MustMeet(models.Model):
    """``company`` wants to meet ``wanted`` above all; the other side hears of it only once it wants the same."""

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="must_meet")
    wanted = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company", "wanted"], name="must_meet_pair_unique")]
        verbose_name = _("company to meet")
        verbose_name_plural = _("companies to meet")

    def __str__(self) -> str:
        return f"{self.company_id} wants {self.wanted_id}"
