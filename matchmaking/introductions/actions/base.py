"""What all actions on an existing introduction share."""

from typing import Any

from django.utils.translation import gettext as _

from matchmaking.core import outbox
from matchmaking.core.actions import Action, InvalidTransition
from matchmaking.introductions.models import ContactConsent, Introduction, IntroductionState
from matchmaking.introductions.permissions import IntroductionPolicy
from matchmaking.introductions.signals import introduction_changed


class IntroductionAction(Action):
    """Base of actions on one introduction: locks it, asks the policy, audits the move."""

    from_states: tuple[str, ...] = ()

    def __init__(self, actor: Any, introduction: Introduction) -> None:
        super().__init__(actor)
        self.introduction = introduction
        self.state_before = introduction.state

    def lock(self) -> None:
        self.introduction = (
            Introduction.objects.select_for_update(of=("self",))
            .select_related("requester", "receiver")
            .get(pk=self.introduction.pk)
        )
        self.state_before = self.introduction.state

    @property
    def policy(self) -> IntroductionPolicy:
        """The actor's policy on the locked row."""
        return IntroductionPolicy(self.actor, self.introduction)

    def check(self) -> None:
        if self.introduction.state not in self.from_states:
            raise InvalidTransition(
                _("This introduction is already “%(state)s”; reload the page to see it.")
                % {"state": self.introduction.get_state_display()}
            )

    def target(self) -> Introduction:
        return self.introduction

    def audit_data(self) -> dict[str, Any]:
        return {"from": self.state_before, "to": self.introduction.state}

    def audit_scope(self) -> dict[str, int | None]:
        side = self.policy.side
        return {"company_id": side.pk if side else None}

    def after_commit(self) -> None:
        introduction_changed.send(type(self), introduction=self.introduction, state=self.introduction.state)

    def notify(self, event: str, object_id: int | None = None) -> None:
        """Leave a mark for the worker, which writes the mail; ``event`` names its template."""
        outbox.mark("notify", f"introduction_{event}", object_id or self.introduction.pk)

    def move_to(self, state: IntroductionState) -> None:
        """Save the new state of the locked row."""
        self.introduction.state = state
        self.introduction.save()


def give_consent(introduction: Introduction, company_id: int, fields: list[str], actor: Any) -> None:
    """Write down which contact fields a side shows for this introduction."""
    ContactConsent.objects.update_or_create(
        introduction=introduction, company_id=company_id, defaults={"fields": fields, "given_by": actor}
    )
