"""Between full refreshes nobody drifts far above its cap, and a list can be read mixed or by fit."""

import math

import pytest

from matchmaking.engine.ranking import exposure_cap
from matchmaking.matches import exposure, live, refresh
from matchmaking.matches.exposure import SLACK, Room
from matchmaking.matches.models import Match, MatchList
from matchmaking.matches.selectors import matches_for
from tests.factories import CompanyFactory
from tests.matches.conftest import slugs
from tests.matches.test_refresh import change

pytestmark = pytest.mark.django_db
CAP = 4


@pytest.fixture
def crowd(seeker, need, providers, terms, train, monkeypatch):
    """Twelve seekers who all suit the same three designers; nobody may stand in more than four company lists."""
    seekers = [
        CompanyFactory(
            slug=f"plant-{i}", summary_zh="污水工程公司,寻找污水设计。", summary_en="Wastewater engineering."
        )
        for i in range(12)
    ]
    train()
    monkeypatch.setattr(exposure, "exposure_cap", lambda *_: CAP)
    refresh.refresh_all(live.live_recommender(), show_progress=False)
    return seekers


def lists_with(company):
    return Match.objects.filter(candidate=company, need=None, product=None, rank__lte=20).count()


def test_a_full_refresh_keeps_the_cap(crowd, providers):
    assert lists_with(providers["straits"]) == CAP


def test_changes_of_the_candidate_add_no_more_than_the_slack(crowd, providers):
    straits, most = providers["straits"], CAP + math.ceil(SLACK * CAP)
    for number in range(3):
        change(straits, summary_en=f"Wastewater engineering and design, edition {number}.")
        assert CAP <= lists_with(straits) <= most
    assert Room.of(live.live_recommender(), [straits.pk]).full() == {straits.pk}


def test_changes_of_seekers_add_no_more_than_the_slack(crowd, providers):
    for one in crowd:
        change(one, summary_en="Wastewater engineering, renewed.")
    for designer in providers.values():
        assert lists_with(designer) <= CAP + math.ceil(SLACK * CAP)


def test_who_stands_in_a_list_already_is_not_pushed_out_by_the_cap(crowd, providers):
    straits = providers["straits"]
    before = set(Match.objects.filter(candidate=straits, need=None).values_list("seeker_id", flat=True))
    change(straits, summary_en="Wastewater engineering and design, renewed.")
    assert before <= set(Match.objects.filter(candidate=straits, need=None).values_list("seeker_id", flat=True))


def test_lists_of_needs_share_freely(crowd, need, seeker, providers):
    change(providers["straits"], summary_en="Wastewater design, renewed.")
    assert "straits" in slugs(matches_for(seeker, need=need))


def test_caps_without_a_patch_are_those_of_the_full_refresh(computed):
    running = live.live_recommender()
    size = len(running.held)
    assert set(exposure.caps(running).values()) == {exposure_cap(None, size, size, 20)}


def test_mixed_or_by_fit(computed, monkeypatch):
    for room in ("refresh", "match_rows", "selectors"):
        monkeypatch.setattr(f"matchmaking.matches.{room}.LIST_LENGTH", 2)
    monkeypatch.setattr("matchmaking.matches.refresh.RESERVE", 0)
    for name in ("straits", "equator", "verdant"):  # of one group: as alike as can be
        change(type(computed).objects.get(slug=name), group_name="One Group")
    running = live.live_recommender()
    running.engine.diversity = 0.9
    refresh.refresh_all(running, show_progress=False)
    mixed, by_fit = matches_for(computed), matches_for(computed, by_fit=True)
    groups = {match.candidate.group_name for match in mixed.matches}
    assert len(groups) == 2
    scores = [match.score for match in by_fit.matches]
    assert scores == sorted(scores, reverse=True)
    assert sum(scores) >= sum(match.score for match in mixed.matches)
    assert slugs(by_fit) != slugs(mixed)
    stored = MatchList.objects.get(company=computed, need=None, product=None).matches.order_by("-score")[:2]
    assert {match.candidate.slug for match in stored} == set(slugs(by_fit))
