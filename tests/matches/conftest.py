"""A small directory on both sides of the border, and a recommender trained on it with a tiny dictionary."""

import os

import pytest

from matchmaking.core import outbox
from matchmaking.engine.lexicon import Lexicon
from matchmaking.engine.recommender import MatchRecommender
from matchmaking.matches import live, training
from matchmaking.matches.artefacts import store_model
from matchmaking.matches.refresh import refresh_all
from tests.factories import CompanyFactory, NeedFactory, OfferFactory, TermFactory

WORDS = {
    "食品": {"food": 1.0}, "分销": {"distribut": 1.0}, "榨菜": {"pickl": 0.7, "vegetabl": 0.3}, "污水": {"wastewat": 1.0},
    "设计": {"design": 1.0}, "专利": {"patent": 1.0}, "调味品": {"season": 1.0}, "工程": {"engin": 1.0},
}  # fmt: skip


@pytest.fixture(autouse=True)
def small_dictionary(monkeypatch):
    """Commands that learn read these few words; reading the whole dictionary takes seconds, and the journeys do it."""
    monkeypatch.setattr(Lexicon, "from_dictionary", staticmethod(lambda path=None: Lexicon.from_renderings(WORDS)))


@pytest.fixture(autouse=True)
def own_process_state(settings, tmp_path, monkeypatch):
    settings.RECOMMENDER_DIR = tmp_path / "recommender"
    # Nobody pulls the plug here; each model would wait for the disk with forty files (tests/engine does wait).
    monkeypatch.setattr(os, "fsync", lambda handle: None)
    live.forget()
    yield
    live.forget()


@pytest.fixture
def terms(db):
    return {
        "water": TermFactory(code="eng.water", label_zh="污水处理设计", label_en="Wastewater design"),
        "patents": TermFactory(code="ip.patents", label_zh="专利申请", label_en="Patent filing"),
        "licence": TermFactory(scheme=True, code="pe-licence", label_zh="工程师执照", label_en="PE licence"),
        "vietnam": TermFactory(market=True, code="VN", label_zh="越南", label_en="Vietnam"),
        "competitor": TermFactory(kind="reason", code="no-list.competitor", label_zh="竞争对手", label_en="Competitor",
                                  extra={"applies_to": "no_list"}),
    }  # fmt: skip


@pytest.fixture
def seeker(terms):
    return CompanyFactory(
        slug="yuhuan-water", legal_name_zh="渝环水务有限公司", legal_name_en="Yuhuan Water Co., Ltd.",
        summary_zh="污水工程公司,寻找污水设计。", summary_en="Wastewater engineering company.",
    )  # fmt: skip


@pytest.fixture
def need(seeker, terms):
    need = NeedFactory(company=seeker, title_zh="越南污水厂设计", title_en="Design of a wastewater plant in Vietnam")
    need.service_types.set([terms["water"]])
    need.markets.set([terms["vietnam"]])
    need.save()
    return need


def provider(slug, term, **fields):
    text = {
        "summary_zh": f"{term.label_zh},工程设计。", "summary_en": f"{term.label_en} for engineering clients.",
        "legal_name_zh": f"{slug} 公司", "legal_name_en": f"{slug.title()} Pte. Ltd.",
    }  # fmt: skip
    company = CompanyFactory(singapore=True, slug=slug, **{**text, **fields})
    OfferFactory(company=company, service_type=term, title_zh=term.label_zh, title_en=term.label_en)
    return company


@pytest.fixture
def providers(terms):
    found = {name: provider(name, terms["water"]) for name in ("straits", "equator", "verdant")}
    # Does something else, but in the market that the need is about: the last of its list.
    found["ip"] = provider("ip-house", terms["patents"])
    offer = found["ip"].offers.get()
    offer.markets.set([terms["vietnam"]])
    offer.save()
    return found


@pytest.fixture
def train(db):
    def run():
        live.forget()
        material = training.read()
        recommender = MatchRecommender(lexicon=Lexicon.from_renderings(WORDS)).fit(material.profiles, material.pairs)
        return store_model(recommender, material.figures())

    return run


@pytest.fixture
def computed(seeker, need, providers, train):
    train()
    refresh_all(live.live_recommender(), show_progress=False)
    outbox.drain_all(topics=["match"])
    return seeker


def slugs(served):
    return [match.candidate.slug for match in served.matches]


def all_text_of_matches():
    from matchmaking.matches.models import Match

    columns = ("parts", "reasons", "conflicts", "missing", "changes")
    return "\n".join(str(row) for row in Match.objects.values_list("seeker_id", *columns))


