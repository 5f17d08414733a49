"""Changes that people or pages ask for in this room."""

from django.db import transaction

from directory.models import Company
from matchmaking.core import outbox
from matchmaking.core.models import OutboxEntry
from matchmaking.matches.models import CandidatePool


@transaction.atomic
def request_refresh(company: Company) -> bool:
    """Ask the worker for new lists of a company, unless it has been asked already; says whether it was asked now.

    No audit event: derived rows are rebuilt, no state of a fact changes.
    """
    waiting = OutboxEntry.objects.filter(
        topic="match", entity__in=["company", "seeker"], entity_id=company.pk, dead_at=None
    )
    if waiting.exists():
        return False
    # Where the night left a pool, nothing but the company's own lists is missing: nobody else's need be looked at.
    entity = "seeker" if CandidatePool.objects.filter(company=company).exists() else "company"
    outbox.mark("match", entity, company.pk, version=company.search_version)
    return True
