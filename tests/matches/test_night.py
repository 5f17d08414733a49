"""Directories above the threshold: pools stored by the night, lists explained when somebody asks for them."""

import pytest
from django.core.management import call_command
from django.db import transaction

from directory.actions import AddToNoList
from directory.models import Confidentiality, Visibility
from directory.versions import mark_changed
from matchmaking.core import outbox
from matchmaking.core.models import OutboxEntry
from matchmaking.engine import counterparts
from matchmaking.engine.dense.lists import unpacked
from matchmaking.matches import live, nearby, night
from matchmaking.matches.actions import request_refresh
from matchmaking.matches.models import CandidatePool, Match, MatchList, ModelVersion
from matchmaking.matches.selectors import matches_for
from tests.factories import CompanyFactory, CompanyMemberFactory, NeedFactory
from tests.matches.conftest import provider, slugs

pytestmark = pytest.mark.django_db


@pytest.fixture
def large(monkeypatch):
    """Every directory counts as a large one."""
    monkeypatch.setattr(counterparts, "POOLED_FROM", 1)


@pytest.fixture
def night_passed(large, seeker, need, providers, train):
    train()
    night.refresh_everything(live.live_recommender(), show_progress=False)
    return seeker


def pool_of(company):
    return [pk for pk, _ in unpacked(bytes(CandidatePool.objects.get(company=company).places))]


def asked_for(company, **target):
    """The list as the page of its owner finds it once the worker has done what the page asked for."""
    if matches_for(company, **target).state == "computing":
        request_refresh(company)
        outbox.drain_all(topics=["match"])
        company.refresh_from_db()
    return matches_for(company, **target)


def change(company, **fields):
    with transaction.atomic():
        type(company).objects.filter(pk=company.pk).update(**fields)
        mark_changed(company.pk)
    outbox.drain_all(topics=["match"])
    company.refresh_from_db()


def test_the_night_leaves_a_pool_for_everybody_and_explains_nothing(night_passed, providers):
    assert set(CandidatePool.objects.values_list("company_id", flat=True)) == {
        night_passed.pk,
        *(one.pk for one in providers.values()),
    }
    assert not MatchList.objects.exists()
    # The best in front, and nobody of the same side of the border.
    assert set(pool_of(night_passed)) == {one.pk for one in providers.values()}
    assert pool_of(night_passed)[-1] == providers["ip"].pk
    assert pool_of(providers["straits"]) == [night_passed.pk]


def test_a_list_is_explained_when_its_owner_asks_and_nobody_elses_is(night_passed, need):
    assert matches_for(night_passed).state == "computing"
    assert set(slugs(asked_for(night_passed, need=need))[:3]) == {"straits", "equator", "verdant"}
    assert set(MatchList.objects.values_list("company_id", flat=True)) == {night_passed.pk}
    assert request_refresh(night_passed)
    assert not request_refresh(night_passed)


def rows():
    return list(
        Match.objects.order_by("match_list__need", "rank").values_list(
            "need", "candidate", "rank", "band", "score", "reasons"
        )
    )


def test_a_list_from_a_pool_that_holds_everybody_is_that_of_all_pairs(monkeypatch, seeker, need, providers, train):
    train()
    night.refresh_everything(live.live_recommender(), show_progress=False)
    full = [row for row in rows() if row]
    mine = list(
        Match.objects.filter(seeker=seeker).order_by("need", "rank").values_list("need", "candidate", "rank", "score")
    )
    assert full
    assert not CandidatePool.objects.exists()
    monkeypatch.setattr(counterparts, "POOLED_FROM", 1)
    live.forget()
    night.refresh_everything(live.live_recommender(), show_progress=False)
    seeker.refresh_from_db()
    assert asked_for(seeker).state == "ready"
    found = list(
        Match.objects.filter(seeker=seeker).order_by("need", "rank").values_list("need", "candidate", "rank", "score")
    )
    assert [row[:3] for row in found] == [row[:3] for row in mine]
    assert [row[3] for row in found] == pytest.approx([row[3] for row in mine], abs=1e-6)


def test_nobody_outside_the_pool_stands_in_the_list_of_the_company(night_passed, providers):
    pool = CandidatePool.objects.get(company=night_passed)
    places = [one for one in unpacked(bytes(pool.places)) if one[0] != providers["straits"].pk]
    pool.places = nearby.packed_places(places)
    pool.save()
    assert set(slugs(asked_for(night_passed))) == {"equator", "verdant", "ip-house"}


def test_the_next_night_makes_a_list_out_of_date(night_passed):
    assert asked_for(night_passed).state == "ready"
    night.refresh_everything(live.live_recommender(), show_progress=False)
    assert matches_for(night_passed).state == "computing"
    assert asked_for(night_passed).state == "ready"


def test_a_withdrawn_company_is_served_to_nobody_and_loses_its_pool(night_passed, need, providers):
    straits = providers["straits"]
    change(straits, visibility=Visibility.WITHDRAWN, live=False)
    assert not CandidatePool.objects.filter(company=straits).exists()
    assert "straits" not in slugs(asked_for(night_passed, need=need))
    assert matches_for(straits).state == "hidden"
    change(straits, visibility=Visibility.LIVE, live=True)
    assert "straits" in slugs(asked_for(night_passed, need=need))


def test_a_no_list_is_kept_by_lists_from_pools(night_passed, need, providers, terms):
    member = CompanyMemberFactory(company=night_passed)
    AddToNoList(member.user, night_passed, providers["straits"], "no-list.competitor").run()
    outbox.drain_all(topics=["match"])
    night_passed.refresh_from_db()
    assert "straits" not in slugs(asked_for(night_passed, need=need)) + slugs(asked_for(night_passed))


def test_a_new_company_reaches_both_sides_before_the_next_night(night_passed, need, terms):
    assert asked_for(night_passed, need=need).state == "ready"
    late = provider("late", terms["water"])
    change(late)
    assert late.pk in pool_of(night_passed)
    assert pool_of(late) == [night_passed.pk]
    night_passed.refresh_from_db()
    assert "late" in slugs(matches_for(night_passed, need=need))
    assert slugs(matches_for(late)) == ["yuhuan-water"]


def test_a_change_scores_a_few_and_never_everybody(night_passed, providers, monkeypatch):
    held = []
    within = live.LiveRecommender.within
    monkeypatch.setattr(
        live.LiveRecommender,
        "within",
        lambda self, ids, aside=(): held.append(len(set(ids))) or within(self, ids, aside),
    )
    for i in range(12):
        CompanyFactory(singapore=True, slug=f"stranger-{i}", legal_name_zh="", summary_zh="", summary_en="")
    monkeypatch.setattr(nearby, "PLACES", 2)
    change(providers["straits"])
    assert held
    assert max(held) <= 2 + nearby.REACH


def test_another_worker_knows_of_the_change_by_itself(night_passed, terms):
    late = provider("late", terms["water"])
    change(late)
    live.forget()
    near = live.live_recommender().vicinity.near(
        next(iter(nearby.public_profiles([night_passed.pk]).values())), night.PLACES
    )
    assert str(late.pk) in [key for key, _ in near]


def test_a_private_need_is_in_no_pool_and_serves_its_owner(night_passed, providers, terms):
    def pools():
        return {pk: unpacked(bytes(places)) for pk, places in CandidatePool.objects.values_list("company", "places")}

    before = pools()
    secret = NeedFactory(
        company=providers["ip"],
        confidentiality=Confidentiality.PRIVATE,
        title_en="Wastewater partner",
        title_zh="污水工程",
    )
    secret.service_types.set([terms["water"]])
    secret.save()
    night.refresh_everything(live.live_recommender(), show_progress=False)
    assert pools() == before
    company = providers["ip"]
    company.refresh_from_db()
    request_refresh(company)
    outbox.drain_all(topics=["match"])
    assert "yuhuan-water" in slugs(matches_for(company, need=secret))
    assert pools() == before


def test_marks_wait_until_the_first_night(large, seeker, need, providers, train):
    train()
    with transaction.atomic():
        mark_changed(seeker.pk)
    outbox.drain_all(topics=["match"])
    assert OutboxEntry.objects.filter(topic="match", entity_id=seeker.pk).exists()
    assert not MatchList.objects.exists()


def test_the_folder_of_the_night_before_goes_and_a_training_keeps_the_present_one(night_passed, settings, train):
    night.refresh_everything(live.live_recommender(), show_progress=False)
    train()
    folders = [folder.name for folder in settings.RECOMMENDER_DIR.glob("night-*")]
    assert folders == list(ModelVersion.objects.exclude(vicinity="").values_list("vicinity", flat=True))
    assert len(folders) == 1


def test_the_command_prints_a_list_of_a_large_directory(night_passed, need, capsys):
    call_command("recommend", night_passed.slug, need=need.pk, language="en")
    printed = capsys.readouterr().out
    assert "Straits" in printed
    assert not MatchList.objects.exists()
