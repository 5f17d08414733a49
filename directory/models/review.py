"""The publication review as Wagtail runs it: who may approve is asked of our policies, reasons are codes."""

from typing import Any

from django.db import models
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.models import Task, TaskState


class PublicationReviewState(TaskState):
    """One round of review. ``reasons`` are codes of terms of kind "reason"; the note is the comment."""

    reasons = models.JSONField(default=list, blank=True)


class PublicationReview(Task):
    """A secretariat or the platform reads the profile before it is published."""

    task_state_class = PublicationReviewState

    class Meta:
        verbose_name = _("publication review")
        verbose_name_plural = _("publication reviews")

    def get_actions(self, obj: Any, user: Any) -> list[tuple[str, str, bool]]:
        """Offer approval and return to those whom the policy lets review the company."""
        if not _may_review(user, obj):
            return []
        return [("reject", str(_("Return for more")), True), ("approve", str(_("Approve")), False)]

    def user_can_access_editor(self, obj: Any, user: Any) -> bool:
        """Reviewers may open the company in the admin."""
        return _may_review(user, obj)

    def get_task_states_user_can_moderate(self, user: Any, **kwargs: Any) -> QuerySet[TaskState]:
        """Return the open rounds that this person may decide."""
        open_rounds = TaskState.objects.filter(task=self.task_ptr, status=TaskState.STATUS_IN_PROGRESS)
        rounds = open_rounds.select_related("workflow_state")
        mine = [one.pk for one in rounds if _may_review(user, one.workflow_state.content_object)]
        return open_rounds.filter(pk__in=mine)

    @classmethod
    def get_description(cls) -> str:
        """Say in the admin what the task does."""
        return str(_("Reviewers of the company's alliances or the platform decide"))


def _may_review(user: Any, company: Any) -> bool:
    # The policy reads the models, so it cannot be imported while they load.
    from directory.permissions import CompanyPolicy

    return company is not None and CompanyPolicy(user, company).may_review
