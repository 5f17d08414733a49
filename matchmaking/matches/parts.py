"""One need, several alliances: a list of matches in parts, so that each tab is about one kind of service."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from alliances.models import Alliance, Membership
from directory.models import Need, Offer
from matchmaking.core.wording import is_chinese
from matchmaking.matches.models import Match

OTHERS = "others"


@dataclass(frozen=True, slots=True)
class Part:
    """The matches that one alliance answers for."""

    code: str
    label: str
    matches: Sequence[Match]

    @property
    def title(self) -> str:
        """Label with the number of matches, as on a tab."""
        count = len(self.matches)
        return f"{self.label}（{count}）" if is_chinese() else f"{self.label} ({count})"


def split(need: Need | None, matches: Sequence[Match], chosen: str = "") -> tuple[list[Part], Part | None]:
    """Sort matches by the alliances of the need's services; returns all parts and the chosen (else the first) one.

    A company is in the part of every alliance that it belongs to or whose services it offers. Nothing to split
    (no need, no services, one alliance) gives one part or none.
    """
    wanted = list(need.service_types.all()) if need is not None else []
    alliances = list(Alliance.objects.filter(active=True, service_types__in=wanted).distinct()) if wanted else []
    if len(alliances) < 2:
        return [], None
    belongs = _alliances_of([match.candidate_id for match in matches], alliances)
    parts = [
        Part(one.code, one.name, [match for match in matches if one.code in belongs[match.candidate_id]])
        for one in alliances
    ]
    rest = [match for match in matches if not belongs[match.candidate_id]]
    if rest:
        parts.append(Part(OTHERS, _("Others"), rest))
    return parts, next((part for part in parts if part.code == chosen), parts[0])


def _alliances_of(company_ids: list[int], alliances: list[Alliance]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    offers = Offer.objects.filter(company_id__in=company_ids, live=True, service_type__alliances__in=alliances)
    members = Membership.objects.active().filter(company_id__in=company_ids, alliance__in=alliances)
    for rows in (
        offers.values_list("company_id", "service_type__alliances__code"),
        members.values_list("company_id", "alliance__code"),
    ):
        for company_id, code in rows:
            found[company_id].add(code)
    return found
