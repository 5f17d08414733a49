"""An alliance as data; a fifth one needs no code."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from matchmaking.core.bilingual import pick


class Alliance(models.Model):
    """One service alliance with its secretariats on both sides, its services and its rules of admission."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name_zh = models.CharField(_("name (Chinese)"), max_length=120)
    name_en = models.CharField(_("name (English)"), max_length=120)
    summary_zh = models.TextField(_("summary (Chinese)"), blank=True)
    summary_en = models.TextField(_("summary (English)"), blank=True)
    # {"CN": {"zh": …, "en": …}, "SG": …}: the offices, never persons.
    secretariats = models.JSONField(_("secretariats"), default=dict, blank=True)
    service_types = models.ManyToManyField(
        "directory.Term",
        blank=True,
        related_name="alliances",
        limit_choices_to={"kind": "service_type"},
        verbose_name=_("service types"),
    )
    # Lists of {"code", "zh", "en"}; a checklist item may name a credential scheme.
    criteria = models.JSONField(_("admission criteria"), default=list, blank=True)
    checklist = models.JSONField(_("checklist of a review"), default=list, blank=True)
    icon = models.CharField(max_length=20, default="seal")
    position = models.PositiveSmallIntegerField(default=0)
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["position", "code"]
        verbose_name = _("alliance")
        verbose_name_plural = _("alliances")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("alliances:detail", args=[self.code])

    @property
    def name(self) -> str:
        """Return the name in the reader's language."""
        return pick(self, "name")


class StaffRole(models.TextChoices):
    """Rank of alliance staff, lowest first; nobody grants a role above their own or changes their own."""

    REVIEWER = "reviewer", _("reviewer")
    MANAGER = "manager", _("manager")
    HEAD = "head", _("head of secretariat")


class AllianceStaff(models.Model):
    """A person who works for an alliance. Rights are read from this row at every request."""

    alliance = models.ForeignKey(Alliance, on_delete=models.CASCADE, related_name="staff")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="alliance_roles"
    )
    role = models.CharField(_("role"), max_length=10, choices=StaffRole.choices)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["alliance", "user"], name="one_role_per_person_and_alliance")
        ]
        verbose_name = _("alliance staff")
        verbose_name_plural = _("alliance staff")

    def __str__(self) -> str:
        return f"{self.user_id}@{self.alliance_id}: {self.role}"
