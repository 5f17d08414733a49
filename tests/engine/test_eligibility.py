from dataclasses import replace

import pytest

from matchmaking.engine.eligibility import closed_gates, pair_mask
from matchmaking.engine.profiles import Need, Offer

from .conftest import provider, seeker

ASKER = seeker("a", "loans", group="one")
BANK = provider("b", "loans", group="two")
NEED = Need("n", required_credentials=frozenset({"mas", "iso"}), alliance="finance")


def gates(candidate=BANK, asker=ASKER, need=None, **options):
    return {gate.gate for gate in closed_gates(asker, candidate, need, **options)}


@pytest.mark.parametrize(
    ("changes", "gate"),
    [
        ({"country": "CN"}, "border"),
        ({"visible": False}, "visibility"),
        ({"group": "one"}, "group"),
        ({"no_list": frozenset({"a"})}, "no_list"),
        ({"offers": (Offer("full", capacity=0),)}, "capacity"),
        ({"key": "a"}, "self"),
    ],
)
def test_each_gate_alone_closes_the_pair(changes, gate):
    assert gates() == set()
    candidate = replace(BANK, **changes)
    assert gates(candidate) == {gate}
    assert not pair_mask([ASKER], [candidate], cross_border=True)[0, 0]


def test_the_border_is_open_on_request():
    assert gates(replace(BANK, country="CN"), cross_border=False) == set()


def test_a_no_list_closes_from_the_seekers_side_too():
    asker = replace(ASKER, no_list=frozenset({"b"}))
    assert gates(asker=asker) == {"no_list"}
    assert not pair_mask([asker], [BANK], cross_border=True)[0, 0]


def test_what_a_need_requires_is_named_and_can_be_fixed():
    half = replace(BANK, credentials=frozenset({"iso"}))
    closed = closed_gates(ASKER, half, NEED)
    assert [(gate.gate, gate.codes, gate.fixable) for gate in closed] == [
        ("alliance", ("finance",), True),
        ("credential", ("mas",), True),
    ]
    assert (
        gates(replace(half, credentials=frozenset({"iso", "mas"}), alliances=frozenset({"finance"})), need=NEED)
        == set()
    )


def test_a_full_provider_that_buys_stays_for_whole_companies_only():
    buyer = replace(BANK, offers=(Offer("full", capacity=0),), needs=(Need("want"),))
    assert gates(buyer) == set()
    assert gates(buyer, need=Need("n")) == {"capacity"}
