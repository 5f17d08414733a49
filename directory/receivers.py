"""What follows when records are published, hidden or deleted, by whichever door: workspace, desk or Wagtail admin."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete
from wagtail.models import Revision
from wagtail.signals import published, unpublished

from directory.models import Company, Credential, Need, Offer, Product, Visibility
from directory.sweeping import sweep_evidence
from directory.versions import mark_changed, mark_deleted
from matchmaking.core.audit import record_event
from matchmaking.core.schedule import register_job

PARTS = (Offer, Need, Product, Credential)


def company_published(instance: Company, revision: Revision | None = None, **kwargs: Any) -> None:
    """Open the page of a company that was a draft. A suspension outlasts any publication."""
    actor = revision.user if revision else None
    _move(instance, Visibility.DRAFT, Visibility.LIVE, "directory.publish_company", actor)


def company_unpublished(instance: Company, **kwargs: Any) -> None:
    """Close the page of a company that was live; publishing it again opens it."""
    _move(instance, Visibility.LIVE, Visibility.DRAFT, "directory.unpublish_company", None)


@transaction.atomic
def _move(company: Company, start: str, end: str, event: str, actor: Any) -> None:
    moved = Company.objects.filter(pk=company.pk, visibility=start).update(visibility=end)
    if moved:
        company.visibility = end
        record_event(event, company, actor=actor, company_id=company.pk, data={"from": start, "to": end})
    company.search_version = mark_changed(company.pk)


def part_changed(instance: Any, **kwargs: Any) -> None:
    """A part of the profile was published, hidden or deleted."""
    if Company.objects.filter(pk=instance.company_id).exists():
        mark_changed(instance.company_id)


def company_deleted(instance: Company, **kwargs: Any) -> None:
    """The row is gone: search and matches must forget it."""
    mark_deleted(instance.pk, instance.search_version)


def sweep() -> None:
    """The regular job."""
    sweep_evidence()


def connect() -> None:
    """Subscribe; called once when the app is ready."""
    published.connect(company_published, sender=Company, dispatch_uid="company_published")
    unpublished.connect(company_unpublished, sender=Company, dispatch_uid="company_unpublished")
    post_delete.connect(company_deleted, sender=Company, dispatch_uid="company_deleted")
    for model in PARTS:
        for signal, name in ((published, "published"), (unpublished, "unpublished"), (post_delete, "deleted")):
            signal.connect(part_changed, sender=model, dispatch_uid=f"{model.__name__}_{name}")
    register_job("evidence_sweep", timedelta(hours=6), sweep)
