"""A small part of the demonstration directory, with judged pairs of its own and a recommender with a tiny dictionary."""

from collections import defaultdict

import pytest
from django.core.management import call_command

from matchmaking.demo import content
from matchmaking.demo.bulk import Links, Terms
from matchmaking.demo.judging import directory as judged_directory
from matchmaking.demo.judging import keys
from matchmaking.demo.parts import seed_parts
from matchmaking.demo.profiles import seed_companies
from matchmaking.demo.stage import Stage
from matchmaking.engine.lexicon import Lexicon
from matchmaking.engine.recommender import MatchRecommender
from matchmaking.matches import live
from tests.factories import UserFactory
from tests.lasting import lasting
from tests.matches.conftest import WORDS

ASKER, SELLER, DRAFT = "banlan-infra", "weishui-zhacai", "jingbo-glass"
ABROAD = ("orvanta-securities", "solvane-energy", "verdantix-green", "adelphine-corp")
HEADER = "seeker\tkind\titem\tcandidate\tgrade"


@pytest.fixture(scope="session")
def entries():
    """Entries of the firms below, in the order of the data files."""
    return [entry for entry in content.companies() if entry["key"] in {ASKER, SELLER, DRAFT, *ABROAD}]


@pytest.fixture(scope="package")
def vocabulary(django_db_setup, django_db_blocker):
    with lasting(django_db_blocker):
        call_command("load_taxonomy", verbosity=0)
        yield


@pytest.fixture
def directory(vocabulary, db, settings, tmp_path, monkeypatch, entries):
    """The rows of these firms, and nothing trained yet; training on the spot uses the tiny dictionary."""
    settings.YUXIN_DEMO = True
    settings.RECOMMENDER_DIR = tmp_path / "recommender"
    settings.ELASTICSEARCH_URL = ""
    monkeypatch.setattr(keys, "companies", lambda: entries)
    monkeypatch.setattr(judged_directory, "fit", fit_small)
    stage = Stage(Terms(), Links(), {entry["key"]: entry for entry in entries})
    reviewer = UserFactory()
    stage.staff = defaultdict(lambda: reviewer)
    seed_companies(stage)
    seed_parts(stage)
    live.forget()
    yield stage
    live.forget()


def fit_small(material):
    return MatchRecommender(lexicon=Lexicon.from_renderings(WORDS)).fit(material.profiles, material.pairs)


@pytest.fixture
def asker():
    return ASKER


@pytest.fixture
def seller():
    return SELLER


@pytest.fixture
def draft():
    return DRAFT


@pytest.fixture
def abroad():
    """Firms of the other side; the first can answer the first need of the asker, and shares a sector with it."""
    return ABROAD


@pytest.fixture
def judged(tmp_path):
    def write(*rows, header=HEADER):
        path = tmp_path / "pairs.tsv"
        path.write_text("\n".join([header, *("\t".join(map(str, row)) for row in rows)]) + "\n", encoding="utf-8")
        return path

    return write
