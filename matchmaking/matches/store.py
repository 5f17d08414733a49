"""Recommendations → rows, in one transaction per seeker, each with a mark for search and news for the rooms above."""

from collections.abc import Iterable
from dataclasses import asdict
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from directory.models import Company
from matchmaking.core import outbox
from matchmaking.matches.match_rows import Computed, build_match
from matchmaking.matches.models import CandidatePool, Match, MatchList, ModelVersion
from matchmaking.matches.signals import matches_refreshed

UPDATED = (
    "rank", "score", "band", "parts", "reasons", "conflicts", "missing", "changes", "candidate_version", "pinned",
)  # fmt: skip


@transaction.atomic
def store_lists(company_id: int, lists: Iterable[Computed], model: ModelVersion, versions: dict[int, int]) -> int:
    """Replace all lists of a seeker; lists of closed needs and withdrawn products go. Returns the number of matches.

    Stores nothing where the seeker has changed since it was read: a worker that was held up must not put older lists in
    the place of newer ones.
    """
    if is_overtaken(company_id, versions):
        return 0
    kept, total = [], 0
    for computed in lists:
        target = computed.target
        which: dict[str, Any] = {"need_id": target.need_id, "product_id": target.product_id}
        match_list, _ = MatchList.objects.update_or_create(
            company_id=company_id,
            **which,
            defaults={
                "model": model,
                "seeker_version": versions.get(company_id, 0),
                "excluded": computed.excluded,
                "computed_at": timezone.now(),
                **({} if computed.advice is None else {"advice": [asdict(one) for one in computed.advice]}),
            },
        )
        kept.append(match_list.pk)
        rows = [build_match(match_list, one, rank, computed, versions) for rank, one in computed.ranked()]
        match_list.matches.exclude(candidate_id__in=[row.candidate_id for row in rows]).delete()
        upsert(rows)
        total += len(rows)
    MatchList.objects.filter(company_id=company_id).exclude(pk__in=kept).delete()
    announce(company_id)
    return total


def is_overtaken(company_id: int, versions: dict[int, int]) -> bool:
    """Whether a company has changed since ``versions`` were read; the mark of that change leads to what is newer.

    Its row stays locked until the transaction ends, so that no change comes between this question and the writing.
    """
    locked = Company.objects.select_for_update(no_key=True).filter(pk=company_id)
    current = locked.values_list("search_version", flat=True).first()
    return current is not None and current != versions.get(company_id)


def upsert(rows: list[Match]) -> None:
    """Write matches; a row of the same list and candidate keeps its number."""
    Match.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["match_list", "candidate"], update_fields=UPDATED
    )


@transaction.atomic
def drop_company(company_id: int) -> set[int]:
    """Remove a company from all lists, its own and those of others; returns the seekers whose lists changed."""
    touched = set(Match.objects.filter(candidate_id=company_id).values_list("seeker_id", flat=True))
    Match.objects.filter(candidate_id=company_id).delete()
    deleted, _ = MatchList.objects.filter(company_id=company_id).delete()
    CandidatePool.objects.filter(company_id=company_id).delete()
    for seeker in {*touched, company_id} if deleted else touched:
        announce(seeker)
    return touched


def drop_all_but(company_ids: Iterable[int] | QuerySet[Company]) -> None:
    """Remove every company that has lists and is not among these, as :func:`drop_company` does."""
    others = MatchList.objects.order_by().exclude(company_id__in=company_ids)
    for pk in others.values_list("company_id", flat=True).distinct():
        drop_company(pk)


def announce(company_id: int) -> None:
    """Leave the mark for search, and tell the rooms above once the rows are durable."""
    outbox.mark("doc", "match", company_id)
    transaction.on_commit(partial(matches_refreshed.send, sender=Match, company_id=company_id))
