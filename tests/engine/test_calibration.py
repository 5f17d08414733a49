"""Weights from labels: the field that drives acceptance gains, one judge moves little, and bad labels are refused."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaking.engine import calibration
from matchmaking.engine.calibration import (
    CalibrationError,
    Comparison,
    Labelled,
    calibrate,
    compare,
    project,
    rescored,
    restated,
)
from matchmaking.engine.features import field_weights
from matchmaking.engine.profiles import Need, Text
from matchmaking.engine.recommender import MatchRecommender
from matchmaking.engine.weights import AFFINITY_WEIGHTS, NEED_WEIGHTS, PRESENT, Weights
from tests.engine.conftest import provider, seeker


def labels(n=600, judges=150, driver="service", seed=0, noise=0.5, sign=1):
    """Pairs with every field met at random; whether they fit depends on one field alone."""
    random = np.random.default_rng(seed)
    found = []
    for i in range(n):
        met = {name: float(random.uniform()) for name in NEED_WEIGHTS}
        logit = sign * 8 * (met[driver] - 0.5) + noise * random.normal()
        parts = {name: NEED_WEIGHTS[name] * share for name, share in met.items()}
        found.append(Labelled(parts, bool(random.uniform() < 1 / (1 + math.exp(-logit))), f"company:{i % judges}"))
    return found


def largest_move(one, two):
    return max(
        abs(getattr(one, family)[name] - getattr(two, family)[name])
        for family in ("need", "affinity")
        for name in getattr(one, family)
    )


@pytest.mark.parametrize("driver", list(NEED_WEIGHTS))
def test_the_field_that_drives_acceptance_gains_most(driver):
    learned = calibrate(labels(driver=driver))
    moves = {name: learned.need[name] - NEED_WEIGHTS[name] for name in NEED_WEIGHTS}
    assert max(moves, key=moves.get) == driver
    assert moves[driver] > 0.01


def test_a_field_that_speaks_against_a_pair_loses():
    learned = calibrate(labels(driver="category", sign=-1))
    assert learned.need["category"] < NEED_WEIGHTS["category"]


def test_weights_stay_weights():
    for driver in ("service", "language"):
        learned = calibrate(labels(n=4000, judges=1000, driver=driver))
        for family, present in (("need", NEED_WEIGHTS), ("affinity", AFFINITY_WEIGHTS)):
            found = getattr(learned, family)
            assert sum(found.values()) == pytest.approx(1)
            for name, weight in found.items():
                low, high = calibration.LEAST_SHARE * present[name], calibration.MOST_SHARE * present[name]
                assert low - 1e-9 <= weight <= high + 1e-9


def test_more_evidence_moves_weights_further():
    few, many = calibrate(labels(n=200, judges=100)), calibrate(labels(n=3000, judges=1500))
    assert NEED_WEIGHTS["service"] < few.need["service"] < many.need["service"]


@pytest.mark.parametrize(
    "hostile",
    [
        [Labelled({"service": 0.30, "language": 0.0, "text": 0.0}, False, "company:x")],
        [Labelled({"service": 0.0, "language": 0.04, "text": 0.0}, True, "company:x")],
        [
            Labelled({"service": 0.30, "language": 0.0, "text": 0.35}, False, "company:x"),
            Labelled({"service": 0.0, "language": 0.04, "text": 0.0}, True, "company:x"),
        ],
    ],
)
def test_one_judge_with_or_without_moves_no_weight_beyond_the_bound(hostile):
    base = labels(n=400, judges=100, driver="service")
    with_it, without = calibrate([*base, *hostile * 4000]), calibrate(base)
    assert 0 < largest_move(with_it, without) <= calibration.MOST_INFLUENCE
    assert calibration.MOST_INFLUENCE < 0.04


def test_without_the_cap_the_same_judge_would_break_the_bound(monkeypatch):
    base = labels(n=400, judges=100, driver="service")
    hostile = [Labelled({"service": 0.30, "language": 0.0, "text": 0.35}, False, "company:x")] * 4000
    monkeypatch.setattr(calibration, "LABELS_PER_JUDGE", 1e9)
    assert largest_move(calibrate([*base, *hostile]), calibrate(base)) > calibration.MOST_INFLUENCE


def test_dropping_any_judge_stays_within_the_bound():
    base = labels(n=440, judges=22, driver="market", noise=3)
    whole = calibrate(base)
    for judge in sorted({one.judge for one in base}):
        rest = [one for one in base if one.judge != judge]
        assert largest_move(whole, calibrate(rest)) <= calibration.MOST_INFLUENCE


def test_learned_weights_are_better_where_one_field_decides():
    found = compare(labels(n=1500, judges=400))
    assert found.better
    assert found.learned_loss < found.present_loss
    assert found.learned_auc > found.present_auc


@pytest.mark.parametrize(
    ("loss", "auc", "better"),
    [(0.98, 0.76, True), (0.995, 0.76, False), (0.98, 0.752, False), (1.1, 0.9, False), (0.9, 0.7, False)],
)
def test_better_means_both_measures_by_their_margins(loss, auc, better):
    assert Comparison(1.0, loss, 0.75, auc).better is better


def test_labels_by_chance_change_nothing():
    random = np.random.default_rng(5)
    chance = [Labelled(one.parts, bool(random.integers(2)), one.judge) for one in labels()]
    assert not compare(chance).better


@pytest.mark.parametrize(
    ("given_labels", "message"),
    [
        ([], "0 labels; at least 200"),
        (labels(n=199), "199 labels; at least 200"),
        (labels(n=300, judges=19), "19 judges; at least 20"),
        ([Labelled(one.parts, True, one.judge) for one in labels()], "every label says “fits”"),
        ([Labelled(one.parts, False, one.judge) for one in labels()], "every label says “does not fit”"),
        ([*labels(), Labelled({"text": float("nan")}, True, "j")], "label 601: the part 'text' is nan"),
        ([*labels(), Labelled({"text": float("inf")}, True, "j")], "label 601: the part 'text' is inf"),
        ([*labels(), Labelled({"text": -0.1}, True, "j")], "label 601: the part 'text' is -0.1"),
        ([*labels(), Labelled({"price": 0.1}, True, "j")], "label 601: 'price' is no field"),
    ],
)
def test_labels_that_teach_nothing_are_refused(given_labels, message):
    for ask in (calibrate, compare):
        with pytest.raises(CalibrationError, match=message):
            ask(given_labels)


@settings(max_examples=50)
@given(st.lists(st.floats(-2, 2), min_size=12, max_size=12))
def test_a_projection_sums_to_one_and_brings_no_points_apart(numbers):
    low, high = np.full(6, 0.02), np.full(6, 0.6)
    one, two = np.array(numbers[:6]), np.array(numbers[6:])
    first, second = project(one, low, high), project(two, low, high)
    assert first.sum() == pytest.approx(1)
    assert np.linalg.norm(first - second) <= np.linalg.norm(one - two) + 1e-9


def test_present_weights_give_the_present_score_again():
    for one in labels(n=5):
        assert rescored(one.parts, PRESENT) == pytest.approx(sum(one.parts.values()))
        other = Weights(need={**NEED_WEIGHTS, "service": 0.45, "text": 0.20})
        there_and_back = restated(restated(one.parts, PRESENT, other), other, PRESENT)
        assert there_and_back == pytest.approx(one.parts)
    assert rescored({}, PRESENT) == 0


def test_rescored_is_what_the_scores_would_be():
    need = Need("n", service_types=frozenset({"a"}), categories=frozenset({"b"}), title=Text("x"))
    other = Weights(need={**NEED_WEIGHTS, "service": 0.45, "text": 0.20})
    before, after = field_weights(need, has_sector=False), field_weights(need, has_sector=False, weights=other)
    met = {"service": 1.0, "category": 0.0, "text": 0.4}
    parts = {name: before[name] * met[name] for name in before}
    assert rescored(parts, other) == pytest.approx(sum(after[name] * met[name] for name in after))


def test_other_weights_change_scores_and_reasons_still_add_up(small_lexicon):
    firms = [provider("p", "patents"), provider("l", "loans"), seeker("s", "patents", need={"markets": {"SG"}})]
    present = MatchRecommender(lexicon=small_lexicon).fit(firms)
    before = present.recommend("s")[0]
    present.weights = Weights(need={**NEED_WEIGHTS, "market": 0.21, "text": 0.21})
    after = present.populate(firms).recommend("s")[0]
    assert after.candidate == before.candidate == "p"
    assert after.parts["market"] > before.parts["market"]
    for one in present.recommend("s"):
        assert sum(reason.contribution for reason in one.reasons) == pytest.approx(one.score, abs=1e-6)
