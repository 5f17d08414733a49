"""Accept, decline, take back."""

from typing import Any

from django.utils import timezone

from matchmaking.core.audit import record_event
from matchmaking.introductions.actions.base import IntroductionAction, give_consent
from matchmaking.introductions.models import ContactConsent, Introduction, IntroductionState


class AcceptIntroduction(IntroductionAction):
    """The receiver agrees and says which contacts it shows; from now on both sides see what the other consented to."""

    name = "introduction.accepted"
    from_states = (IntroductionState.REQUESTED, IntroductionState.EXPIRED)

    def __init__(self, actor: Any, introduction: Introduction, *, consent: list[str]) -> None:
        super().__init__(actor, introduction)
        self.consent = consent

    def allowed(self) -> bool:
        return self.policy.may_answer

    def perform(self) -> Introduction:
        give_consent(self.introduction, self.introduction.receiver_id, self.consent, self.actor)
        self.introduction.answered_by, self.introduction.answered_at = self.actor, timezone.now()
        self.move_to(IntroductionState.ACCEPTED)
        for consent in ContactConsent.objects.filter(introduction=self.introduction):
            self._log_transfer(consent)
        self.notify("accepted")
        return self.introduction

    def _log_transfer(self, consent: ContactConsent) -> None:
        """Each crossing of the border is an event with purpose and basis; the data itself is never logged."""
        sender, taker = self.introduction.requester, self.introduction.receiver
        if consent.company_id == taker.pk:
            sender, taker = taker, sender
        record_event(
            "contact.shown", self.introduction, actor=self.actor, company_id=sender.pk,
            data={
                "fields": sorted(consent.fields), "from": sender.country, "to": taker.country,
                "purpose": "introduction", "basis": "consent",
            },
        )


class DeclineIntroduction(IntroductionAction):
    """The receiver says no, with a coded reason and, if it likes, a note to the requester."""

    name = "introduction.declined"
    from_states = (IntroductionState.REQUESTED,)

    def __init__(self, actor: Any, introduction: Introduction, *, code: str, note: str = "") -> None:
        super().__init__(actor, introduction)
        self.code, self.note = code, note

    def allowed(self) -> bool:
        return self.policy.may_answer

    def perform(self) -> Introduction:
        self.introduction.answered_by, self.introduction.answered_at = self.actor, timezone.now()
        self.introduction.decision_code, self.introduction.decision_note = self.code, self.note
        self.move_to(IntroductionState.DECLINED)
        self.notify("declined")
        return self.introduction

    def audit_data(self) -> dict[str, Any]:
        return {**super().audit_data(), "code": self.code}


class WithdrawIntroduction(IntroductionAction):
    """The requester takes the request back before it was answered."""

    name = "introduction.withdrawn"
    from_states = (IntroductionState.REQUESTED,)

    def allowed(self) -> bool:
        return self.policy.may_withdraw

    def perform(self) -> Introduction:
        self.introduction.decision_code = "withdrawn"
        self.move_to(IntroductionState.CLOSED)
        return self.introduction
