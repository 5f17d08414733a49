"""Bands say what a person would say about a pair."""

from matchmaking.engine.scoring import band_of


def test_a_need_that_is_met_gives_the_band_and_a_conflict_takes_the_best_away():
    assert band_of(0.20) == "possible"
    assert band_of(0.20, stated=0.45) == "good"
    assert band_of(0.20, stated=0.70) == "strong"
    assert band_of(0.55, stated=0.10) == "strong"
    assert band_of(0.55, stated=0.70, conflict=True) == "good"
