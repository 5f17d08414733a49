"""Who may see and answer an introduction: people of the two companies, from current rows."""

from functools import cached_property
from typing import Any

from django.db.models import Q

from directory.models import Company, CompanyMember
from directory.permissions import EDITING_ROLES, companies_for, is_person
from matchmaking.introductions.models import Introduction, IntroductionQuerySet


class IntroductionPolicy:
    """What one person may do with one introduction. Make a new one for every request."""

    def __init__(self, user: Any, introduction: Introduction) -> None:
        self.user = user
        self.introduction = introduction

    @cached_property
    def roles(self) -> dict[int, str]:
        """The person's role per party's company id; empty for strangers."""
        if not is_person(self.user):
            return {}
        parties = (self.introduction.requester_id, self.introduction.receiver_id)
        rows = CompanyMember.objects.filter(user_id=self.user.pk, company_id__in=parties)
        return dict(rows.values_list("company_id", "role"))

    @property
    def side(self) -> Company | None:
        """The party for which the person speaks, None for strangers. Nobody speaks for both at once."""
        for party in (self.introduction.receiver, self.introduction.requester):
            if party.pk in self.roles:
                return party
        return None

    @property
    def other_side(self) -> Company | None:
        """The party on the other side of the person, None for strangers."""
        if self.side is None:
            return None
        both = (self.introduction.requester, self.introduction.receiver)
        return both[1] if self.side == both[0] else both[0]

    @property
    def may_view(self) -> bool:
        """People of either party."""
        return self.side is not None

    @property
    def may_answer(self) -> bool:
        """Owners and editors of the receiver."""
        return self.roles.get(self.introduction.receiver_id) in EDITING_ROLES

    @property
    def may_withdraw(self) -> bool:
        """Owners and editors of the requester."""
        return self.roles.get(self.introduction.requester_id) in EDITING_ROLES

    @property
    def may_act(self) -> bool:
        """Owners and editors of either party: messages, consent, progress."""
        return self.side is not None and self.roles[self.side.pk] in EDITING_ROLES


def introductions_for(user: Any) -> IntroductionQuerySet:
    """Introductions of the person's companies, either side."""
    own = companies_for(user)
    return Introduction.objects.filter(Q(requester__in=own) | Q(receiver__in=own))
