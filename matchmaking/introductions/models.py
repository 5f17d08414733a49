"""One company asks to be introduced to another; both must agree before a contact is shown."""

import secrets

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class IntroductionState(models.TextChoices):
    """Life of an introduction; transitions live in ``introductions.transitions``."""

    REQUESTED = "requested", _("requested")
    ACCEPTED = "accepted", _("both agreed")
    DECLINED = "declined", _("declined")
    EXPIRED = "expired", _("expired")
    IN_TALKS = "in_talks", _("in talks")
    PROPOSAL = "proposal", _("quote or proposal")
    AGREED = "agreed", _("agreed")
    DELIVERED = "delivered", _("delivered")
    CLOSED = "closed", _("closed")


AGREED_STATES = (
    IntroductionState.ACCEPTED,
    IntroductionState.IN_TALKS,
    IntroductionState.PROPOSAL,
    IntroductionState.AGREED,
    IntroductionState.DELIVERED,
)
OPEN_STATES = (IntroductionState.REQUESTED, *AGREED_STATES)

# Fields of a contact person that may be consented to, one by one.
CONTACT_FIELDS = ("name", "position", "email", "phone", "wechat")


def new_reference() -> str:
    """Return a reference that people can read out and nobody can count on: ``YX-`` and eight characters."""
    return "YX-" + "".join(secrets.choice("23456789ABCDEFGHJKLMNPQRSTUVWXYZ") for _position in range(8))


class IntroductionQuerySet(models.QuerySet["Introduction"]):
    """Reading rules that every list of introductions shares."""

    def open(self) -> "IntroductionQuerySet":
        """Introductions that still need somebody."""
        return self.filter(state__in=OPEN_STATES)

    def with_parties(self) -> "IntroductionQuerySet":
        """Load what every row of a list shows."""
        return self.select_related("requester", "receiver", "need", "product")


class Introduction(models.Model):
    """A request by ``requester`` to ``receiver``, about a need or a product, with a reason in words."""

    reference = models.CharField(_("reference"), max_length=11, unique=True, default=new_reference)
    requester = models.ForeignKey(
        "directory.Company", on_delete=models.CASCADE, related_name="introductions_requested"
    )
    receiver = models.ForeignKey("directory.Company", on_delete=models.CASCADE, related_name="introductions_received")
    need = models.ForeignKey(
        "directory.Need", on_delete=models.SET_NULL, null=True, blank=True, related_name="introductions"
    )
    product = models.ForeignKey(
        "directory.Product", on_delete=models.SET_NULL, null=True, blank=True, related_name="introductions"
    )
    reason = models.TextField(_("why you ask"), max_length=2000)
    state = models.CharField(
        _("state"), max_length=10, choices=IntroductionState.choices, default=IntroductionState.REQUESTED
    )
    # Code of a term of kind "reason": why it was declined, or how it ended.
    decision_code = models.CharField(max_length=80, blank=True)
    decision_note = models.TextField(_("note"), max_length=1000, blank=True)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    due_date = models.DateField(_("answer by"))
    created_at = models.DateTimeField(auto_now_add=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = IntroductionQuerySet.as_manager()

    class Meta:
        ordering = ["-updated_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(requester=models.F("receiver")), name="introduction_between_two_companies"
            ),
            models.UniqueConstraint(
                fields=["requester", "receiver"], condition=models.Q(state="requested"),
                name="one_waiting_introduction_per_pair",
            ),
        ]
        verbose_name = _("introduction")
        verbose_name_plural = _("introductions")

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("introductions:detail", args=[self.reference])

    @property
    def contacts_open(self) -> bool:
        """Say whether both sides agreed, so that consented contacts may be shown."""
        return self.state in AGREED_STATES


class ContactConsent(models.Model):
    """Which contact fields one side lets the other side see, for this introduction only."""

    introduction = models.ForeignKey(Introduction, on_delete=models.CASCADE, related_name="consents")
    company = models.ForeignKey("directory.Company", on_delete=models.CASCADE, related_name="+")
    fields = models.JSONField(default=list)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["introduction", "company"], name="one_consent_per_side")
        ]
        verbose_name = _("consent to show contacts")
        verbose_name_plural = _("consents to show contacts")

    def __str__(self) -> str:
        return f"consent of {self.company_id} in {self.introduction_id}"


class IntroductionMessage(models.Model):
    """One message of the thread. Read by the two parties alone."""

    introduction = models.ForeignKey(Introduction, on_delete=models.CASCADE, related_name="messages")
    company = models.ForeignKey("directory.Company", on_delete=models.CASCADE, related_name="+")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    text = models.TextField(_("message"), max_length=4000)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["created_at", "pk"]
        verbose_name = _("message")
        verbose_name_plural = _("messages")

    def __str__(self) -> str:
        return f"message {self.pk} in {self.introduction_id}"
