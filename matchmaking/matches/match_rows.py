"""Recommendations as rows, not yet saved."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from matchmaking.engine.advice import Advice
from matchmaking.engine.profiles import Reason, Recommendation
from matchmaking.matches.keys import key_id
from matchmaking.matches.models import LIST_LENGTH, Match, MatchList
from matchmaking.matches.targets import Target


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
