"""The workflow "Publication review": set up once, found again, and where a company stands in it."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from wagtail.models import TaskState, Workflow, WorkflowContentType, WorkflowState, WorkflowTask

from directory.models import Company, Term, TermKind
from directory.models.review import PublicationReview, PublicationReviewState

WORKFLOW_NAME = "Publication review"


@transaction.atomic
def ensure_publication_workflow() -> Workflow:
    """Return the workflow of companies, created with its task and assigned to the model where missing."""
    content_type = ContentType.objects.get_for_model(Company)
    assigned = WorkflowContentType.objects.filter(content_type=content_type, workflow__active=True).first()
    if assigned:
        return assigned.workflow
    task = PublicationReview.objects.filter(active=True).first()
    task = task or PublicationReview.objects.create(name=WORKFLOW_NAME)
    workflow, _ = Workflow.objects.get_or_create(name=WORKFLOW_NAME, active=True)
    WorkflowTask.objects.get_or_create(workflow=workflow, task=task.task_ptr, defaults={"sort_order": 0})
    WorkflowContentType.objects.update_or_create(content_type=content_type, defaults={"workflow": workflow})
    return workflow


def open_review(company: Company) -> PublicationReviewState | None:
    """Return the round of review that waits for a decision, or None."""
    state = company.current_workflow_task_state
    return state if isinstance(state, PublicationReviewState) else None


@dataclass(frozen=True, slots=True)
class ReturnNote:
    """Why a profile came back: reason terms, the reviewer's note, when."""

    reasons: list[Term]
    codes: list[str]
    note: str
    at: datetime | None


def last_return(company: Company) -> ReturnNote | None:
    """Return why the newest submission came back, or None when it did not."""
    newest = company.workflow_states.order_by("-created_at", "-pk").first()
    if newest is None or newest.status != WorkflowState.STATUS_NEEDS_CHANGES:
        return None
    state = newest.current_task_state.specific
    if state.status != TaskState.STATUS_REJECTED:
        return None
    codes = list(getattr(state, "reasons", []))
    terms = list(Term.objects.filter(kind=TermKind.REASON, code__in=codes))
    return ReturnNote(terms, codes, state.comment, state.finished_at)
