"""A company's way into, through and out of an alliance."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class MembershipState(models.TextChoices):
    """States of a membership; transitions live in ``alliances.actions``."""

    INVITED = "invited", _("invited")
    APPLIED = "applied", _("applied")
    IN_REVIEW = "in_review", _("in review")
    APPROVED = "approved", _("approved")
    REJECTED = "rejected", _("rejected")
    SUSPENDED = "suspended", _("suspended")
    ENDED = "ended", _("ended")


WAITING = (MembershipState.APPLIED, MembershipState.IN_REVIEW)
OPEN = (MembershipState.INVITED, *WAITING)


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Reading rules that every list of memberships shares."""

    def active(self) -> "MembershipQuerySet":
        """Memberships that count as "is a member" now."""
        return self.filter(state=MembershipState.APPROVED)

    def waiting(self) -> "MembershipQuerySet":
        """Applications that a secretariat must work on, oldest first."""
        return self.filter(state__in=WAITING).order_by("applied_at", "pk")


class Membership(models.Model):
    """Company in alliance: ``invited → applied → in_review → approved | rejected → suspended → ended``."""

    company = models.ForeignKey("directory.Company", on_delete=models.CASCADE, related_name="memberships")
    alliance = models.ForeignKey("alliances.Alliance", on_delete=models.PROTECT, related_name="memberships")
    state = models.CharField(_("state"), max_length=10, choices=MembershipState.choices)
    reason = models.CharField(_("coded reason"), max_length=80, blank=True)
    note = models.TextField(_("note to the company"), max_length=2000, blank=True)
    # What the company says about itself when it applies.
    statement = models.TextField(_("why you apply"), max_length=2000, blank=True)
    # Per checklist code: {"done": bool, "by": user id}.
    checklist = models.JSONField(default=dict, blank=True)
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    # Two persons decide where a licence is claimed: the first approver waits here for the second.
    first_approver = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    # Raised by every action, so that a form opened before somebody else's decision is recognised as stale.
    version = models.PositiveIntegerField(default=1, editable=False)
    # What the profile said when it was last approved here (``alliances.profile``): the next review shows the changes.
    approved_profile = models.JSONField(default=dict, blank=True, editable=False)
    applied_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    valid_until_date = models.DateField(_("valid until"), null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["company", "alliance"], name="one_membership_per_company_and_alliance"
            )
        ]
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")

    def __str__(self) -> str:
        return f"{self.company_id} in {self.alliance_id}: {self.state}"
