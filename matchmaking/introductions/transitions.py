"""Which state may follow which, and who may bring it about."""

from matchmaking.introductions.models import OPEN_STATES, IntroductionState

# The steps both sides report once they have agreed to meet; each side may report the next one.
PROGRESS = {
    IntroductionState.ACCEPTED: (IntroductionState.IN_TALKS,),
    IntroductionState.IN_TALKS: (IntroductionState.PROPOSAL, IntroductionState.AGREED),
    IntroductionState.PROPOSAL: (IntroductionState.AGREED,),
    IntroductionState.AGREED: (IntroductionState.DELIVERED,),
}


def next_states(state: str) -> tuple[IntroductionState, ...]:
    """Return the steps that may be reported from a state, empty where there is none."""
    return PROGRESS.get(IntroductionState(state), ())


def may_close(state: str) -> bool:
    """Say whether an introduction in this state can be closed with an outcome."""
    return state in OPEN_STATES and state != IntroductionState.REQUESTED
