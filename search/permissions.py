"""Who may find what. Companies and needs in an index are public; matches belong to somebody."""

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from alliances.models import AllianceStaff, Membership
from directory.models import Confidentiality
from directory.permissions import companies_for, is_person
from matchmaking.matches.models import Match
from search.building.matches import alliance_key, company_key
from search.engines.base import Kind


def match_policy(kind: Kind, user: Any) -> "MatchSearchPolicy | None":
    """The policy of a search in matches; None for the kinds that are public."""
    return MatchSearchPolicy(user) if kind == "match" else None


class MatchSearchPolicy:
    """Whose matches one person may search, from current rows. Make a new one for every request.

    A company's people find its matches; an alliance's staff find those of its members that rest on a public need or on
    no need. Staff of the platform as such find none.
    """

    def __init__(self, user: Any) -> None:
        self.user = user

    @cached_property
    def company_ids(self) -> set[int]:
        """Companies that the person speaks for."""
        return set(companies_for(self.user).values_list("pk", flat=True))

    @cached_property
    def alliances(self) -> dict[int, str]:
        """Alliances that the person works for: number → code."""
        if not is_person(self.user):
            return {}
        rows = AllianceStaff.objects.filter(user_id=self.user.pk, alliance__active=True)
        return dict(rows.values_list("alliance_id", "alliance__code"))

    @property
    def owners(self) -> tuple[str, ...]:
        """Owner keys of the documents that the person may find; empty: none at all."""
        companies = (company_key(pk) for pk in sorted(self.company_ids))
        return (*companies, *(alliance_key(code) for code in sorted(self.alliances.values())))

    def viewable(self, matches: Iterable[Match]) -> list[Match]:
        """Keep the matches that the person may see now; one query for staff. Expects ``need`` to be loaded."""
        rows = list(matches)
        members = self._members({match.seeker_id for match in rows} - self.company_ids)
        return [match for match in rows if self._may_view(match, members)]

    def _may_view(self, match: Match, members: set[int]) -> bool:
        confidentiality = match.need.confidentiality if match.need else Confidentiality.PUBLIC
        if match.seeker_id in self.company_ids:
            return confidentiality != Confidentiality.PRIVATE
        return match.seeker_id in members and confidentiality == Confidentiality.PUBLIC

    def _members(self, company_ids: set[int]) -> set[int]:
        if not self.alliances or not company_ids:
            return set()
        rows = Membership.objects.active().filter(company_id__in=company_ids, alliance_id__in=list(self.alliances))
        return set(rows.values_list("company_id", flat=True))
