"""One place that says "what the world may see of this company has changed"."""

from django.db import transaction
from django.db.models import F

from directory.models import Company
from matchmaking.core import outbox


def mark_changed(company_id: int) -> int:
    """Raise the company's version and leave dirty marks for search and matches, all in one transaction.

    Call it inside the transaction of every write to the company or to anything that its document or its
    matches show (offers, needs, products, credentials, checks, memberships, no-list). Returns the new version.
    """
    with transaction.atomic():
        Company.objects.filter(pk=company_id).update(search_version=F("search_version") + 1)
        version = Company.objects.values_list("search_version", flat=True).get(pk=company_id)
        _mark(company_id, version)
    return version


def mark_deleted(company_id: int, last_version: int) -> None:
    """Leave dirty marks for a company whose row is gone, above the last version that was indexed."""
    with transaction.atomic():
        _mark(company_id, last_version + 1)


def _mark(company_id: int, version: int) -> None:
    outbox.mark("doc", "company", company_id, version=version)
    outbox.mark("match", "company", company_id, version=version)
