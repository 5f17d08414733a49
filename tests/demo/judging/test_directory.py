"""The directory under judgement, as it is and in one language per company."""

from dataclasses import replace

from matchmaking.demo.judging import directory as judged_directory
from matchmaking.demo.judging.directory import Directory
from matchmaking.engine.profiles import Text
from matchmaking.matches.models import ModelVersion


def test_each_side_speaks_its_own_language(directory, asker, abroad):
    both = Directory.read()
    own = both.in_own_language()
    here, there = directory.companies[asker].pk, directory.companies[abroad[0]].pk
    before = both.own[here]
    assert own.own[here] == replace(
        before,
        name=Text(zh=before.name.zh),
        summary=Text(zh=before.summary.zh),
        needs=tuple(replace(one, title=Text(zh=one.title.zh), text=Text(zh=one.text.zh)) for one in before.needs),
    )
    assert {one.title.zh for one in own.live.held[there].offers} == {""}
    assert all(one.title.en for one in own.live.held[there].offers)


def test_who_wrote_in_one_language_only_stays_as_it_was(directory, asker):
    company = directory.companies[asker]
    company.summary_zh = company.description_zh = ""
    company.save()
    both = Directory.read()
    assert both.in_own_language().own[company.pk] == both.own[company.pk]


def test_the_recommender_holds_what_is_said_and_the_first_is_left_alone(directory, asker, abroad):
    both = Directory.read()
    own = both.in_own_language()
    key = str(directory.companies[abroad[0]].pk)
    for one in (both, own):
        assert {p.key: p for p in one.live.engine.profiles()} == {p.key: p for p in one.live.held.values()}
    assert own.live.held[int(key)] != both.live.held[int(key)]


def test_nothing_is_learned_from_what_is_not_said(directory, monkeypatch):
    taught = []
    real = judged_directory.fit
    monkeypatch.setattr(judged_directory, "fit", lambda material: taught.append(material) or real(material))
    own = Directory.read().in_own_language()
    assert taught[-1].profiles == list(own.live.held.values())
    assert taught[-1].pairs == taught[0].pairs
    assert own.live.model.fingerprint == own.live.engine.fingerprint_
    assert not ModelVersion.objects.exists()
