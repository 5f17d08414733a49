"""Every system gets the same question behind the same gates."""

import pytest

from matchmaking.demo.judging.directory import Directory
from matchmaking.demo.judging.keys import Keys
from matchmaking.demo.judging.questions import questions
from matchmaking.demo.judging.systems import systems
from matchmaking.engine.judging import Judgement
from tests.factories import IntroductionFactory

NAMES = ["ours", "ours without variety", "ours with exposure caps", "popularity", "same sector", "TF-IDF"]


@pytest.fixture
def judged_directory(directory):
    return Directory.read()


@pytest.fixture
def asked(judged_directory, asker, seller, abroad):
    judgements = [
        Judgement(2, asker, "need", 0, abroad[0], 3),
        Judgement(3, asker, "firm", None, abroad[0], 3),
        Judgement(4, seller, "product", 0, abroad[0], 3),
    ]
    return questions(judgements, Keys(), judged_directory)


def test_all_rank_only_whom_no_gate_keeps_out(judged_directory, asked):
    found = {system.name: [system.rank(one) for one in asked] for system in systems(judged_directory)}
    assert list(found) == NAMES
    for name, lists in found.items():
        for one, ranked in zip(asked, lists, strict=True):
            if ranked is not None:
                assert len(set(ranked)) == len(ranked), name
                assert set(ranked) <= {profile.key for profile in one.candidates}, name
    assert found["ours"][0]
    assert found["TF-IDF"][0]
    assert [row is None for row in found["ours with exposure caps"]] == [True, False, True]


def test_ours_are_the_lists_of_the_product(judged_directory, asked):
    ours = next(systems(judged_directory))
    for one in asked:
        assert ours.rank(one) == [found.candidate for found in one.target.ask(judged_directory.live.engine, 20)]


def test_without_variety_the_best_score_leads_each_band(judged_directory, asked):
    plain = next(system for system in systems(judged_directory) if system.name == "ours without variety")
    scores = {found.candidate: found for found in asked[1].target.ask(judged_directory.live.engine, 20)}
    ranked = [scores[key] for key in plain.rank(asked[1]) if key in scores]
    order = ["strong", "good", "possible"]
    assert ranked == sorted(ranked, key=lambda one: (order.index(one.band), -one.score))
    assert judged_directory.live.engine.diversity > 0


def test_introductions_make_popular(judged_directory, directory, asked, abroad):
    favourite = directory.companies[abroad[-1]]
    IntroductionFactory(receiver=favourite, requester=directory.companies[asked[0].seeker])
    popular = next(system for system in systems(judged_directory) if system.name == "popularity")
    for one in asked:
        if str(favourite.pk) in {profile.key for profile in one.candidates}:
            assert popular.rank(one)[0] == str(favourite.pk)
            assert len(popular.rank(one)) == len(one.candidates)
