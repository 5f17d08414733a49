"""Recommendations → rows, in one transaction per seeker, each with a mark for search and news for the rooms above."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from directory.models import Company
from matchmaking.core import outbox
from matchmaking.engine.advice import Advice
from matchmaking.engine.profiles import Reason, Recommendation
from matchmaking.matches.features import key_id
from matchmaking.matches.models import LIST_LENGTH, Band, CandidatePool, Match, MatchList, ModelVersion
from matchmaking.matches.signals import matches_refreshed
from matchmaking.matches.targets import Target

UPDATED = [
    "rank",
    "score",
    "band",
    "parts",
    "reasons",
    "conflicts",
    "missing",
    "changes",
    "candidate_version",
    "pinned",
]


@dataclass(frozen=True, slots=True)
class Computed:
    """One list as it was computed, not yet stored; ``advice`` None leaves what was stored before."""

    target: Target
    recommendations: Sequence[Recommendation]
    excluded: dict[str, int]
    pinned: frozenset[int]
    beyond: Sequence[Recommendation] = ()
    advice: Sequence[Advice] | None = None

    def ranked(self) -> Iterator[tuple[int, Recommendation]]:
        """Everything with its rank; what stands beyond the list ranks from its length on, however short the list is."""
        yield from enumerate(self.recommendations, start=1)
        yield from enumerate(self.beyond, start=LIST_LENGTH + 1)


@dataclass(frozen=True, slots=True)
class Placement:
    """What one stored list now thinks of one candidate; ``found`` None = it does not belong there.

    ``wanted``: whom the seeker wants to meet, and who therefore stays beyond the length of the list. ``may_enter``: the
    candidate has room for another place in such a list.
    """

    match_list: MatchList
    target: Target
    found: Recommendation | None
    pinned: bool
    wanted: frozenset[int] = frozenset()
    may_enter: bool = True


@transaction.atomic
def store_lists(company_id: int, lists: Iterable[Computed], model: ModelVersion, versions: dict[int, int]) -> int:
    """Replace all lists of a seeker; lists of closed needs and withdrawn products go. Returns the number of matches.

    Stores nothing where the seeker has changed since it was read: a worker that was held up must not put older lists in
    the place of newer ones.
    """
    if _is_overtaken(company_id, versions):
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


def _is_overtaken(company_id: int, versions: dict[int, int]) -> bool:
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


@transaction.atomic
def place_candidate(
    seeker_id: int, candidate_id: int, placements: Iterable[Placement], versions: dict[int, int]
) -> int:
    """Put one candidate where it now belongs in a seeker's stored lists, or take it out; returns how many changed.

    Changes nothing where the candidate itself has changed since it was read.
    """
    if _is_overtaken(candidate_id, versions):
        return 0
    changed = sum(_place(placement, candidate_id, versions) for placement in placements)
    if changed:
        announce(seeker_id)
    return changed


def _place(placement: Placement, candidate_id: int, versions: dict[int, int]) -> bool:
    match_list = placement.match_list
    rows = {row.candidate_id: row for row in match_list.matches.select_for_update()}
    before = rows.pop(candidate_id, None)
    if placement.found is None:
        return bool(match_list.matches.filter(candidate_id=candidate_id).delete()[0])
    pinned = frozenset({candidate_id}) if placement.pinned else frozenset()
    row = build_match(match_list, placement.found, 1, Computed(placement.target, [], {}, pinned), versions)
    others = sorted(rows.values(), key=lambda match: match.rank)
    enters = placement.may_enter or (before is not None and before.rank <= LIST_LENGTH)
    kept = _order_with(row, others, placement.wanted, enters=enters)
    if before is None and row not in kept:
        return False
    match_list.matches.exclude(candidate_id__in=[match.candidate_id for match in kept]).delete()
    Match.objects.bulk_update([match for match in kept if match is not row], ["rank"])
    if row in kept:
        upsert([row])
    return True


def _order_with(row: Match, others: list[Match], wanted: frozenset[int], *, enters: bool) -> list[Match]:
    """Put one match in its place among others in their order, give ranks, and leave out whom the list has no use for.

    The others keep their order: it may be varied, and one change is no reason to sort them anew.
    """
    listed = [match for match in others if match.rank <= LIST_LENGTH]
    beyond = [match for match in others if match.rank > LIST_LENGTH]
    if enters:
        listed.insert(next((i for i, match in enumerate(listed) if _leads(row, match)), len(listed)), row)
    else:
        beyond.append(row)
    listed, beyond = listed[:LIST_LENGTH], listed[LIST_LENGTH:] + beyond
    best = {match.candidate_id for match in sorted([*listed, *beyond], key=lambda match: -match.score)[:LIST_LENGTH]}
    for rank, match in enumerate(listed, start=1):
        match.rank = rank
    of_use = [match for match in beyond if match.candidate_id in best | wanted]
    for rank, match in enumerate(of_use, start=LIST_LENGTH + 1):
        match.rank = rank
    return [*listed, *of_use]


def _leads(one: Match, other: Match) -> bool:
    def place(match: Match) -> tuple[bool, int, float, int]:
        return not match.pinned, list(Band.values).index(match.band), -match.score, match.candidate_id

    return place(one) < place(other)


def announce(company_id: int) -> None:
    """Leave the mark for search, and tell the rooms above once the rows are durable."""
    outbox.mark("doc", "match", company_id)
    transaction.on_commit(partial(matches_refreshed.send, sender=Match, company_id=company_id))


def build_match(
    match_list: MatchList, found: Recommendation, rank: int, computed: Computed, versions: dict[int, int]
) -> Match:
    """The row of one recommendation, unsaved."""
    candidate_id = key_id(found.candidate)
    by_kind: dict[str, list[dict[str, Any]]] = {"fits": [], "conflict": [], "missing": [], "change": []}
    for reason in found.reasons:
        by_kind[reason.kind].append(_coded(reason, private=computed.target.private))
    return Match(
        match_list=match_list,
        seeker_id=match_list.company_id,
        need_id=match_list.need_id,
        product_id=match_list.product_id,
        candidate_id=candidate_id,
        rank=rank,
        score=found.score,
        band=found.band,
        parts=found.parts,
        reasons=by_kind["fits"],
        conflicts=by_kind["conflict"],
        missing=by_kind["missing"],
        changes=by_kind["change"],
        candidate_version=versions.get(candidate_id, 0),
        pinned=candidate_id in computed.pinned,
    )


def _coded(reason: Reason, *, private: bool) -> dict[str, Any]:
    """A reason as codes. Words of a private need are left out: the owner's page reads them from the need itself."""
    words_of_need = private and reason.field == "text" and reason.direction == "forward"
    return {
        "field": reason.field,
        "direction": reason.direction,
        "share": round(reason.contribution, 6),
        "yours": [] if words_of_need else list(reason.yours),
        "theirs": [] if words_of_need else list(reason.theirs),
        "need": reason.need_key,
        "offer": reason.offer_key,
    }
