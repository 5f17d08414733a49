"""Derived rows: which model is in use, and the lists it computed. Rebuildable at any hour, never edited by hand."""

from django.db import models
from django.utils.translation import gettext_lazy as _

# A list has so many places. Rows beyond are of use to the seeker's own people alone: whom the order by fit lists in
# place of a more varied choice, and whom they want to meet above all.
LIST_LENGTH = 20


class ModelVersion(models.Model):
    """One trained recommender on disk, with its field weights; exactly one is active.

    The folder is named by the content of what was trained; the fingerprint names that and the weights together.
    """

    fingerprint = models.CharField(_("fingerprint"), max_length=64, unique=True)
    # Relative to settings.RECOMMENDER_DIR, so that a restored folder may live elsewhere.
    directory = models.CharField(_("folder"), max_length=120)
    active = models.BooleanField(_("in use"), default=False)
    # {"need": {field: weight}, "affinity": …} where feedback taught other weights than the engine's own.
    weights = models.JSONField(_("field weights"), default=dict, blank=True)
    figures = models.JSONField(_("figures"), default=dict, blank=True)
    created_at = models.DateTimeField(_("trained"), auto_now_add=True)
    activated_at = models.DateTimeField(_("in use since"), null=True, blank=True)
    # When the last refresh of all lists with this model began: older dirty marks are settled by it.
    refreshed_at = models.DateTimeField(null=True, blank=True)
    # Folder of the short vectors of the last night of a large directory, beside the models; empty for a small one.
    vicinity = models.CharField(max_length=120, blank=True, default="")

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
    # Open fields of the company that would change such a list most, the best first: [{field, change, peers}].
    advice = models.JSONField(default=list, blank=True)
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


class CandidatePool(models.Model):
    """Large directories: who may stand in a company's list, as the night found by what companies show.

    The worker explains a list from it when somebody asks. For the worker alone: never shown, never indexed.
    """

    company = models.OneToOneField(
        "directory.Company", on_delete=models.CASCADE, primary_key=True, related_name="candidate_pool"
    )
    model = models.ForeignKey(ModelVersion, on_delete=models.CASCADE, related_name="+")
    # Places of 8 bytes, the best first: number of a company and its score by short vectors; see engine.dense.lists.
    places = models.BinaryField()
    # Lists that were computed before this are out of date.
    computed_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("pool of candidates")
        verbose_name_plural = _("pools of candidates")

    def __str__(self) -> str:
        return f"pool of company {self.company_id}"


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
    # Place in the varied order; see LIST_LENGTH for what stands beyond it.
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


class FeedbackSource(models.TextChoices):
    """What a label was told by."""

    INTRODUCTION = "introduction", _("introduction")
    VERDICT = "verdict", _("verdict")


class Feedback(models.Model):
    """What somebody said about one pair that was shown: it fits or it does not, beside the score parts of that moment.

    Codes and numbers only; gone with either company, and never about a private need.
    """

    source = models.CharField(_("told by"), max_length=12, choices=FeedbackSource.choices)
    # Number of the introduction or verdict: a later word on the same one replaces the label.
    source_id = models.BigIntegerField()
    seeker = models.ForeignKey("directory.Company", on_delete=models.CASCADE, related_name="+")
    candidate = models.ForeignKey("directory.Company", on_delete=models.CASCADE, related_name="+")
    need = models.ForeignKey("directory.Need", on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    # Whose judgement it is, "company:7" or "alliance:3": nobody's labels may weigh more than a bound.
    judge = models.CharField(max_length=40)
    # Field → its share of the score in the engine's own weights; 0 for a field that was asked for and not met.
    parts = models.JSONField()
    label = models.BooleanField(_("fits"))
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["source", "source_id"], name="one_feedback_per_source")]
        verbose_name = _("feedback")
        verbose_name_plural = _("feedback")

    def __str__(self) -> str:
        return f"{self.seeker_id} → {self.candidate_id} {'+' if self.label else '-'}"
