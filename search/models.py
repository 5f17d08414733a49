"""What search has to remember to keep its projections in order. Nothing here is a fact."""

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
