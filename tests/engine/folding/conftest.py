import random
from dataclasses import replace

import pytest

from matchmaking.engine.profiles import Offer, Profile

from ..worlds import TRADES, buyer, said, seller


def varied_directory(count=60, seed=0):
    """Sellers and buyers of one to three trades on both sides of the border, codes and gates mixed in."""
    chance = random.Random(seed)
    made = []
    for i in range(count):
        trades = chance.sample(sorted(TRADES), chance.randint(1, 3))
        make, country = chance.choice([seller, buyer]), chance.choice(["CN", "SG"])
        firm = make(f"f{i:03d}", country, *trades, sectors=frozenset(trades[:1]))
        if firm.needs and i % 3 == 0:
            wish = replace(firm.needs[0], required_credentials=frozenset({"iso"}), budget=i % 6)
            more = replace(firm.needs[0], key=f"f{i:03d}-m", title=said(country, chance.choice(sorted(TRADES))))
            firm = replace(firm, needs=(wish, more) if i % 2 else (wish,))
        if firm.offers and i % 4 == 0:
            offer = replace(firm.offers[0], service_types=frozenset(trades), capacity=i % 8 // 4, deal_size=i % 6)
            firm = replace(firm, offers=(offer, Offer(f"f{i:03d}-p", title=said(country, trades[-1]))))
        made.append(
            replace(
                firm,
                credentials=frozenset({"iso"}) if i % 5 else frozenset(),
                group="house" if i % 20 < 2 else None,
                no_list=frozenset({f"f{i + 1:03d}"}) if i % 7 == 0 else frozenset(),
                visible=i % 19 != 0,
            )
        )
    return made


@pytest.fixture(scope="package")
def directory() -> list[Profile]:
    return varied_directory()
