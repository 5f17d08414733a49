"""Products too large for every run: by default their parts take turns, by night (``make test-nightly``) all are tried."""

import pytest

IN_TURN = "in turn"


def turns(values):
    """Parameters of a test: one run in which the values take turns, and by night a run for each value."""
    return [IN_TURN, *(pytest.param(value, marks=pytest.mark.nightly) for value in values)]


def taken(chosen, values, number):
    """The value of this run; in a run of turns, that of the ``number``-th try."""
    return values[number % len(values)] if chosen == IN_TURN else chosen


# Whether a run tries its whole product, or as much as its turns give it.
WHOLE = [IN_TURN, pytest.param("all", marks=pytest.mark.nightly)]


def due(chosen, number, of):
    """Whether the ``number``-th try is made: every ``of``-th, by night all."""
    return chosen != IN_TURN or number % of == 0
