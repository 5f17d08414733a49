"""Which lists a company has, and what the recommender is asked for each of them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from matchmaking.engine.eligibility import closed_gates
from matchmaking.engine.features import given
from matchmaking.engine.profiles import Profile, Recommendation
from matchmaking.engine.recommender import MatchRecommender
from matchmaking.matches.features import product_profile, without_private_needs
from matchmaking.matches.keys import key_id
from matchmaking.matches.models import MatchList


@dataclass(frozen=True, slots=True)
class Target:
    """One list to compute: the profile that asks, for a need, for a product, or for the company as such."""

    company_id: int
    profile: Profile
    need_key: str | None = None
    product_id: int | None = None

    @property
    def need_id(self) -> int | None:
        """Row number of the need."""
        return key_id(self.need_key) if self.need_key else None

    @property
    def of_company(self) -> bool:
        """Whether the list is about the company as such; only these lists share out the places of candidates."""
        return self.need_key is None and self.product_id is None

    @property
    def private(self) -> bool:
        """Whether the list rests on a need that nobody but its owner may hear of."""
        return self.need_key is not None and any(need.private for need in self.profile.needs)

    def ask(self, engine: MatchRecommender, k: int) -> list[Recommendation]:
        """The ``k`` candidates that ``engine`` would list, then those of the best ``k`` that variety left out."""
        return engine.recommend(self.profile, need=self.need_key, k=k, also_best=True)


def targets_of(profile: Profile) -> Iterator[Target]:
    """Every list that a company has, from its own profile."""
    company_id = key_id(profile.key)
    yield Target(company_id, without_private_needs(profile))
    for need in profile.needs:
        yield Target(company_id, replace(profile, needs=(need,)), need_key=need.key)
    for offer in profile.offers:
        if offer.key.startswith("product:"):
            seller = product_profile(profile, key_id(offer.key))
            if seller is not None:
                yield Target(company_id, seller, product_id=key_id(offer.key))


def target_of(match_list: MatchList, profile: Profile) -> Target | None:
    """The target behind a stored list; None when its need or product is no longer open."""
    for target in targets_of(profile):
        if (target.need_id, target.product_id) == (match_list.need_id, match_list.product_id):
            return target
    return None


def count_excluded(target: Target, candidates: list[Profile]) -> dict[str, int]:
    """How many candidates that do what a need asks for were kept out, by the first fixable rule."""
    counts: dict[str, int] = {}
    if target.need_key is None:
        return counts
    need = next(need for need in target.profile.needs if need.key == target.need_key)
    for candidate in candidates:
        does = given(replace(candidate, offers=tuple(replace(o, capacity=None) for o in candidate.offers)))
        if not (does["service"] & need.service_types or does["category"] & need.categories):
            continue
        gates = closed_gates(target.profile, candidate, need)
        if gates and all(gate.fixable for gate in gates):
            counts[gates[0].gate] = counts.get(gates[0].gate, 0) + 1
    return counts
