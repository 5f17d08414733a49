"""What happens after both agreed: messages, consent, progress, the end."""

from typing import Any

from django.utils.translation import gettext as _

from matchmaking.core.actions import InvalidTransition
from matchmaking.core.audit import record_event
from matchmaking.introductions.actions.base import IntroductionAction, give_consent
from matchmaking.introductions.models import (
    AGREED_STATES,
    OPEN_STATES,
    Introduction,
    IntroductionMessage,
    IntroductionState,
)
from matchmaking.introductions.transitions import may_close, next_states


class SendMessage(IntroductionAction):
    """Add a message to the thread; the other side is told by mail that there is one, never what it says."""

    name = "introduction.message_sent"
    from_states = AGREED_STATES

    def __init__(self, actor: Any, introduction: Introduction, *, text: str) -> None:
        super().__init__(actor, introduction)
        self.text = text

    def allowed(self) -> bool:
        return self.policy.may_act

    def perform(self) -> IntroductionMessage:
        side = self.policy.side
        assert side is not None
        message = IntroductionMessage.objects.create(
            introduction=self.introduction, company=side, author=self.actor, text=self.text
        )
        self.introduction.save(update_fields=["updated_at"])
        self.notify("message", message.pk)
        return message

    def audit_data(self) -> dict[str, Any]:
        return {}


class ChangeConsent(IntroductionAction):
    """Show more or fewer contact fields to the other side; an empty list takes the consent back."""

    name = "introduction.consent_changed"
    from_states = OPEN_STATES

    def __init__(self, actor: Any, introduction: Introduction, *, consent: list[str]) -> None:
        super().__init__(actor, introduction)
        self.consent = consent

    def allowed(self) -> bool:
        return self.policy.may_act

    def check(self) -> None:
        super().check()
        waiting = self.introduction.state == IntroductionState.REQUESTED
        if waiting and self.policy.side == self.introduction.receiver:
            raise InvalidTransition(_("Accept the introduction to say which contacts you show."))

    def perform(self) -> Introduction:
        side, other = self.policy.side, self.policy.other_side
        assert side is not None
        assert other is not None
        give_consent(self.introduction, side.pk, self.consent, self.actor)
        if self.introduction.contacts_open:
            record_event(
                "contact.shown", self.introduction, actor=self.actor, company_id=side.pk,
                data={
                    "fields": sorted(self.consent), "from": side.country, "to": other.country,
                    "purpose": "introduction", "basis": "consent",
                },
            )
        return self.introduction

    def audit_data(self) -> dict[str, Any]:
        return {"consent": sorted(self.consent)}


class AdvanceIntroduction(IntroductionAction):
    """Either side reports the next step."""

    name = "introduction.advanced"
    from_states = AGREED_STATES

    def __init__(self, actor: Any, introduction: Introduction, *, state: IntroductionState) -> None:
        super().__init__(actor, introduction)
        self.state = state

    def allowed(self) -> bool:
        return self.policy.may_act

    def check(self) -> None:
        super().check()
        if self.state not in next_states(self.introduction.state):
            raise InvalidTransition(_("This step does not follow the present one; reload the page to see it."))

    def perform(self) -> Introduction:
        self.move_to(self.state)
        self.notify("advanced")
        return self.introduction


class CloseIntroduction(IntroductionAction):
    """Either side ends it with a coded outcome; contacts are hidden again."""

    name = "introduction.closed"
    from_states = AGREED_STATES

    def __init__(self, actor: Any, introduction: Introduction, *, code: str, note: str = "") -> None:
        super().__init__(actor, introduction)
        self.code, self.note = code, note

    def allowed(self) -> bool:
        return self.policy.may_act

    def check(self) -> None:
        super().check()
        if not may_close(self.introduction.state):
            raise InvalidTransition(_("A request that waits for its answer is taken back, not closed."))

    def perform(self) -> Introduction:
        self.introduction.decision_code, self.introduction.decision_note = self.code, self.note
        self.move_to(IntroductionState.CLOSED)
        self.notify("closed")
        return self.introduction

    def audit_data(self) -> dict[str, Any]:
        return {**super().audit_data(), "code": self.code}
