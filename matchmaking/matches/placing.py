"""One changed candidate in the stored lists of others: where it now belongs, or out."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction

from matchmaking.engine.profiles import Recommendation
from matchmaking.matches.match_rows import Computed, build_match
from matchmaking.matches.models import LIST_LENGTH, Band, Match, MatchList
from matchmaking.matches.store import announce, is_overtaken, upsert
from matchmaking.matches.targets import Target


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
def place_candidate(
    seeker_id: int, candidate_id: int, placements: Iterable[Placement], versions: dict[int, int]
) -> int:
    """Put one candidate where it now belongs in a seeker's stored lists, or take it out; returns how many changed.

    Changes nothing where the candidate itself has changed since it was read.
    """
    if is_overtaken(candidate_id, versions):
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
