"""What people decided about a company's pairs: no-lists of either side, verdicts of secretariats, own wishes."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Q

from alliances.models import Alliance, Verdict, VerdictKind
from directory.models import NoListEntry
from matchmaking.engine.profiles import Recommendation
from matchmaking.matches.keys import key_id
from matchmaking.matches.live import LiveRecommender
from matchmaking.matches.preferences import Preferences
from matchmaking.matches.targets import Target


@dataclass(frozen=True, slots=True)
class PairRules:
    """For one company: whom it must never meet, and who is pinned, by the alliance that pinned."""

    refused: frozenset[int]
    pinned: dict[int, int]
    wanted: frozenset[int] = frozenset()

    @classmethod
    def of(cls, company_id: int) -> "PairRules":
        """Read the rules in force now; four queries at most."""
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
        return cls(frozenset(refused), pinned, Preferences.of(company_id).mine)

    def apply(
        self, target: Target, found: list[Recommendation], live: LiveRecommender, k: int
    ) -> tuple[list[Recommendation], list[Recommendation]]:
        """(The list of ``k``, what only the seeker's own people see beyond it): refused dropped, pinned first.

        A pin brings in a candidate that the ranking left out, if the hard rules let it pass and the pinning alliance
        covers the service that the list is about. Beyond the list stand those who score among the best ``k`` although
        variety left them out, and those whom the company wants to meet: a wish never moves a place that others see.
        """
        allowed = [one for one in found if key_id(one.candidate) not in self.refused]
        pinned = [one for one in allowed if key_id(one.candidate) in self.pinned]
        rest = [one for one in allowed if key_id(one.candidate) not in self.pinned]
        listed = {key_id(one.candidate) for one in pinned}
        for other, alliance in self.pinned.items():
            absent = other not in listed and other not in self.refused and other in live.held
            if absent and _covers(alliance, target):
                pinned.extend(target.ask(live.only(other), 1))
        order = [*pinned, *rest]
        best = {one.candidate for one in sorted(order, key=lambda one: -one.score)[:k]}
        beyond = [one for one in order[k:] if one.candidate in best or key_id(one.candidate) in self.wanted]
        known = {key_id(one.candidate) for one in (*order[:k], *beyond)}
        return order[:k], [*beyond, *self._wished(target, known, live)]

    def _wished(self, target: Target, listed: set[int], live: LiveRecommender) -> Iterator[Recommendation]:
        for other in sorted(self.wanted - self.refused - listed):
            if other in live.held:
                yield from target.ask(live.only(other), 1)


def _covers(alliance_id: int, target: Target) -> bool:
    if target.need_key is None:
        return True
    wanted: Iterable[str] = next(n.service_types for n in target.profile.needs if n.key == target.need_key)
    served = Alliance.objects.filter(pk=alliance_id, service_types__code__in=wanted)
    return not wanted or served.exists()


def _other(company_id: int, one: int, two: int) -> int:
    return two if one == company_id else one
