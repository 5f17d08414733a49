"""Whom a company wants to meet above all. Only its own people know, until both sides want the same."""

from typing import Any

from django.utils.translation import gettext as _

from directory.actions.base import CompanyAction
from directory.models import Company, MustMeet
from matchmaking.core import outbox
from matchmaking.core.actions import InvalidTransition

MAX_MUST_MEET = 50


class AddMustMeet(CompanyAction):
    """Want to meet this company. Nothing of the other side changes: no version, no mark, no list, no mail."""

    name = "must_meet.add"

    def __init__(self, actor: Any, company: Company, wanted: Company) -> None:
        super().__init__(actor, company)
        self.wanted = wanted

    def check(self) -> None:
        """Somebody else, nobody whom we refuse, and few enough to mean something."""
        if self.wanted.pk == self.company.pk:
            raise InvalidTransition(_("This is your own company."))
        if self.company.no_list.filter(excluded=self.wanted).exists():
            raise InvalidTransition(_("You do not consider this company. Take it off that list first."))
        if self.company.must_meet.count() >= MAX_MUST_MEET:
            raise InvalidTransition(_("The list is full. Remove a company first."))

    def perform(self) -> MustMeet:
        """Return the entry; asking twice changes nothing. Our own lists are computed again, to bring it in."""
        entry, _created = MustMeet.objects.get_or_create(company=self.company, wanted=self.wanted)
        outbox.mark("match", "seeker", self.company.pk)
        return entry


class RemoveMustMeet(CompanyAction):
    """Want it no more than others. Lists are sorted when they are read, so nothing is computed again."""

    name = "must_meet.remove"

    def __init__(self, actor: Any, company: Company, wanted: Company) -> None:
        super().__init__(actor, company)
        self.wanted = wanted

    def perform(self) -> None:
        """Delete the entry if there is one."""
        self.company.must_meet.filter(wanted=self.wanted).delete()
