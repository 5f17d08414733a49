"""Derived rows: which model is in use, and the lists it computed. Rebuildable at any hour, never edited by hand."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ModelVersion(models.Model):
    """One trained recommender on disk; exactly one is active. The fingerprint names its folder and its content."""

    fingerprint = models.CharField(_("fingerprint"), max_length=64, unique=True)
    # Relative to settings.RECOMMENDER_DIR, so that a restored folder may live elsewhere.
    directory = models.CharField(_("folder"), max_length=120)
    active = models.BooleanField(_("in use"), default=False)
    figures = models.JSONField(_("figures"), default=dict, blank=True)
    created_at = models.DateTimeField(_("trained"), auto_now_add=True)
    activated_at = models.DateTimeField(_("in use since"), null=True, blank=True)
    # When the last refresh of all lists with this model began: older dirty marks are settled by it.
    refreshed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["active"], condition=models.Q(active=True), name="one_active_model"),
        ]
        verbose_name = _("model version")
        verbose_name_plural = _("model versions")

    def __str__(self) -> str:
        return self.fingerprint[:12]


class Band(models.TextChoices):
    """How well a match fits; shown as a word with bars, never as a percentage."""

    STRONG = "strong", _("strong match")
    GOOD = "good", _("good match")
    POSSIBLE = "possible", _("possible match")


class MatchList(models.Model):
    """What was computed for one seeker: a company as such, one of its needs, or one of its products."""

    company = models.ForeignKey("directory.Company", on_delete=models.CASCADE, related_name="match_lists")
    need = models.ForeignKey(
        "directory.Need", on_delete=models.CASCADE, null=True, blank=True, related_name="match_lists"
    )
    product = models.ForeignKey(
        "directory.Product", on_delete=models.CASCADE, null=True, blank=True, related_name="match_lists"
    )
    model = models.ForeignKey(ModelVersion, on_delete=models.CASCADE, related_name="match_lists")
    seeker_version = models.BigIntegerField()
    # Candidates that a hard rule kept out: {rule code: how many}. Numbers only, never which companies.
    excluded = models.JSONField(default=dict, blank=True)
    computed_at = models.DateTimeField(_("computed"))

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["company"], condition=models.Q(need=None, product=None), name="one_list_per_company"
            ),
            models.UniqueConstraint(fields=["need"], condition=models.Q(need__isnull=False), name="one_list_per_need"),
            models.UniqueConstraint(
                fields=["product"], condition=models.Q(product__isnull=False), name="one_list_per_product"
            ),
            models.CheckConstraint(
                condition=models.Q(need=None) | models.Q(product=None), name="list_for_need_or_product"
            ),
        ]
        verbose_name = _("list of matches")
        verbose_name_plural = _("lists of matches")

    def __str__(self) -> str:
        return f"matches of company {self.company_id}"


class Match(models.Model):
    """One candidate in one list. Verdicts and introductions refer to the pair of companies, never to this row."""

    match_list = models.ForeignKey(MatchList, on_delete=models.CASCADE, related_name="matches")
    # Repeated from the list, because searches and reverse look-ups ask by them.
    seeker = models.ForeignKey("directory.Company", on_delete=models.CASCADE, related_name="matches")
    need = models.ForeignKey("directory.Need", on_delete=models.CASCADE, null=True, blank=True, related_name="matches")
    product = models.ForeignKey(
        "directory.Product", on_delete=models.CASCADE, null=True, blank=True, related_name="matches"
    )
    candidate = models.ForeignKey("directory.Company", on_delete=models.CASCADE, related_name="candidate_matches")
    rank = models.PositiveSmallIntegerField()
    score = models.FloatField()
    band = models.CharField(_("band"), max_length=10, choices=Band.choices)
    # Score part → its share; the shares add up to the score.
    parts = models.JSONField(default=dict)
    # Lists of coded rows (see matchmaking.matches.wording); codes and public excerpts of the candidate only.
    reasons = models.JSONField(default=list)
    conflicts = models.JSONField(default=list)
    missing = models.JSONField(default=list)
    changes = models.JSONField(default=list)
    candidate_version = models.BigIntegerField()
    pinned = models.BooleanField(default=False)

    class Meta:
        ordering = ["match_list", "rank"]
        constraints = [
            models.UniqueConstraint(fields=["match_list", "candidate"], name="one_match_per_list_and_candidate"),
        ]
        verbose_name = _("match")
        verbose_name_plural = _("matches")

    def __str__(self) -> str:
        return f"{self.seeker_id} → {self.candidate_id} ({self.band})"
