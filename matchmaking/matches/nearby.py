"""Large directories, one company at a time: its lists explained from its pool, and a change carried to both sides."""

from collections.abc import Collection, Sequence

import numpy as np
from django.db import transaction
from django.utils import timezone

from matchmaking.engine.dense.lists import packed_places, unpacked
from matchmaking.engine.folding.vicinity import Near, Vicinity
from matchmaking.matches.features import own_profiles, public_profiles
from matchmaking.matches.live import LiveRecommender
from matchmaking.matches.models import CandidatePool
from matchmaking.matches.night import PLACES
from matchmaking.matches.refresh import REACH, refresh_reverse, refresh_seeker
from matchmaking.matches.rules import PairRules
from matchmaking.matches.store import drop_company
from matchmaking.matches.targets import Target, targets_of

# Pools of others that a changed company enters at most, those first that it suits best.
MOST_POOLS = 500


def explain_own(live: LiveRecommender, company_id: int) -> None:
    """Compute the lists of one company: as such from its stored pool, of needs and products from who is near these."""
    profile = own_profiles([company_id]).get(company_id)
    if live.vicinity is None or profile is None:
        return
    targets = list(targets_of(profile))
    refresh_seeker(
        candidates_of(live, [target for target in targets if target.of_company]),
        profile,
        for_others=candidates_of(live, [target for target in targets if not target.of_company]),
    )


def candidates_of(live: LiveRecommender, targets: Sequence[Target]) -> LiveRecommender:
    """The few companies that may stand in the lists of some targets of one company, and whom it pinned or wants.

    A company as such draws on its stored pool; needs, private ones too, are asked with and kept nowhere.
    """
    ids: set[int] = set()
    aside: set[int] = set()
    for target in targets:
        rules = PairRules.of(target.company_id)
        aside |= {*rules.pinned, *rules.wanted, target.company_id}
        pool = CandidatePool.objects.filter(company_id=target.company_id).first() if target.of_company else None
        if pool is not None:
            ids |= {pk for pk, _ in unpacked(bytes(pool.places))}
        elif live.vicinity is not None:
            near = live.vicinity.near(target.profile, PLACES, live.engine.weights)
            ids |= {int(key) for key, _ in near}
    return live.within(sorted(ids), sorted(aside - ids))


def refresh_near(live: LiveRecommender, company_id: int) -> None:
    """Bring one changed company into step: its pool and lists, and the pools and lists of those whom it now suits."""
    vicinity = live.vicinity
    shown = public_profiles([company_id]).get(company_id)
    if vicinity is None or shown is None:
        drop_company(company_id)
        return
    vicinity.put(shown, live.engine.weights)
    around = vicinity.around(shown, PLACES, live.engine.weights)
    _store_pool(live, company_id, around.near)
    _enter_pools(vicinity, company_id, around.reached[:MOST_POOLS])
    explain_own(live, company_id)
    reached = [int(key) for key, _ in around.reached[:REACH]]
    refresh_reverse(live.within([company_id, *reached]), company_id)


def _store_pool(live: LiveRecommender, company_id: int, near: Near) -> None:
    places = packed_places([(int(key), score) for key, score in near])
    values = {"model": live.model, "places": places, "computed_at": timezone.now()}
    CandidatePool.objects.update_or_create(company_id=company_id, defaults=values)
    if live.vicinity is not None and len(near) >= PLACES:
        live.vicinity.floor(str(company_id), near[-1][1])


@transaction.atomic
def _enter_pools(vicinity: Vicinity, company_id: int, reached: Collection[tuple[str, float]]) -> None:
    """Put a company where it belongs in the stored pools of others; the last of a full pool gives way."""
    scores = {int(key): float(np.float32(score)) for key, score in reached}
    pools = list(CandidatePool.objects.select_for_update().filter(company_id__in=scores).order_by("pk"))
    for pool in pools:
        others = [(pk, score) for pk, score in unpacked(bytes(pool.places)) if pk != company_id]
        best = sorted([*others, (company_id, scores[pool.company_id])], key=lambda one: (-one[1], one[0]))[:PLACES]
        pool.places = packed_places(best)
        if len(best) == PLACES:
            vicinity.floor(str(pool.company_id), best[-1][1])
    CandidatePool.objects.bulk_update(pools, ["places"], batch_size=200)
