"""Between two full refreshes: nobody drifts far above the number of company lists that it may stand in.

A full refresh shares the places out exactly. A change of one company then may add it to lists, or add others to its
own, up to :data:`SLACK` above the cap; beyond, a candidate that does not stand in a list already stays out until the
next full refresh. Two workers that place the same candidate at once may each take the last place.
"""

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db.models import Count

from matchmaking.engine.eligibility import capacity_of
from matchmaking.engine.profiles import Recommendation
from matchmaking.engine.ranking import exposure_cap, share_out
from matchmaking.matches.keys import key_id
from matchmaking.matches.live import LiveRecommender
from matchmaking.matches.models import LIST_LENGTH, Match

SLACK = 0.1
# Asked for beyond the length of a list, so that exposure caps and refusals leave a full one.
RESERVE = 5


def caps(live: LiveRecommender) -> dict[int, int]:
    """In how many company lists each held company may stand after a full refresh."""
    return {pk: _cap(live, pk) for pk in live.held}


def _cap(live: LiveRecommender, company_id: int) -> int:
    size = len(live.held)
    return exposure_cap(capacity_of(live.held[company_id]), size, size, LIST_LENGTH)


def share_places(live: LiveRecommender, pools: Mapping[int, list[Recommendation]]) -> dict[int, list[Recommendation]]:
    """Cut the pools so that no candidate takes more places than its capacity or its share allows; keep their order.

    The varied choice at the head of a pool is placed before what variety left out.
    """
    head = LIST_LENGTH + RESERVE
    scored = {
        pk: [(key_id(one.candidate), one.score + (place < head)) for place, one in enumerate(pool)]
        for pk, pool in pools.items()
    }
    shared = share_out(scored, caps(live), 2 * head)
    placed = {pk: {candidate for candidate, _ in row} for pk, row in shared.items()}
    return {pk: [one for one in pool if key_id(one.candidate) in placed[pk]] for pk, pool in pools.items()}


@dataclass
class Room:
    """How many more company lists each of some candidates may enter."""

    left: dict[int, int]

    @classmethod
    def of(cls, live: LiveRecommender, candidate_ids: Collection[int]) -> "Room":
        """Count the places taken; one query. Places beyond a list's length are the seeker's own and do not count."""
        ids = [pk for pk in candidate_ids if pk in live.held]
        taken = dict(
            Match.objects.filter(candidate_id__in=ids, need=None, product=None, rank__lte=LIST_LENGTH)
            .order_by()
            .values_list("candidate_id")
            .annotate(Count("pk"))
        )
        most = {pk: _cap(live, pk) for pk in ids}
        return cls({pk: cap + math.ceil(SLACK * cap) - taken.get(pk, 0) for pk, cap in most.items()})

    def full(self) -> frozenset[int]:
        """Candidates that may enter no further list."""
        return frozenset(pk for pk, left in self.left.items() if left <= 0)

    def take(self, candidate_id: int) -> bool:
        """Use one place, if there is one."""
        if self.left.get(candidate_id, 0) <= 0:
            return False
        self.left[candidate_id] -= 1
        return True
