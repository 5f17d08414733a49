"""What people decided about a company's pairs: no-lists of either side, and verdicts of secretariats."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from alliances.models import Alliance, Verdict, VerdictKind
from directory.models import NoListEntry
from matchmaking.engine.profiles import Recommendation
from matchmaking.matches.features import key_id
from matchmaking.matches.live import LiveRecommender
from matchmaking.matches.targets import Target


@dataclass(frozen=True, slots=True)
class PairRules:
    """For one company: whom it must never meet, and who is pinned, by the alliance that pinned."""

    refused: frozenset[int]
    pinned: dict[int, int]

    @classmethod
    def of(cls, company_id: int) -> "PairRules":
        """Read the rules in force now; two queries."""
        entries = NoListEntry.objects.filter(Q(company_id=company_id) | Q(excluded_id=company_id))
        refused = {_other(company_id, *pair) for pair in entries.values_list("company_id", "excluded_id")}
        pinned: dict[int, int] = {}
        verdicts = Verdict.objects.current().filter(Q(company_low_id=company_id) | Q(company_high_id=company_id))
        for kind, alliance, low, high in verdicts.values_list(
            "kind", "alliance_id", "company_low_id", "company_high_id"
        ):
            other = _other(company_id, low, high)
            if kind == VerdictKind.SUPPRESS:
                refused.add(other)
            else:
                pinned[other] = alliance
        return cls(frozenset(refused), pinned)

    def apply(self, target: Target, found: list[Recommendation], live: LiveRecommender, k: int) -> list[Recommendation]:
        """Drop the refused, put the pinned first, keep ``k``.

        A pin brings in a candidate that the ranking left out, if the hard rules let it pass and the pinning alliance
        covers the service that the list is about.
        """
        allowed = [one for one in found if key_id(one.candidate) not in self.refused]
        pinned = [one for one in allowed if key_id(one.candidate) in self.pinned]
        rest = [one for one in allowed if key_id(one.candidate) not in self.pinned]
        listed = {key_id(one.candidate) for one in pinned}
        for other, alliance in self.pinned.items():
            absent = other not in listed and other not in self.refused and other in live.held
            if absent and _covers(alliance, target):
                pinned.extend(target.ask(live.only(other), 1))
        return [*pinned, *rest][:k]


def _covers(alliance_id: int, target: Target) -> bool:
    if target.need_key is None:
        return True
    wanted: Iterable[str] = next(n.service_types for n in target.profile.needs if n.key == target.need_key)
    served = Alliance.objects.filter(pk=alliance_id, service_types__code__in=wanted)
    return not wanted or served.exists()


def _other(company_id: int, one: int, two: int) -> int:
    return two if one == company_id else one
