from dataclasses import asdict, replace

import numpy as np
import pytest

from matchmaking.engine import counterparts as module
from matchmaking.engine.eligibility import pair_mask
from matchmaking.engine.folding import pools as pools_module
from matchmaking.engine.folding.fold import Folding
from matchmaking.engine.folding.pools import nearest, pools
from matchmaking.engine.folding.shorts import Shorts
from matchmaking.engine.ranking import best_k

from ..worlds import TRADES, buyer, candidates, fitted, seller
from .conftest import varied_directory


def pools_of(model, places, **options):
    block = model.counterparts.holding.consolidated()
    return block, dict(pools(block, Folding(model.bridge_, model.sectors_).fit(block), places, **options))


@pytest.mark.parametrize("cross_border", [True, False])
def test_large_pools_hold_exactly_whoever_may_be_met(directory, cross_border):
    block, found = pools_of(fitted(directory), len(directory) * 4, cross_border=cross_border)
    mask = pair_mask(block.profiles, block.profiles, cross_border=cross_border)
    assert sorted(found) == list(range(len(block)))
    for firm, others in found.items():
        np.testing.assert_array_equal(others, np.flatnonzero(mask[firm]))


def test_small_pools_hold_the_best(directory):
    model = fitted(directory)
    block, found = pools_of(model, 12)
    shares = []
    for firm, row in model.counterparts.pairing.everybody(block):
        best = best_k(row, 4, model.floor)
        shares += [np.isin(best, found[firm]).mean()] if len(best) else []
        assert len(found[firm]) <= 12
    assert np.mean(shares) > 0.95


def test_pooled_scores_are_those_of_everybody(directory):
    model = fitted(directory)
    block, found = pools_of(model, 10)
    full = dict(model.counterparts.pairing.everybody(block))
    for firm, others, scores in model.counterparts.pairing.pooled(block, found):
        np.testing.assert_allclose(scores, full[firm][others], atol=1e-6)


def test_an_empty_pool_has_no_scores():
    model = fitted([seller("a", "CN", "港口"), buyer("b", "CN", "港口")])
    block, found = pools_of(model, 5)
    assert [len(others) for others in found.values()] == [0, 0]
    assert [len(scores) for _, _, scores in model.counterparts.pairing.pooled(block, found)] == [0, 0]


def both_ways(monkeypatch, profiles, k, **parameters):
    """Lists with every pair scored, and lists by way of pools."""
    model = fitted(profiles, **parameters)
    every = model.recommend_all(k)
    monkeypatch.setattr(module, "POOLED_FROM", 1)
    return every, model.recommend_all(k)


def test_lists_by_way_of_pools_are_those_of_all_pairs(monkeypatch):
    # Every company fits into a pool of ten times four, so nothing may differ.
    every, pooled = both_ways(monkeypatch, varied_directory(40, seed=1), 4)
    assert every.keys() == pooled.keys()
    assert any(every.values())
    for key, row in every.items():
        assert candidates(pooled[key]) == candidates(row)
        assert [r.score for r in pooled[key]] == pytest.approx([r.score for r in row])


def test_planted_partners_are_found_among_many(monkeypatch):
    trades = sorted(TRADES)
    pairs = [(a, b) for i, a in enumerate(trades) for b in trades[i + 1 :]]
    world = [make(f"{side}-{a}-{b}", side, a, b) for a, b in pairs for make, side in ((seller, "CN"), (buyer, "SG"))]
    every, pooled = both_ways(monkeypatch, world, 1, diversity=0.0)
    for a, b in pairs:
        assert candidates(pooled[f"SG-{a}-{b}"]) == [f"CN-{a}-{b}"]
    assert {key: candidates(row) for key, row in every.items()} == {key: candidates(row) for key, row in pooled.items()}


def test_below_the_threshold_every_pair_is_scored(monkeypatch, directory):
    monkeypatch.setattr(module, "Folding", lambda *_: pytest.fail("folded"))
    assert fitted(directory).recommend_all(3)


def test_private_needs_serve_their_owner_and_nobody_else(monkeypatch, directory):
    monkeypatch.setattr(module, "POOLED_FROM", 1)
    monkeypatch.setattr(module, "NEAREST", 2)
    owner = replace(directory[1], visible=True, no_list=frozenset(), group=None, country="CN")
    wish = replace(buyer("x", "CN", "污水").needs[0], private=True)
    rest = [directory[0], *directory[2:], seller("answer", "SG", "污水")]
    with_secret = fitted([replace(owner, needs=(wish,)), *rest]).recommend_all(3)
    without = fitted([replace(owner, needs=()), *rest]).recommend_all(3)
    assert "answer" in candidates(with_secret[owner.key])
    others = [key for key in without if key != owner.key]
    assert {k: [asdict(r) for r in with_secret[k]] for k in others} == {
        k: [asdict(r) for r in without[k]] for k in others
    }


def test_gates_are_looked_at_again_when_pools_are_scored(directory):
    model = fitted(directory)
    block = model.counterparts.holding.consolidated()
    everyone = dict.fromkeys(range(len(block)), np.arange(len(block)))
    mask = pair_mask(block.profiles, block.profiles, cross_border=True)
    for firm, _, scores in model.counterparts.pairing.pooled(block, everyone):
        assert not scores[~mask[firm]].any()


def lists_of(model, k=4):
    return {p.key: [(r.candidate, round(r.score, 6)) for r in model.recommend(p, k=k)] for p in model.profiles()}


def test_drawn_pools_give_the_lists_of_all_pairs_where_they_hold_everybody(monkeypatch):
    model = fitted(varied_directory(40, seed=1))
    every = lists_of(model)
    monkeypatch.setattr(module, "POOLED_FROM", 1)
    model.draw_pools(4)
    assert any(every.values())
    assert lists_of(model) == every


def test_drawn_pools_are_all_that_is_scored_until_a_profile_changes(monkeypatch):
    model = fitted(varied_directory(40, seed=1))
    every = lists_of(model)
    monkeypatch.setattr(module, "POOLED_FROM", 1)
    monkeypatch.setattr(module, "pools", lambda block, *_, **__: ((i, np.array([0])) for i in range(len(block))))
    model.draw_pools(4)
    first = min(every)
    assert {candidate for row in lists_of(model).values() for candidate, _ in row} <= {first}
    # A need by itself, and whoever is not held as such, are scored against everybody.
    asking = next(p for p in model.profiles() if p.needs and every[p.key])
    stranger = replace(asking, key="stranger")
    assert len(model.recommend(stranger, k=4)) > 1
    model.update(asking)
    assert lists_of(model) == every


def test_a_small_directory_draws_no_pools(monkeypatch):
    model = fitted(varied_directory(12, seed=1))
    monkeypatch.setattr(module, "pools", None)
    model.draw_pools(4)
    assert any(lists_of(model).values())


@pytest.mark.parametrize("share", [0.0, 0.5, 1.1])
def test_countries_matched_by_themselves_find_whom_all_find_together(monkeypatch, directory, share):
    some = [replace(p, country="MY") if i % 5 == 0 else p for i, p in enumerate(directory)]
    model = fitted(some)
    block = model.counterparts.holding.consolidated()
    folding = Folding(model.bridge_, model.sectors_).fit(block)
    expected = nearest(Shorts.of(block, folding), 9)
    monkeypatch.setattr(pools_module, "LARGE_COUNTRY", share)
    found = nearest(Shorts.of(block, folding), 9)
    # Firms that say the same score the same but for rounding, so scores are compared and not names; where nothing is in
    # common, rounding says who is listed.
    np.testing.assert_allclose(np.maximum(found.scores, 0), np.maximum(expected.scores, 0), atol=1e-5)
    np.testing.assert_allclose(found.complete_down_to, expected.complete_down_to, atol=1e-5)
    mask = pair_mask(block.profiles, block.profiles, cross_border=True)
    assert all(mask[firm, found.ids[firm, : found.counts[firm]]].all() for firm in range(len(block)))


def test_a_list_says_below_what_score_somebody_may_be_missing(directory):
    model = fitted(directory)
    block = model.counterparts.holding.consolidated()
    shorts = Shorts.of(block, Folding(model.bridge_, model.sectors_).fit(block))
    every, few = nearest(shorts, 4 * len(block)), nearest(shorts, 6)
    left_out = 0
    for firm in range(len(block)):
        assert np.isfinite(few.complete_down_to[firm]) or few.of(firm) == every.of(firm)
        missing = dict(every.of(firm)).keys() - dict(few.of(firm)).keys()
        left_out += len(missing)
        assert all(dict(every.of(firm))[one] <= few.complete_down_to[firm] + 1e-5 for one in missing)
    assert left_out
