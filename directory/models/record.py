"""What every published record of a company shares: drafts, revisions, workflow and preview as Wagtail does."""

from typing import Any, ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.models import ClusterableModel
from wagtail.models import (
    DraftStateMixin,
    LockableMixin,
    PreviewableMixin,
    RevisionMixin,
    WorkflowMixin,
)


class Record(WorkflowMixin, DraftStateMixin, LockableMixin, RevisionMixin, PreviewableMixin, ClusterableModel):
    """A draftable row. The live row is what others see; newer text waits in the latest revision."""

    # States and counters that belong to the row as it is now. An old revision that is published must not bring
    # back an old version number, lift a suspension or reopen a closed need.
    kept_across_revisions: ClassVar[tuple[str, ...]] = ()

    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    class Meta:
        abstract = True

    def with_content_json(self, content: dict[str, Any]) -> Self:
        """Return the row as a revision describes it, apart from what only the row itself knows."""
        record = super().with_content_json(content)
        for name in ("created_at", *self.kept_across_revisions):
            setattr(record, name, getattr(self, name))
        return record
