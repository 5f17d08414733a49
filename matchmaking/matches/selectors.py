"""What may be served now. Every row is checked again at read time, whatever was true when it was computed."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

from django.db.models import F, Q
from django.utils import timezone

from alliances.models import Verdict, VerdictKind
from directory.models import Company, Need, NeedState, NoListEntry, Product
from matchmaking.core.models import OutboxEntry
from matchmaking.matches.models import LIST_LENGTH, Band, Match, MatchList
from matchmaking.matches.preferences import ORDER, Preferences

_BANDS = list(Band.values)
# A match may lag behind a change of one of its sides by this much; after that it is hidden until recomputed.
GRACE = timedelta(seconds=60)

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class ServedList:
    """The matches of one seeker as they may be shown now.

    ``state``: ``ready``; ``computing`` = not computed yet or out of date, a worker will bring it;
    ``hidden`` = the seeker itself is not published, so nobody is matched with it.
    ``excluded``: rule code → how many candidates it kept out.
    """

    state: Literal["ready", "computing", "hidden"]
    matches: list[Match] = field(default_factory=list)
    computed: MatchList | None = None
    excluded: dict[str, int] = field(default_factory=dict)
    wishes: Preferences = field(default_factory=Preferences)

    def by_band(self) -> dict[str, int]:
        """Count the matches per band."""
        counts = {"strong": 0, "good": 0, "possible": 0}
        for match in self.matches:
            counts[match.band] += 1
        return counts


def matches_for(
    company: Company, *, need: Need | None = None, product: Product | None = None, by_fit: bool = False
) -> ServedList:
    """Return the current matches of a company, of one of its needs, or of one of its products.

    Whom both sides want to meet comes first, then whom the company wants to meet, then the rest: varied, or with
    ``by_fit`` by fit alone.

    The caller has asked ``CompanyPolicy.may_view_private`` first: the list may rest on a private need.
    """
    if not company.is_visible:
        return ServedList("hidden")
    lists = MatchList.objects.annotate(pooled_at=F("company__candidate_pool__computed_at"))
    computed = lists.filter(company=company, need=need, product=product).first()
    if computed is None or not _is_fresh(computed, company):
        return ServedList("computing", computed=computed)
    matches = list(computed.matches.select_related("seeker", "candidate__place", "need", "product"))
    excluded = dict(computed.excluded)
    if own := NoListEntry.objects.filter(company=company).count():
        excluded["no_list"] = own
    wishes = Preferences.of(company.pk)
    return ServedList("ready", _arranged(_allowed(matches), wishes, by_fit=by_fit), computed, excluded, wishes)


def servable(matches: Iterable[Match]) -> list[Match]:
    """Keep the matches that may be shown at this moment, pinned ones first, the rest in their order.

    This is what a secretariat or a search may see: nothing here depends on whom a company wants to meet.
    """
    return [match for match in _allowed(matches) if match.rank <= LIST_LENGTH]


def _arranged(allowed: list[Match], wishes: Preferences, *, by_fit: bool) -> list[Match]:
    """Preferences first, the model second."""
    if by_fit:
        allowed = sorted(allowed, key=lambda match: (not match.pinned, _BANDS.index(match.band), -match.score))
        listed = {match.pk for match in allowed[:LIST_LENGTH]}
    else:
        listed = {match.pk for match in allowed if match.rank <= LIST_LENGTH}
    shown = [match for match in allowed if match.pk in listed or match.candidate_id in wishes.mine]
    return sorted(shown, key=lambda match: ORDER[wishes.bracket(match.candidate_id)])


def _allowed(matches: Iterable[Match]) -> list[Match]:
    """Keep what may be shown at all, pinned ones first.

    Both sides visible, border and group rules kept, neither side on the other's no-list, no suppression in force,
    and no side changed longer than :data:`GRACE` ago without a new computation. Three queries, however many rows.
    Expects ``seeker``, ``candidate`` and ``need`` to be loaded.
    """
    rows = list(matches)
    ids = {match.seeker_id for match in rows} | {match.candidate_id for match in rows}
    refused, pins = decided_pairs(ids)
    stale = [match.candidate_id for match in rows if match.candidate_version != match.candidate.search_version]
    just_changed = _just_changed(stale)
    kept = []
    for match in rows:
        pair = ordered(match.seeker_id, match.candidate_id)
        current = match.candidate_version == match.candidate.search_version or match.candidate_id in just_changed
        if pair in refused or not current or not _passes_gates(match):
            continue
        match.pinned = match.pinned and pair in pins
        kept.append(match)
    return sorted(kept, key=lambda match: not match.pinned)


def decided_pairs(ids: Iterable[int]) -> tuple[set[Pair], set[Pair]]:
    """Pairs (smaller id first) among ``ids`` that must never meet, and pairs that a secretariat pinned; two queries.

    A pair must never meet by the no-list of either side, or by a suppression in force.
    """
    known = list(ids)
    listed = NoListEntry.objects.filter(company_id__in=known, excluded_id__in=known)
    refused = {ordered(*pair) for pair in listed.values_list("company_id", "excluded_id")}
    pinned: set[Pair] = set()
    verdicts = Verdict.objects.current().filter(company_low_id__in=known, company_high_id__in=known)
    for kind, low, high in verdicts.values_list("kind", "company_low_id", "company_high_id"):
        (refused if kind == VerdictKind.SUPPRESS else pinned).add((low, high))
    return refused, pinned


def ordered(one: int, other: int) -> Pair:
    """Return the pair with the smaller id first, the one form of a pair."""
    return (one, other) if one < other else (other, one)


def same_group(one: Company, other: Company) -> bool:
    """Say whether two companies name the same corporate group."""
    mine, theirs = one.group_name.strip().casefold(), other.group_name.strip().casefold()
    return bool(mine) and mine == theirs


def _passes_gates(match: Match) -> bool:
    seeker, candidate = match.seeker, match.candidate
    if match.need is not None and match.need.state != NeedState.OPEN:
        return False
    both_visible = seeker.is_visible and candidate.is_visible
    return both_visible and seeker.country != candidate.country and not same_group(seeker, candidate)


def _is_fresh(computed: MatchList, company: Company) -> bool:
    pooled_at = getattr(computed, "pooled_at", None)
    if pooled_at is not None and computed.computed_at < pooled_at:
        return False  # of the night before
    return computed.seeker_version == company.search_version or company.pk in _just_changed([company.pk])


def _just_changed(company_ids: Iterable[int]) -> set[int]:
    """Which of these companies have a mark younger than :data:`GRACE` that a worker has still to take."""
    ids = list(company_ids)
    if not ids:
        return set()
    waiting = OutboxEntry.objects.filter(
        Q(created_at__gte=timezone.now() - GRACE), topic="match", entity="company", entity_id__in=ids
    )
    return set(waiting.values_list("entity_id", flat=True))
