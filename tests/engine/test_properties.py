"""Rankings of made-up directories against every pair scored one by one, in plain Python."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.utils.estimator_checks import (
    check_estimator_cloneable,
    check_estimator_repr,
    check_get_params_invariance,
    check_no_attributes_set_in_init,
    check_set_params,
)

from matchmaking.engine.bridge import TextBridge
from matchmaking.engine.profiles import Need, Offer, Profile, Text
from matchmaking.engine.ranking import diverse_k, share_out
from matchmaking.engine.reciprocity import MEANS, forward_share, reciprocal
from matchmaking.engine.recommender import MatchRecommender
from matchmaking.engine.weights import AFFINITY_WEIGHTS, NEED_WEIGHTS, Weights

from .worlds import TRADES, fitted, said

EXAMPLES = settings(max_examples=15)
FAST = settings(max_examples=100)


def subsets(codes, most=2):
    return st.frozensets(st.sampled_from(codes), max_size=most)


BANDS = st.none() | st.integers(0, 5)
OFFERS = st.builds(
    Offer, st.just("o"), subsets("abc"), subsets("xy"), markets=subsets(["SG", "MY"]), languages=subsets(["zh", "en"]),
    deal_size=BANDS, capacity=st.sampled_from([None, None, 0, 2]),
)  # fmt: skip
NEEDS = st.builds(
    Need, st.just("n"), subsets("abc"), subsets("xy"), markets=subsets(["SG", "MY"]), languages=subsets(["zh", "en"]),
    budget=BANDS, required_credentials=subsets(["mas"]), alliance=st.sampled_from([None, None, "finance"]),
    private=st.booleans(),
)  # fmt: skip
FIRMS = st.builds(
    Profile, st.just("?"), st.sampled_from(["CN", "SG"]), sectors=subsets(["law", "bank"], 1),
    languages=subsets(["zh", "en"]), group=st.sampled_from([None, None, "one"]),
    offers=st.lists(OFFERS, max_size=2).map(tuple), needs=st.lists(NEEDS, max_size=2).map(tuple),
    credentials=subsets(["mas"]), alliances=subsets(["finance"]), no_list=subsets(["f1", "f2"], 1),
    visible=st.sampled_from([True, True, True, False]),
)  # fmt: skip


@st.composite
def directories(draw):
    """Up to eight firms, most of them twice: ties are certain."""
    kinds = draw(st.lists(FIRMS, max_size=4))
    twice = [*kinds, *(one for one in kinds if draw(st.integers(0, 3)))]
    return [replace(one, key=f"f{i}") for i, one in enumerate(twice)]


DIRECTORIES = directories()


@pytest.fixture(scope="module")
def model():
    """Learned from trades alone; these firms say nothing in words, so that their scores can be done by hand."""
    return fitted([Profile(zh, "CN", summary=said("CN", zh)) for zh in TRADES], diversity=0.0)


# -- scores by hand --------------------------------------------------------------------------------------------------


def fits(need, firm):
    """How well a firm meets a need, by the letter of the rules."""
    open_offers = [o for o in firm.offers if o.capacity != 0]
    if firm.offers and not open_offers:
        return 0.0
    if need.required_credentials - firm.credentials or need.alliance not in {None, *firm.alliances}:
        return 0.0
    met = {}
    for field, wanted, name in (
        ("service", need.service_types, "service_types"),
        ("category", need.categories, "categories"),
        ("market", need.markets, "markets"),
    ):
        if wanted:
            met[field] = len(wanted & {c for o in open_offers for c in getattr(o, name)}) / len(wanted)
    if need.languages:
        spoken = firm.languages | {c for o in open_offers for c in o.languages}
        met["language"] = float(bool(need.languages & spoken))
    if need.budget is not None:
        sizes = [o.deal_size for o in open_offers if o.deal_size is not None]
        met["deal_size"] = max((1 - abs(need.budget - size) / 5 for size in sizes), default=0.0)
    total = sum(NEED_WEIGHTS[field] for field in met)
    return sum(NEED_WEIGHTS[field] * share for field, share in met.items()) / total if total else 0.0


def wish(asker, giver, needs):
    """Best of the needs; a firm without one goes by its sector, since it says nothing in words."""
    if needs:
        return max(fits(need, giver) for need in needs)
    return AFFINITY_WEIGHTS["sector"] * bool(asker.sectors & giver.sectors)


def by_hand(firms, seeker):
    """Candidate → score of every pair above the floor that no gate closes."""
    found = {}
    for other in firms:
        public = [n for n in other.needs if not n.private]
        full = bool(other.offers) and all(o.capacity == 0 for o in other.offers) and not public
        apart = other.key != seeker.key and other.country != seeker.country
        apart &= seeker.group is None or seeker.group != other.group
        if not apart or full or not other.visible or other.key in seeker.no_list or seeker.key in other.no_list:
            continue
        forward, reverse = wish(seeker, other, seeker.needs), wish(other, seeker, public)
        share = float(forward_share(bool(seeker.needs), bool(public)))
        score = share * forward + (1 - share) * reverse
        if score > 0.05 + 1e-6:
            found[other.key] = score
    return found


def ranked(model, key):
    """Candidate → score as lists are ordered by, before any is explained."""
    pairs = model.counterparts.of_seeker(*model.counterparts.holding.find(key))
    return {pair.giving.profiles[pair.candidate].key: pair.score for pair in pairs}


@EXAMPLES
@given(DIRECTORIES)
def test_scores_and_gates_are_those_of_the_rules(model, firms):
    model.populate(firms)
    whole = model.recommend_all(8)
    assert whole.keys() == {one.key for one in firms if one.visible}
    for one in firms:
        expected = pytest.approx(by_hand(firms, one), abs=1e-6)
        assert {r.candidate: r.score for r in model.recommend(one.key)} == expected
        assert dict.fromkeys(model.first(one.key)) == dict.fromkeys(by_hand(firms, one))
        assert ranked(model, one.key) == pytest.approx(by_hand(firms, one), abs=1e-6)
        back = {r.seeker: r.score for r in model.recommend_to(one.key)}
        assert back == pytest.approx(
            {o.key: s[one.key] for o in firms if one.key in (s := by_hand(firms, o))}, abs=1e-6
        )
        # A stated capacity holds a firm back only where it is asked for by more than ten times as many.
        if one.visible:
            assert {r.candidate: r.score for r in whole[one.key]} == expected


@settings(EXAMPLES, max_examples=30)
@given(DIRECTORIES, st.integers(0, 5))
def test_the_first_k_are_the_k_best_and_equal_ones_come_by_key(model, firms, k):
    model.populate(firms)
    for one in firms:
        scores = by_hand(firms, one)
        chosen = model.first(one.key, k)
        assert len(chosen) == min(k, len(scores))
        order = [(-scores[key], key) for key in chosen]
        assert all(a[0] <= b[0] + 1e-6 for a, b in itertools.pairwise(order))
        assert all(a[1] < b[1] for a, b in itertools.pairwise(order) if a[0] == b[0])
        worst = max((score for score, _ in order), default=0)
        left_out = {key: score for key, score in scores.items() if key not in chosen}
        assert not chosen or all(-score >= worst - 1e-6 for score in left_out.values())
        if scores and len(set(scores.values())) == 1:
            assert chosen == sorted(scores)[:k]


@EXAMPLES
@given(DIRECTORIES, st.integers(1, 4), st.floats(0, 1))
def test_a_varied_list_is_as_long_as_can_be_and_in_bands(model, firms, k, diversity):
    bands = ["strong", "good", "possible"]
    model.set_params(diversity=diversity).populate(firms)
    try:
        for one in firms:
            found = model.recommend(one.key, k=k)
            scores = by_hand(firms, one)
            assert len(found) == min(k, len(scores))
            assert len({r.candidate for r in found}) == len(found)
            assert [bands.index(r.band) for r in found] == sorted(bands.index(r.band) for r in found)
            both = model.recommend(one.key, k=k, also_best=True)
            assert both[: len(found)] == found
            assert {r.candidate for r in both} == {r.candidate for r in found} | set(model.first(one.key, k))
    finally:
        model.set_params(diversity=0.0)


WORDS = st.lists(st.sampled_from(list(TRADES)), max_size=3)


@st.composite
def talking(draw):
    """Firms that also say things, in either language."""
    firms = []
    for one in draw(DIRECTORIES):
        country = draw(st.sampled_from(["CN", "SG"]))
        offers = tuple(replace(o, title=said(country, *draw(WORDS))) for o in one.offers)
        needs = tuple(replace(n, title=said(country, *draw(WORDS))) for n in one.needs)
        firms.append(replace(one, summary=said(country, *draw(WORDS)), offers=offers, needs=needs))
    return firms


@st.composite
def weights(draw):
    def some(fields):
        return {field: draw(st.floats(0.01, 1)) for field in fields}

    return Weights(some(NEED_WEIGHTS), some(AFFINITY_WEIGHTS))


@EXAMPLES
@given(talking(), st.sampled_from(sorted(MEANS)), weights())
def test_parts_and_reasons_add_up_to_the_score_whatever_the_mean_and_the_weights(model, firms, mean, chosen):
    model.set_params(mean=mean, weights=chosen).populate(firms)
    try:
        for one in firms:
            scores = ranked(model, one.key)
            for r in model.recommend(one.key) + model.recommend_to(one.key):
                assert sum(r.parts.values()) == pytest.approx(r.score, abs=1e-6)
                assert sum(reason.contribution for reason in r.reasons) == pytest.approx(r.score, abs=1e-6)
                assert min(reason.contribution for reason in r.reasons) >= 0
                assert 0 < r.score < 1 + 1e-6
                sides = np.array([r.forward]), np.array([r.reverse])
                public = any(not need.private for need in model.counterparts.holding.profile(r.candidate).needs)
                stated = np.array([r.need_key is not None]), np.array([public])
                assert r.score == pytest.approx(float(reciprocal(mean, *sides, *stated)[0]), abs=1e-6)
                if r.seeker == one.key:
                    assert r.score == pytest.approx(scores[r.candidate], abs=1e-5)
    finally:
        model.set_params(mean="arithmetic", weights=Weights())


@EXAMPLES
@given(talking(), st.text(max_size=8), st.booleans())
def test_a_private_need_is_in_no_list_but_its_owners(model, firms, words, known):
    secret = Need("secret", frozenset("a"), title=said("CN", "冷链") if known else Text(words, words), private=True)
    others = [one.key for one in firms[1:4]]

    def shown():
        return {key: (model.recommend(key), model.recommend_to(key), model.similar(key)) for key in others}

    def of_others(lists):
        return {key: (own, [r for r in to if r.seeker != firms[0].key], like) for key, (own, to, like) in lists.items()}

    model.populate(firms)
    before = shown()
    if firms:
        model.update(replace(firms[0], needs=(*firms[0].needs, secret)))
    assert of_others(shown()) == of_others(before)


# -- the parts of ranking --------------------------------------------------------------------------------------------

LISTS = st.dictionaries(
    st.integers(0, 5),
    st.lists(st.tuples(st.integers(0, 5), st.integers(1, 4)), max_size=6, unique_by=lambda pair: pair[0]),
    max_size=6,
)


@FAST
@given(LISTS, st.dictionaries(st.integers(0, 5), st.integers(1, 3)), st.integers(0, 4))
def test_nobody_is_held_back_but_by_better_pairs(lists, caps, k):
    found = share_out(lists, caps, k)
    assert found.keys() == lists.keys()
    held = [(candidate, score) for row in found.values() for candidate, score in row]
    for seeker, row in lists.items():
        assert len(found[seeker]) <= k
        for candidate, score in set(row) - set(found[seeker]):
            full = len(found[seeker]) == k and all(other >= score for _, other in found[seeker])
            taken = [other for one, other in held if one == candidate]
            assert full or (len(taken) == caps.get(candidate, len(lists)) and min(taken) >= score)
    assert all(sum(one == candidate for one, _ in held) <= cap for candidate, cap in caps.items())


@FAST
@given(st.lists(st.integers(0, 9), max_size=7), st.integers(0, 8), st.floats(0, 2), st.randoms(use_true_random=False))
def test_variety_takes_the_best_of_what_is_left_each_time(scores, k, strength, chance):
    likeness = np.array([[chance.random() for _ in scores] for _ in scores]).reshape(len(scores), len(scores))
    chosen, left = [], list(range(len(scores)))
    while left and len(chosen) < k:
        best = max(left, key=lambda i: (scores[i] - strength * max((likeness[j, i] for j in chosen), default=0), -i))
        chosen.append(best)
        left.remove(best)
    assert diverse_k(scores, likeness, k, strength) == chosen


# -- the manners of scikit-learn -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "check",
    [
        check_estimator_cloneable, check_estimator_repr,
        check_get_params_invariance, check_no_attributes_set_in_init,
        check_set_params,
    ],
)  # fmt: skip
@pytest.mark.parametrize("estimator", [TextBridge, MatchRecommender])
def test_what_scikit_learn_expects_of_estimators_that_take_no_array(estimator, check):
    """``parametrize_with_checks`` fits arrays of numbers; texts and profiles leave these of its checks, and the default
    weights are a record, not a number."""
    check(estimator.__name__, estimator())
