"""What the answers to introductions say about how well two companies fit, handed down to the matches."""

from typing import Any

from matchmaking.introductions.models import Introduction, IntroductionState
from matchmaking.matches import feedback
from matchmaking.matches.models import FeedbackSource

FITS = frozenset({IntroductionState.ACCEPTED, IntroductionState.AGREED, IntroductionState.DELIVERED})
# Other reasons to decline (no capacity, timing, a conflict of interest …) say nothing about the fit.
DOES_NOT_FIT = frozenset({"decline.outside-expertise", "decline.deal-size", "decline.market-not-served"})


def record_answer(sender: Any, *, introduction: Introduction, state: str, **_: Any) -> None:
    """Receiver of ``introduction_changed``: the receiver's answer and what came of it, as one label."""
    declined = state == IntroductionState.DECLINED and introduction.decision_code in DOES_NOT_FIT
    if state in FITS or declined:
        feedback.record(
            FeedbackSource.INTRODUCTION,
            introduction.pk,
            [(introduction.requester_id, introduction.receiver_id)],
            judge=f"company:{introduction.receiver_id}",
            fits=not declined,
            need=introduction.need,
            product=introduction.product,
        )
