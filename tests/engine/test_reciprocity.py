"""Means of two directions, and the parts of a pair's score under each of them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaking.engine.profiles import Text
from matchmaking.engine.reciprocity import FORWARD_SHARE, MEANS, balance, forward_share, mean_named, reciprocal
from matchmaking.engine.recommender import MatchRecommender

from .conftest import provider, seeker

SIDES = st.floats(0, 1, width=32)


@given(SIDES, SIDES, st.sampled_from(sorted(MEANS)))
def test_a_mean_lies_between_its_sides_and_no_other_exceeds_the_arithmetic(one, other, name):
    forward, reverse = np.array([one]), np.array([other])
    value = MEANS[name](forward, reverse)[0]
    assert min(one, other) - 1e-6 <= value <= max(one, other) + 1e-6
    assert value <= MEANS["arithmetic"](forward, reverse)[0] + 1e-6


def test_the_harmonic_mean_by_hand():
    assert MEANS["harmonic"](np.array([0.5]), np.array([0.25]))[0] == pytest.approx(
        1 / (FORWARD_SHARE / 0.5 + (1 - FORWARD_SHARE) / 0.25)
    )
    assert MEANS["harmonic"](np.array([0.0]), np.array([0.0]))[0] == 0


@pytest.mark.parametrize("name", ["harmonic", "geometric", "least"])
def test_a_side_without_a_wish_is_neutral(name):
    forward, reverse = np.array([0.9, 0.9]), np.array([0.0, 0.0])
    both, one = reciprocal(name, forward, reverse, np.array([True, True]), np.array([True, False]))
    assert both == 0
    assert one == pytest.approx(forward_share(True, False) * 0.9)
    assert one >= FORWARD_SHARE * 0.9
    assert balance(name, 0.9, 0.1, seeker=True, candidate=False) == 1


def test_what_is_stated_says_more_than_what_only_seems_wanted():
    stated, seeming = forward_share(True, np.array([True, False])), forward_share(False, np.array([True, False]))
    # Equally sure on both sides: the seeker's own list leans to the seeker.
    assert stated[0] == seeming[1] == pytest.approx(FORWARD_SHARE) == pytest.approx(0.6)
    # A silent provider's liking is courtesy; a silent seeker is told most by what the candidate asks for.
    assert stated[1] > stated[0] > 0.5 > seeming[0] > 0


def test_an_unknown_mean_is_refused(small_lexicon):
    with pytest.raises(ValueError, match="median"):
        mean_named("median")
    with pytest.raises(ValueError, match="median"):
        MatchRecommender(lexicon=small_lexicon, mean="median").fit([])


@pytest.fixture(params=sorted(MEANS))
def two_sided(request, small_lexicon):
    """Two banks alike in what they offer; only one wants what the seeker gives."""
    wish = {"service_types": frozenset({"logistics"}), "title": Text("物流", "")}
    firms = [
        provider("willing", "loans", needs=seeker("willing", "logistics", need=wish).needs),
        provider("busy", "loans", needs=seeker("busy", "patents").needs),
        provider("silent", "loans"),
        seeker("s", "loans", offers=provider("s", "logistics").offers),
    ]
    return MatchRecommender(lexicon=small_lexicon, mean=request.param).fit(firms)


def test_parts_add_up_under_every_mean(two_sided):
    found = [r for key in ("s", "willing", "busy", "silent") for r in two_sided.recommend(key)]
    assert found
    for r in found:
        assert sum(reason.contribution for reason in r.reasons) == pytest.approx(r.score, abs=1e-6)
        assert sum(r.parts.values()) == pytest.approx(r.score, abs=1e-6)
        sides = np.array([r.forward]), np.array([r.reverse])
        stated = (
            np.array([r.need_key is not None]),
            np.array([bool(two_sided.counterparts.holding.profile(r.candidate).needs)]),
        )
        assert r.score == pytest.approx(reciprocal(two_sided.mean, *sides, *stated)[0], abs=1e-6)


def test_explained_and_ranked_scores_agree_under_every_mean(two_sided):
    block, firm = two_sided.counterparts.holding.find("s")
    ranked = {
        pair.giving.profiles[pair.candidate].key: pair.score for pair in two_sided.counterparts.of_seeker(block, firm)
    }
    explained = {r.candidate: r.score for r in two_sided.recommend("s")}
    assert explained == pytest.approx(ranked, abs=1e-5)
    lists = two_sided.recommend_all(5)["s"]
    assert {r.candidate: r.score for r in lists} == pytest.approx(ranked, abs=1e-5)
    (back,) = [r.score for r in two_sided.recommend_to("willing") if r.seeker == "s"]
    assert back == pytest.approx(ranked["willing"], abs=1e-5)


def test_who_wants_the_seeker_too_comes_first(two_sided):
    assert two_sided.recommend("s")[0].candidate == "willing"


def test_a_provider_without_needs_outranks_one_that_wants_something_else_where_both_must_want(two_sided):
    order = [r.candidate for r in two_sided.recommend("s")]
    if two_sided.mean in ("harmonic", "geometric", "least"):
        assert "busy" not in order or order.index("silent") < order.index("busy")
