"""Worlds in which the right list is known by construction: planted partners, checkerboards, gates closed one by one."""

from dataclasses import replace
from typing import get_args

import numpy as np
import pytest

from matchmaking.engine.eligibility import Gate
from matchmaking.engine.profiles import Need, Offer, Profile

from .worlds import TRADES, buyer, candidates, fitted, said, seller

OTHER = {"CN": "SG", "SG": "CN"}


# -- a planted partner -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=["CN", "SG"])
def planted(request):
    """Per trade one buyer here and one seller there who share no code and no letter; sixty sellers of other mixtures."""
    here, there = request.param, OTHER[request.param]
    rng = np.random.default_rng(7)
    trades = list(TRADES)
    distractors = []
    for i in range(60):
        mixture = rng.choice(len(trades), 3, replace=False)
        distractors.append(seller(f"d{i:02d}", there, *(trades[j] for j in mixture)))
    pairs = [(buyer(f"b-{t}", here, t), seller(f"s-{t}", there, t)) for t in trades]
    return fitted([*distractors, *(firm for pair in pairs for firm in pair)])


@pytest.mark.parametrize("trade", TRADES)
def test_the_planted_partner_ranks_first_both_ways(planted, trade):
    wanted, asked = f"s-{trade}", f"b-{trade}"
    assert candidates(planted.recommend(asked))[0] == wanted
    assert candidates(planted.recommend(asked, need=f"{asked}-n"))[0] == wanted
    assert planted.first(asked, 1) == [wanted]
    assert candidates(planted.recommend(wanted)) == [asked]
    assert next(r.seeker for r in planted.recommend_to(wanted)) == asked


def test_all_planted_partners_lead_when_places_are_shared_out(planted):
    lists = planted.recommend_all(5)
    assert {trade: candidates(lists[f"b-{trade}"])[0] for trade in TRADES} == {t: f"s-{t}" for t in TRADES}


def test_the_planted_partner_comes_first_among_those_alike_too(planted):
    twin = replace(planted.counterparts.holding.profile("s-冷链"), key="twin")
    assert candidates(planted.similar(twin))[0] == "s-冷链"


# -- a checkerboard --------------------------------------------------------------------------------------------------

SIZE = 8
WITHHELD = ("b2", "s4")


def board(withheld=None):
    """Buyers of black or white, sellers of black or white: every pair of one colour fits, no other does."""
    colours = [frozenset({colour}) for colour in ("black", "white")]
    firms = [Profile(f"b{i}", "CN", needs=(Need(f"b{i}-n", colours[i % 2]),)) for i in range(SIZE)]
    firms += [Profile(f"s{i}", "SG", offers=(Offer(f"s{i}-o", colours[i % 2]),)) for i in range(SIZE)]
    if withheld:
        firms = [replace(f, no_list=frozenset({withheld[1]})) if f.key == withheld[0] else f for f in firms]
    return fitted(firms)


def same_colour():
    return {(f"b{i}", f"s{j}") for i in range(SIZE) for j in range(SIZE) if i % 2 == j % 2}


def pairs_of(model):
    """Every way to ask for the pairs of buyers and sellers."""
    buyers = [f"b{i}" for i in range(SIZE)]
    yield {(b, r.candidate) for b in buyers for r in model.recommend(b)}
    yield {(b, r.candidate) for b in buyers for r in model.recommend(b, need=f"{b}-n")}
    yield {(b, s) for b in buyers for s in model.first(b, SIZE)}
    yield {(b, r.candidate) for b, row in model.recommend_all(SIZE).items() if b in buyers for r in row}
    yield {(r.seeker, f"s{j}") for j in range(SIZE) for r in model.recommend_to(f"s{j}")}
    yield {(r.candidate, f"s{j}") for j in range(SIZE) for r in model.recommend(f"s{j}")}


@pytest.mark.parametrize("withheld", [None, WITHHELD])
def test_of_a_checkerboard_all_but_the_withheld_pair_is_found_by_every_way_of_asking(withheld):
    expected = same_colour() - {withheld}
    assert [found == expected for found in pairs_of(board(withheld))] == [True] * 6


# -- gates -----------------------------------------------------------------------------------------------------------

BUYERS, SELLERS = ("b0", "b1", "b2"), ("s0", "s1", "s2")
LOANS = frozenset({"loans"})


def open_world():
    """Three buyers and three sellers who all suit each other; only b1 asks for a licence and an alliance."""
    firms = {}
    for key in BUYERS:
        need = Need(f"{key}-n", LOANS, title=said("CN", "贷款"))
        if key == "b1":
            need = replace(need, required_credentials=frozenset({"mas"}), alliance="finance")
        firms[key] = Profile(key, "CN", group=f"group of {key}", needs=(need,), summary=said("CN", "贷款"))
    for key in SELLERS:
        firms[key] = Profile(
            key, "SG", group=f"group of {key}", offers=(Offer(f"{key}-o", LOANS),),
            credentials=frozenset({"mas"}), alliances=frozenset({"finance"}), summary=said("SG", "贷款"),
        )  # fmt: skip
    return firms


CLOSING = {
    "border": ({"s1": {"country": "CN"}}, {(b, "s1") for b in BUYERS}),
    "visibility": ({"s1": {"visible": False}}, {(b, "s1") for b in BUYERS}),
    "capacity": ({"s1": {"offers": (Offer("s1-o", LOANS, capacity=0),)}}, {(b, "s1") for b in BUYERS}),
    "group": ({"b1": {"group": "one"}, "s1": {"group": "one"}}, {("b1", "s1")}),
    "no_list": ({"b1": {"no_list": frozenset({"s1"})}}, {("b1", "s1")}),
    "no_list of the candidate": ({"s1": {"no_list": frozenset({"b1"})}}, {("b1", "s1")}),
    "alliance": ({"s1": {"alliances": frozenset()}}, {("b1", "s1")}),
    "credential": ({"s1": {"credentials": frozenset({"iso"})}}, {("b1", "s1")}),
}


def needs_lists(model):
    """What each buyer is told of each seller for its need."""
    return {(b, r.candidate): r for b in BUYERS for r in model.recommend(b, need=f"{b}-n")}


def test_every_gate_is_closed_here_but_the_one_to_oneself():
    assert {name.split(" ")[0] for name in CLOSING} | {"self"} == set(get_args(Gate))


@pytest.mark.parametrize(("changes", "removed"), CLOSING.values(), ids=CLOSING)
def test_a_closed_gate_removes_its_pairs_and_changes_nothing_else(changes, removed, request):
    firms = open_world()
    model = fitted(firms.values())
    before = needs_lists(model)
    gate = request.node.callspec.id
    assert before.keys() == {(b, s) for b in BUYERS for s in SELLERS}
    for key, fields in changes.items():
        model.update(replace(firms[key], **fields))
    assert needs_lists(model) == {pair: r for pair, r in before.items() if pair not in removed}
    whole = {(b, r.candidate) for b, row in model.recommend_all().items() for r in row}
    # Whom one need keeps out may still want what the company as such gives.
    assert before.keys() - whole == (set() if gate in ("alliance", "credential") else removed)


@pytest.mark.parametrize(("changes", "removed"), CLOSING.values(), ids=CLOSING)
def test_the_gate_is_named_for_its_pairs_and_for_no_other(changes, removed, request):
    gate = request.node.callspec.id.split(" ")[0]
    firms = open_world()
    firms |= {key: replace(firms[key], **fields) for key, fields in changes.items()}
    model = fitted(firms.values())
    for b in BUYERS:
        for s in SELLERS:
            assert [one.gate for one in model.closed(b, s, f"{b}-n")] == [gate] * ((b, s) in removed)


def test_a_full_firm_that_buys_answers_no_need_and_stays_in_the_list_of_the_company():
    firms = open_world()
    full = (Offer("s1-o", LOANS, capacity=0),)
    firms["s1"] = replace(firms["s1"], offers=full, needs=(Need("s1-n", title=said("SG", "贷款")),))
    model = fitted(firms.values())
    assert {s for _, s in needs_lists(model)} == {"s0", "s2"}
    assert "s1" in candidates(model.recommend("b0"))


@pytest.mark.parametrize("cross_border", [True, False])
def test_nobody_is_on_its_own_list(cross_border):
    both = Profile("b1", "CN", offers=(Offer("own", LOANS),), needs=(Need("b1-n", LOANS),))
    model = fitted([*open_world().values(), replace(both, key="both", needs=(Need("n", LOANS),))])
    found = candidates(model.recommend("both", need="n", cross_border=cross_border))
    assert set(found) == set(SELLERS)
    assert "both" not in candidates(model.similar("both"))


def test_freed_places_go_to_the_next_best():
    firms = [Profile("b", "CN", needs=(Need("n", frozenset({"x", "y"})),))]
    firms += [Profile(f"full{i}", "SG", offers=(Offer("o", frozenset({"x", "y"})),)) for i in range(3)]
    firms += [Profile("half", "SG", offers=(Offer("o", frozenset({"x"})),))]
    model = fitted(firms)
    assert candidates(model.recommend("b", k=3)) == ["full0", "full1", "full2"]
    model.update(replace(firms[2], visible=False))
    assert candidates(model.recommend("b", k=3)) == ["full0", "full2", "half"]
