"""Bands say what a person would say about a pair; a word in common by chance is no answer."""

import numpy as np
import pytest

from matchmaking.engine.profiles import Offer, Profile, Text
from matchmaking.engine.recommender import MatchRecommender
from matchmaking.engine.scoring import band_of, chance, full_answer, text_strength


def test_a_need_that_is_met_gives_the_band_and_a_conflict_takes_the_best_away():
    assert band_of(0.20) == "possible"
    assert band_of(0.20, stated=0.45) == "good"
    assert band_of(0.20, stated=0.70) == "strong"
    assert band_of(0.55, stated=0.10) == "strong"
    assert band_of(0.55, stated=0.70, conflict=True) == "good"


def test_what_one_word_of_a_long_query_is_worth_counts_for_nothing():
    assert chance(40) == pytest.approx(1.2 / 40)
    assert chance(3) == chance(0) == 0.12
    assert chance(40, has_encoder=True) == pytest.approx(1.2 / 40 + 0.055)
    assert list(text_strength(np.array([0.0, 0.02, 0.03]), 40, 0.0)) == [0, 0, 0]
    assert 0 < text_strength(np.array(0.04), 40, 0.0) < 0.05


@pytest.mark.parametrize("has_encoder", [False, True])
def test_an_answer_grows_from_chance_to_full(has_encoder):
    least, full = float(chance(20, has_encoder=has_encoder)), float(full_answer(0.5, has_encoder=has_encoder))
    found = text_strength(np.linspace(least, full, 5), 20, 0.5, has_encoder=has_encoder)
    assert found == pytest.approx([0, 0.25, 0.5, 0.75, 1])
    assert text_strength(np.array(full + 1), 20, 0.5, has_encoder=has_encoder) == 1


ALPHABET = [f"{letter}alpha {letter}beta {letter}gamma {letter}delta" for letter in "bcdfghjklmnp"]


def saying(key, country, text, **fields):
    """A company with a sector that says one thing, of itself and as its offer."""
    said = Text(en=text)
    return Profile(
        key, country, summary=said, **{"offers": (Offer("o", title=said),), "sectors": frozenset({"a"}), **fields}
    )


@pytest.fixture
def others():
    return [saying(f"p{i:02}", "SG", f"{text} {'harbour' if i == 8 else ''}") for i, text in enumerate(ALPHABET)]


def test_a_word_by_chance_neither_ranks_nor_explains(small_lexicon, others):
    seeker = saying("s", "CN", f"{' '.join(ALPHABET[:3])} harbour")
    recommender = MatchRecommender(lexicon=small_lexicon, diversity=0).fit([seeker, *others])
    found = {one.candidate: one for one in recommender.recommend("s")}
    assert found["p08"].parts == found["p09"].parts
    assert found["p02"].parts["text"] > 0


def test_of_a_company_that_says_nothing_else_every_word_counts(small_lexicon, others):
    bare = saying("s", "CN", f"{' '.join(ALPHABET[:3])} harbour", offers=(), sectors=frozenset())
    recommender = MatchRecommender(lexicon=small_lexicon, diversity=0, floor=0.0).fit([bare, *others])
    found = {one.candidate: one for one in recommender.recommend("s")}
    assert found["p08"].parts["text"] > 0
    assert found["p08"].band == "possible"
    for one in found.values():
        assert sum(reason.contribution for reason in one.reasons) == pytest.approx(one.score, abs=1e-6)
    recommender.update(saying("s", "CN", f"{' '.join(ALPHABET[:3])} harbour", sectors=frozenset()))
    assert all("text" not in one.parts for one in recommender.recommend("s") if one.candidate == "p08")
