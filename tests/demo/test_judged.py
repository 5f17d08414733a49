"""The judged pairs: known companies and items, no gate closed, enough of every kind for a figure to mean something."""

from collections import Counter, defaultdict

import pytest

from matchmaking.demo import content
from matchmaking.engine.eligibility import closed_gates
from matchmaking.engine.judging import KINDS, read_judgements
from matchmaking.engine.profiles import Need, Offer, Profile

PAIRS = content.DATA / "judged" / "pairs.tsv"
FIRMS = {entry["key"]: entry for entry in content.companies()}


@pytest.fixture(scope="module")
def judged():
    return read_judgements(PAIRS)


@pytest.fixture(scope="module")
def asked(judged):
    """The grades of each seeker's candidates."""
    found = defaultdict(dict)
    for one in judged:
        found[one.asked][one.candidate] = one.grade
    return found


def is_open(need):
    return need.get("state", "open") == "open"


def held(entry):
    """Schemes of the credentials that have not run out on the day of seeding."""
    shorts = [item if isinstance(item, str) else item[0] for item in entry.get("credentials", [])]
    return frozenset(scheme for scheme, days, _ in map(str.split, shorts) if days == "-" or int(days) >= 0)


def gates_of(entry):
    """As much of a profile as gates look at."""
    return Profile(
        key=entry["key"], country=entry["country"], group=entry.get("group"), credentials=held(entry),
        visible=entry.get("state", "live") == "live",
        offers=tuple(Offer(str(i), capacity=offer["open"]) for i, offer in enumerate(entry.get("offers", []))),
        needs=tuple(Need(str(i)) for i, need in enumerate(entry.get("needs", [])) if is_open(need)),
    )


def wanted(one):
    """The need as its gates see it; None where the list is not about a need."""
    if one.kind != "need":
        return None
    need = FIRMS[one.seeker]["needs"][one.item]
    return Need(str(one.item), required_credentials=frozenset(need.get("require", "").split()))


def test_companies_exist_and_are_published(judged):
    keys = {one.seeker for one in judged} | {one.candidate for one in judged}
    assert keys <= FIRMS.keys()
    assert {FIRMS[key].get("state", "live") for key in keys} == {"live"}


def test_items_exist_and_needs_are_open(judged):
    for one in judged:
        entry = FIRMS[one.seeker]
        if one.kind == "firm":
            assert not any(is_open(need) for need in entry.get("needs", [])), one
        else:
            assert one.item < len(entry.get(f"{one.kind}s", [])), one
        assert one.kind != "need" or is_open(entry["needs"][one.item]), one


def test_nobody_is_graded_behind_a_closed_gate(judged):
    for one in judged:
        seeker, candidate = gates_of(FIRMS[one.seeker]), gates_of(FIRMS[one.candidate])
        assert closed_gates(seeker, candidate, wanted(one)) == [], one


def test_every_list_can_be_right(asked):
    assert all(max(grades.values()) >= 2 for grades in asked.values())


def test_there_is_enough_of_every_kind(asked):
    kinds = Counter(kind for _, kind, _ in asked)
    assert set(kinds) == set(KINDS)
    assert kinds["need"] >= 90
    assert kinds["firm"] >= 20
    assert kinds["product"] >= 10
    assert sum(kinds.values()) >= 120


def test_both_sides_all_alliances_and_food_take_part(asked):
    sides = Counter(FIRMS[seeker]["country"] == "CN" for seeker, kind, _ in asked if kind == "need")
    assert min(sides[True], sides[False]) >= 40
    good = [key for grades in asked.values() for key, grade in grades.items() if grade >= 2]
    found = Counter(FIRMS[key].get("alliance") for key in good)
    alliances = {entry["alliance"] for entry in FIRMS.values() if "alliance" in entry}
    assert len(alliances) == 4
    assert all(found[alliance] >= 20 for alliance in alliances), found
    makers = {seeker for seeker, _, _ in asked if FIRMS[seeker].get("products")}
    assert len(makers) >= 10
