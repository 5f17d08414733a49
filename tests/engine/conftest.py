from pathlib import Path

import pytest

from matchmaking.engine.lexicon import Lexicon
from matchmaking.engine.profiles import Need, Offer, Profile, Text
from matchmaking.engine.recommender import MatchRecommender

BILINGUAL = Path(__file__).parent / "data" / "bilingual"


@pytest.fixture(scope="session")
def dictionary():
    return Lexicon.from_dictionary()


@pytest.fixture(scope="session")
def small_lexicon():
    """Six headwords with renderings that can be checked by hand."""
    return Lexicon.from_renderings(
        {
            "物流": {"logist": 2.0, "distribut": 1.0},
            "冷链": {"cold": 1.0, "chain": 1.0},
            "食品": {"food": 1.0},
            "专利": {"patent": 1.0},
            "贷款": {"loan": 1.0},
            "中心": {"centr": 1.0},
        }
    )


def write_folder(folder, queries, docs, qrels, pairs=None):
    folder.mkdir()
    (folder / "queries.tsv").write_text("qid\ttext\tsplit\n" + queries, encoding="utf-8")
    (folder / "docs.tsv").write_text("docid\ttext\textra\n" + docs, encoding="utf-8")
    (folder / "qrels.tsv").write_text("qid\tdocid\tgrade\n" + qrels, encoding="utf-8")
    if pairs is not None:
        (folder / "pairs.tsv").write_text("id\tzh\ten\tsplit\n" + pairs, encoding="utf-8")
    return folder


SERVICES = {
    "logistics": ("冷链物流", "cold chain logistics"),
    "patents": ("专利", "patent filing"),
    "loans": ("贷款", "loan"),
}


def provider(key, service, country="SG", **changes):
    zh, en = SERVICES[service]
    offer = Offer(f"{key}-o", frozenset({service}), title=Text(zh, en), markets=frozenset({"SG"}), deal_size=2)
    values = {"languages": frozenset({"zh", "en"}), "sectors": frozenset({service}), "offers": (offer,)} | changes
    return Profile(key, country, Text(f"{key}公司", f"{key} company"), Text("", f"we do {en}"), **values)


def seeker(key, service, country="CN", need=None, **changes):
    zh, _ = SERVICES[service]
    values = {"service_types": frozenset({service}), "title": Text(zh, ""), "budget": 2} | (need or {})
    return Profile(key, country, Text(f"{key}公司", key), needs=(Need(f"{key}-n", **values),), **changes)


@pytest.fixture
def directory():
    return [provider(f"p-{s}", s) for s in SERVICES] + [seeker(f"s-{s}", s) for s in SERVICES]


@pytest.fixture
def recommender(directory, small_lexicon):
    return MatchRecommender(lexicon=small_lexicon).fit(directory)
