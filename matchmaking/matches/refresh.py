"""Recompute: the lists of one seeker, the lists in which a changed company stands or should stand, and all lists."""

from collections.abc import Iterable

from django.db.models import Q
from django.utils import timezone

from matchmaking.core.fault_points import reached
from matchmaking.core.progress import progress
from matchmaking.engine.features import given
from matchmaking.engine.profiles import Profile, Recommendation
from matchmaking.matches.backends import match_backend
from matchmaking.matches.exposure import RESERVE, Room, share_places
from matchmaking.matches.features import own_profiles, without_private_needs
from matchmaking.matches.keys import key_id
from matchmaking.matches.live import LiveRecommender
from matchmaking.matches.match_rows import Computed
from matchmaking.matches.models import LIST_LENGTH, CandidatePool, Match, MatchList
from matchmaking.matches.placing import Placement, place_candidate
from matchmaking.matches.preferences import wishes_of
from matchmaking.matches.rules import PairRules
from matchmaking.matches.store import drop_all_but, drop_company, store_lists
from matchmaking.matches.targets import Target, count_excluded, target_of, targets_of

# Seekers asked, best first, whether a changed company belongs on their list, and lists rescored at most.
REACH = 40
MOST_LISTS = 150
# Larger directories get their advice firm by firm, when a firm changes: it costs a fraction of a second each.
ADVISED_AT_ONCE = 2000


def refresh_company(live: LiveRecommender, company_id: int) -> None:
    """Bring one company into step: its own lists, and the lists of others as far as it is concerned."""
    if company_id not in live.held:
        drop_company(company_id)
        return
    profile = own_profiles([company_id]).get(company_id)
    if profile is None:
        drop_company(company_id)
        return
    refresh_seeker(live, profile)
    reached("K8")
    refresh_reverse(live, company_id)


def refresh_own(live: LiveRecommender, company_id: int) -> None:
    """Recompute the lists of one company and leave those of others alone."""
    profile = own_profiles([company_id]).get(company_id) if company_id in live.held else None
    if profile is not None:
        refresh_seeker(live, profile)


def refresh_seeker(live: LiveRecommender, profile: Profile, *, for_others: LiveRecommender | None = None) -> int:
    """Recompute all lists of one seeker from its own profile; returns the number of matches.

    ``for_others``: who may stand in the lists of its needs and products, where these are other candidates than those of
    the company as such (large directories, which give no advice).
    """
    company_id = key_id(profile.key)
    rules = PairRules.of(company_id)
    lists = []
    for target in targets_of(profile):
        among = live if target.of_company or for_others is None else for_others
        found = _with_room(among, target, rules)
        lists.append(_compute(among, target, rules, found=found, advised=for_others is None))
    return store_lists(company_id, lists, live.model, live.versions)


def refresh_reverse(live: LiveRecommender, company_id: int) -> int:
    """Rescore a changed company in the lists where it stands or may belong; returns how many lists changed.

    It enters no more company lists than :mod:`exposure` leaves it room for.
    """
    rules = PairRules.of(company_id)
    reached = {key_id(found.seeker): found for found in live.engine.recommend_to(str(company_id), k=REACH)}
    lists = _lists_to_rescore(live, company_id, list(reached))
    profiles = own_profiles({one.company_id for one in lists})
    wishes = wishes_of(profiles.keys())
    standing = _standing_in(company_id, lists)
    probe, room = live.only(company_id), Room.of(live, [company_id])
    placements: dict[int, list[Placement]] = {}
    for match_list in lists:
        seeker, profile = match_list.company_id, profiles.get(match_list.company_id)
        target = target_of(match_list, profile) if profile else None
        if target is None:
            continue
        found = None
        if seeker not in rules.refused:
            found = _known(live, target, reached) or next(iter(target.ask(probe, 1)), None)
        pinned = seeker in rules.pinned
        free = pinned or match_list.pk in standing or not target.of_company or found is None
        placement = Placement(
            match_list, target, found, pinned, wishes[seeker], may_enter=free or room.take(company_id)
        )
        placements.setdefault(seeker, []).append(placement)
    return sum(place_candidate(seeker, company_id, ordered, live.versions) for seeker, ordered in placements.items())


def refresh_all(live: LiveRecommender, *, show_progress: bool = True) -> dict[str, int]:
    """Recompute the lists of every visible company, with no candidate on more company lists than it can serve."""
    started = timezone.now()
    profiles = own_profiles()
    companies = {pk: Target(pk, without_private_needs(profile)) for pk, profile in profiles.items()}
    with match_backend() as backend:
        live.engine.draw_pools(LIST_LENGTH + RESERVE, backend=backend)
    pools = {
        pk: target.ask(live.engine, LIST_LENGTH + RESERVE)
        for pk, target in progress(companies.items(), "recommend", total=len(companies), show=show_progress)
    }
    shared = share_places(live, pools)
    advised = len(profiles) <= ADVISED_AT_ONCE
    counts = {"companies": len(profiles), "lists": 0, "matches": 0}
    for pk, profile in progress(profiles.items(), "refresh", total=len(profiles), show=show_progress):
        rules = PairRules.of(pk)
        lists = [
            _compute(live, target, rules, found=shared[pk] if target.of_company else None, advised=advised)
            for target in targets_of(profile)
        ]
        counts["matches"] += store_lists(pk, lists, live.model, live.versions)
        counts["lists"] += len(lists)
    CandidatePool.objects.all().delete()  # of a directory that was large once
    drop_all_but(profiles)
    live.model.refreshed_at = started
    live.model.save(update_fields=["refreshed_at"])
    return counts


def _compute(
    live: LiveRecommender,
    target: Target,
    rules: PairRules,
    found: list[Recommendation] | None = None,
    *,
    advised: bool = True,
) -> Computed:
    if found is None:
        found = target.ask(live.engine, LIST_LENGTH + len(rules.refused))
    listed, beyond = rules.apply(target, found, live, LIST_LENGTH)
    excluded = count_excluded(target, list(live.held.values()))
    advice = live.advisor.advise(target.profile) if advised and target.of_company else None
    return Computed(target, listed, excluded, frozenset(rules.pinned), beyond, advice)


def _with_room(live: LiveRecommender, target: Target, rules: PairRules) -> list[Recommendation] | None:
    """The pool of a company's list without newcomers that have no room; None for other lists, which share freely."""
    if not target.of_company:
        return None
    pool = target.ask(live.engine, LIST_LENGTH + RESERVE + len(rules.refused))
    listed = Match.objects.filter(seeker_id=target.company_id, need=None, product=None, rank__lte=LIST_LENGTH)
    standing = set(listed.values_list("candidate_id", flat=True))
    full = Room.of(live, [key_id(one.candidate) for one in pool]).full() - standing
    return [one for one in pool if key_id(one.candidate) not in full]


def _standing_in(company_id: int, lists: Iterable[MatchList]) -> set[int]:
    """Those of the lists in which a company has a place already."""
    rows = Match.objects.filter(candidate_id=company_id, match_list__in=list(lists), rank__lte=LIST_LENGTH)
    return set(rows.values_list("match_list_id", flat=True))


def _lists_to_rescore(live: LiveRecommender, company_id: int, reached: list[int]) -> list[MatchList]:
    """Lists that hold the company come first, then those it may belong on, :data:`MOST_LISTS` at most."""
    does = given(live.held[company_id])
    asks_for_it = Q(need__service_types__code__in=does["service"]) | Q(
        need__product_categories__code__in=does["category"]
    )
    others = MatchList.objects.exclude(company_id=company_id).filter(model=live.model)
    holding = list(others.filter(matches__candidate_id=company_id).order_by("pk"))
    order = {pk: place for place, pk in enumerate(reached)}
    of_reached = others.filter(need=None, company_id__in=reached)
    likely = sorted(of_reached, key=lambda one: (one.product_id is not None, order[one.company_id]))
    needs = others.filter(asks_for_it).distinct().order_by("-pk")[:MOST_LISTS]
    unique = {one.pk: one for one in [*holding, *needs, *likely]}
    return list(unique.values())[: max(MOST_LISTS, len(holding))]


def _known(live: LiveRecommender, target: Target, reached: dict[int, Recommendation]) -> Recommendation | None:
    """What ``recommend_to`` already said about a company's list, where it asked with the same profile."""
    same = target.of_company and target.profile == live.held.get(target.company_id)
    return reached.get(target.company_id) if same else None
