"""Which field would help most, from what the field does for similar firms."""

from dataclasses import replace

import pytest

from matchmaking.engine import advice
from matchmaking.engine.advice import Advisor, open_fields
from matchmaking.engine.profiles import Profile, Text
from matchmaking.engine.recommender import MatchRecommender

from .conftest import SERVICES, provider, seeker


@pytest.fixture
def firms(small_lexicon):
    """Logistics firms whose offers decide who finds them, although their summaries all say the same."""
    clients = [seeker(f"s{service}{i}", service) for service in SERVICES for i in range(4)]
    peers = [provider(f"p{i}", service, sectors=frozenset()) for i, service in enumerate([*SERVICES, *SERVICES])]
    peers = [replace(peer, summary=Text("", "firm for cold chain"), needs=()) for peer in peers]
    return MatchRecommender(lexicon=small_lexicon).fit([*clients, *peers])


def cold(**fields):
    return Profile("cold", "SG", Text("", "Cold Ltd"), Text("", "firm for cold chain"), **fields)


def test_the_field_that_changes_the_lists_of_peers_comes_first(firms):
    found = Advisor(firms, firms.profiles()).advise(cold())
    assert found[0].field == "offer"
    assert found[0].change > 0
    assert found[0].peers >= advice.FEWEST_PEERS
    changes = [one.change for one in found]
    assert changes == sorted(changes, reverse=True)


def test_the_change_is_the_share_of_the_first_ten_that_differ(firms):
    advisor = Advisor(firms, firms.profiles())
    peer = next(p for p in firms.profiles() if p.key == "p0")
    with_it, without = set(firms.first(peer, 10)), set(firms.first(replace(peer, offers=()), 10))
    expected = 1 - len(with_it & without) / max(len(with_it), len(without))
    assert advisor._change(peer, "offer") == pytest.approx(expected)
    assert expected > 0


def test_a_filled_field_is_never_advised(firms):
    offer = provider("x", "logistics").offers
    full = cold(offers=offer, sectors=frozenset({"logistics"}), languages=frozenset({"en"}))
    assert open_fields(full) == ["need"]
    assert "offer" not in [one.field for one in Advisor(firms, firms.profiles()).advise(full)]


def test_without_peers_there_is_no_advice(firms, small_lexicon):
    lonely = MatchRecommender(lexicon=small_lexicon).fit([provider("p", "loans"), seeker("s", "loans")])
    assert Advisor(lonely, lonely.profiles()).advise(cold()) == []
    assert Advisor(lonely, []).advise(cold()) == []
    assert Advisor(firms, firms.profiles()).advise(Profile("empty", "SG")) == []


def test_a_private_need_leaves_the_advice_of_others_alone(firms):
    before = Advisor(firms, firms.profiles()).advise(cold())
    secret = seeker("q", "patents", need={"private": True}).needs
    changed = [replace(p, needs=secret) if p.key == "p1" else p for p in firms.profiles()]
    firms.populate(changed)
    assert Advisor(firms, changed).advise(cold()) == before


def test_a_large_directory_is_sampled(firms, monkeypatch):
    monkeypatch.setattr(advice, "SAMPLE", 5)
    assert len(Advisor(firms, firms.profiles())._profiles) <= 5
