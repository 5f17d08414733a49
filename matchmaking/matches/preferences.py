"""Whom a company wants to meet above all, as its own people may see it: preferences first, the model second."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from directory.models import MustMeet

Bracket = Literal["mutual", "mine", "none"]
ORDER: dict[Bracket, int] = {"mutual": 0, "mine": 1, "none": 2}


@dataclass(frozen=True, slots=True)
class Preferences:
    """For one company: whom it marked, and who of these marked it too.

    A mark of the other side alone is never read here, so nothing that is made of this can tell of it.
    """

    mine: frozenset[int] = frozenset()
    mutual: frozenset[int] = frozenset()

    @classmethod
    def of(cls, company_id: int) -> "Preferences":
        """Read the marks in force; two queries at most."""
        mine = frozenset(MustMeet.objects.filter(company_id=company_id).values_list("wanted_id", flat=True))
        back = MustMeet.objects.filter(company_id__in=mine, wanted_id=company_id) if mine else MustMeet.objects.none()
        return cls(mine, frozenset(back.values_list("company_id", flat=True)))

    def bracket(self, candidate_id: int) -> Bracket:
        """Which of the three brackets a candidate belongs in."""
        if candidate_id in self.mutual:
            return "mutual"
        return "mine" if candidate_id in self.mine else "none"


def wishes_of(company_ids: Collection[int]) -> dict[int, frozenset[int]]:
    """Company → whom it marked, for its own lists; one query."""
    found: dict[int, set[int]] = defaultdict(set)
    for company_id, wanted in MustMeet.objects.filter(company_id__in=company_ids).values_list(
        "company_id", "wanted_id"
    ):
        found[company_id].add(wanted)
    return {pk: frozenset(found[pk]) for pk in company_ids}
