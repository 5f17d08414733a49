"""Every change of an introduction; one class each, run with ``.run()``."""

from matchmaking.introductions.actions.answer import AcceptIntroduction, DeclineIntroduction, WithdrawIntroduction
from matchmaking.introductions.actions.request import RequestIntroduction
from matchmaking.introductions.actions.talks import (
    AdvanceIntroduction,
    ChangeConsent,
    CloseIntroduction,
    SendMessage,
)

__all__ = [
    "AcceptIntroduction",
    "AdvanceIntroduction",
    "ChangeConsent",
    "CloseIntroduction",
    "DeclineIntroduction",
    "RequestIntroduction",
    "SendMessage",
    "WithdrawIntroduction",
]
