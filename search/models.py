"""What search has to remember: editions that keep its projections in order, and searches that people saved."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class RetiredGeneration(models.Model):
    """Since when a generation of an index is kept only for a way back."""

    engine = models.CharField(max_length=20)
    name = models.CharField(max_length=40)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["engine", "name"], name="retired_generation_unique")]
        verbose_name = _("retired generation")
        verbose_name_plural = _("retired generations")

    def __str__(self) -> str:
        return f"{self.engine} {self.name}"


class Tombstone(models.Model):
    """Since when an index is known to hold a tombstone, so that old ones can be forgotten."""

    kind = models.CharField(max_length=10)
    document = models.CharField(max_length=40)
    since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "document"], name="tombstone_unique")]
        verbose_name = _("tombstone")
        verbose_name_plural = _("tombstones")

    def __str__(self) -> str:
        return f"{self.kind}:{self.document}"


class MatchEdition(models.Model):
    """How often the matches of one seeker were read for the index, and which of them the index may hold.

    Matches have no version of their own: the edition is raised under a lock each time they are read, so that a later
    reading always carries the higher version. Documents of matches that are gone become tombstones by ``documents``.
    """

    # A plain number: the matches of a deleted company must still be taken out of the index.
    company_id = models.BigIntegerField(primary_key=True)
    number = models.BigIntegerField(default=0)
    documents = models.JSONField(default=list)

    class Meta:
        verbose_name = _("edition of matches")
        verbose_name_plural = _("editions of matches")

    def __str__(self) -> str:
        return f"matches of {self.company_id}, edition {self.number}"


class Rhythm(models.TextChoices):
    """How often the person is told what is new."""

    DAILY = "daily", _("every day")
    WEEKLY = "weekly", _("every Monday")


class StopReason(models.TextChoices):
    """Why a person wants no more mail about a saved search."""

    FOUND = "found", _("I found what I was looking for")
    UNFIT = "unfit", _("The results do not fit")
    MANY = "many", _("Too many mails")
    OTHER = "other", _("Another reason")


class SavedSearch(models.Model):
    """A question that a person keeps, and how often they are told of new results. Nobody else can see it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_searches")
    kind = models.CharField(max_length=10, choices=[("company", _("Companies")), ("need", _("Needs"))])
    # The question as the address of the search page holds it, without page and picked companies.
    query = models.CharField(max_length=2000)
    rhythm = models.CharField(_("how often"), max_length=10, choices=Rhythm.choices, default=Rhythm.DAILY)
    # Numbers of what it found when it was saved: these are no news.
    known = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)
    stopped_at = models.DateTimeField(null=True, blank=True)
    # Empty where a mail program stopped it with one click, or the person on their own page.
    stop_reason = models.CharField(max_length=10, choices=StopReason.choices, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["user", "kind", "query"], name="search_saved_once")]
        verbose_name = _("saved search")
        verbose_name_plural = _("saved searches")

    def __str__(self) -> str:
        return f"saved search {self.pk}"


class SavedSearchHit(models.Model):
    """Something published that a saved search finds and did not find before. Told once."""

    saved_search = models.ForeignKey(SavedSearch, on_delete=models.CASCADE, related_name="hits")
    # Number of the company or need. No foreign key: whether it may be shown is asked when it is told.
    object_id = models.BigIntegerField()
    score = models.IntegerField(default=0)
    # Wordings of the question that it was found by.
    words = models.JSONField(default=list)
    found_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-score", "-pk"]
        constraints = [models.UniqueConstraint(fields=["saved_search", "object_id"], name="search_told_once")]
        verbose_name = _("hit of a saved search")
        verbose_name_plural = _("hits of saved searches")

    def __str__(self) -> str:
        return f"{self.saved_search} → {self.object_id}"
