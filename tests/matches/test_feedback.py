"""Labels from facts, weights from labels, weights into use with the lists, and the way back."""

import json
from random import Random

import pytest
from django.core.management import CommandError, call_command

from alliances.models import Verdict, VerdictKind
from alliances.signals import verdict_given
from matchmaking.engine.weights import NEED_WEIGHTS, PRESENT, Weights
from matchmaking.matches import calibration, feedback, live
from matchmaking.matches.artefacts import load_model, switch
from matchmaking.matches.models import Feedback, FeedbackSource, Match, ModelVersion
from tests.factories import AllianceFactory, CompanyFactory, NeedFactory
from tests.factories.matches import MatchFactory, MatchListFactory, ModelVersionFactory

PARTS = {"service": 0.2, "text": 0.1}


@pytest.fixture
def match(db):
    return MatchFactory(parts=PARTS, conflicts=[{"field": "market"}], missing=[{"field": "capacity"}])


def record(match, **changes):
    known = {"judge": "company:1", "fits": True, "need": match.need} | changes
    pairs = known.pop("pairs", [(match.seeker_id, match.candidate_id)])
    return feedback.record(FeedbackSource.INTRODUCTION, known.pop("number", 1), pairs, **known)


def give(match, kind, reason):
    low, high = sorted((match.seeker_id, match.candidate_id))
    verdict = Verdict.objects.create(
        alliance=AllianceFactory(), company_low_id=low, company_high_id=high, kind=kind, reason=reason
    )
    verdict_given.send(sender=Verdict, verdict=verdict, actor=None)
    return verdict


def fill(match, n=400, judges=100, driver="service"):
    """Synthetic labels on one pair: whoever is met in ``driver`` accepts."""
    rows, random = [], Random(3)
    for i in range(n):
        met = {name: random.random() for name in NEED_WEIGHTS}
        rows.append(
            Feedback(
                source="introduction", source_id=i + 100, seeker=match.seeker, candidate=match.candidate,
                judge=f"company:{i % judges}", label=met[driver] > 0.5,
                parts={name: NEED_WEIGHTS[name] * share for name, share in met.items()},
            )
        )  # fmt: skip
    Feedback.objects.bulk_create(rows)


def test_a_label_keeps_the_parts_of_its_moment(match):
    row = record(match)
    assert (row.seeker_id, row.candidate_id, row.label) == (match.seeker_id, match.candidate_id, True)
    # What was asked for and not met counts as 0; a gate is no field of the score.
    assert row.parts == pytest.approx({**PARTS, "market": 0.0})
    match.parts = {"text": 0.5}
    match.save()
    again = record(match, fits=False)
    assert (again.pk, again.label) == (row.pk, False)
    assert Feedback.objects.get().parts == pytest.approx({**PARTS, "market": 0.0})


def test_parts_of_other_weights_are_restated_in_the_engines_own(db):
    other = {"need": {**NEED_WEIGHTS, "service": 0.45, "text": 0.20}, "affinity": dict(PRESENT.affinity)}
    of_others = MatchListFactory(model=ModelVersionFactory(fingerprint="other", weights=other))
    row = record(MatchFactory(match_list=of_others, parts={"service": 0.45, "text": 0.20}))
    assert row.parts == pytest.approx({"service": 0.30, "text": 0.35})


def test_a_pair_that_stood_in_no_list_is_not_recorded(match):
    assert record(match, pairs=[(match.candidate_id, match.seeker_id)]) is None
    assert not Feedback.objects.exists()


def test_the_list_of_the_need_goes_before_the_companys_own(match):
    need = NeedFactory(company=match.seeker)
    of_need = MatchListFactory(company=match.seeker, need=need, model=match.match_list.model)
    MatchFactory(match_list=of_need, candidate=match.candidate, parts={"service": 0.3})
    assert record(match, need=need).parts == {"service": 0.3}
    assert record(match, need=None, number=2).parts["service"] == 0.2


def test_a_private_need_teaches_nobody(match):
    need = NeedFactory(company=match.seeker, confidentiality="private")
    assert record(match, need=need) is None
    # The same for one that turns private after the label arose.
    row = record(match, number=2)
    assert len(calibration.labels()) == 1
    row.need = need
    row.save()
    assert calibration.labels() == []


def test_labels_go_with_either_company(match):
    record(match)
    match.candidate.delete()
    assert not Feedback.objects.exists()


@pytest.mark.parametrize(
    ("kind", "reason", "labels"),
    [
        (VerdictKind.PIN, "pin.specialist", [True]),
        (VerdictKind.SUPPRESS, "suppress.wrong-match", [False]),
        (VerdictKind.PIN, "pin.programme-priority", []),
        (VerdictKind.SUPPRESS, "suppress.competitors", []),
    ],
)
def test_verdicts_that_speak_of_fit_are_labels_of_the_alliance(match, kind, reason, labels):
    verdict = give(match, kind, reason)
    assert list(Feedback.objects.values_list("label", flat=True)) == labels
    assert {row.judge for row in Feedback.objects.all()} <= {f"alliance:{verdict.alliance_id}"}


def test_below_two_hundred_labels_nothing_is_learned(match):
    fill(match, 199)
    with pytest.raises(CommandError, match="199 labels; at least 200 are needed"):
        call_command("calibrate_recommender", "--activate")


def test_broken_labels_give_a_clear_error(match):
    fill(match)
    Feedback.objects.update(label=True)
    with pytest.raises(CommandError, match="both kinds are needed"):
        call_command("calibrate_recommender")
    fill_one = Feedback.objects.first()
    fill_one.parts = {"price": 1.0}
    fill_one.save()
    with pytest.raises(CommandError, match="'price' is no field"):
        call_command("calibrate_recommender")


def test_calibrate_into_use_and_back(computed, capsys):
    trained = ModelVersion.objects.get(active=True)
    fill(Match.objects.filter(need=None).first())
    before = dict(Match.objects.values_list("pk", "score"))

    call_command("calibrate_recommender", "--dry-run", "--json")
    report = json.loads(capsys.readouterr().out)
    assert report["better"]
    assert report["activated"] is None
    assert ModelVersion.objects.get(active=True) == trained
    assert dict(Match.objects.values_list("pk", "score")) == before

    call_command("calibrate_recommender", "--activate", "--json")
    report = json.loads(capsys.readouterr().out)
    active = ModelVersion.objects.get(active=True)
    assert active.fingerprint == report["activated"] != trained.fingerprint
    assert active.directory == trained.directory
    assert active.figures["calibration"]["labels"] == 400
    weights = Weights(**report["weights"])
    assert weights.need["service"] > NEED_WEIGHTS["service"]
    assert live.live_recommender().engine.weights == weights
    after = dict(Match.objects.values_list("pk", "score"))
    assert any(after.get(pk) != score for pk, score in before.items())
    assert not Match.objects.exclude(match_list__model=active).exists()
    for match in Match.objects.all():
        assert sum(match.parts.values()) == pytest.approx(match.score, abs=1e-6)

    call_command("rollback_recommender", "--json")
    assert json.loads(capsys.readouterr().out) == {"model": trained.fingerprint, "weights": {}}
    assert live.live_recommender().engine.weights == PRESENT
    assert sorted(Match.objects.values_list("score", flat=True)) == pytest.approx(sorted(before.values()))

    call_command("rollback_recommender", "--to", active.fingerprint[:10])
    assert ModelVersion.objects.get(active=True) == active


def test_weights_that_are_not_better_are_not_put_into_use(match, capsys):
    fill(match)
    random = Random(4)
    for row in Feedback.objects.all():
        row.label = random.random() < 0.5
        row.save()
    call_command("calibrate_recommender", "--activate")
    assert "not better: nothing changed" in capsys.readouterr().out
    assert not ModelVersion.objects.filter(active=True).exists()


def test_a_training_keeps_the_weights_in_use(computed, train):
    trained = ModelVersion.objects.get(active=True)
    weights = {"need": {**NEED_WEIGHTS, "service": 0.40, "text": 0.25}, "affinity": dict(PRESENT.affinity)}
    assert live.live_recommender().engine.weights == PRESENT
    switch(trained.directory, {}, weights)
    # A process that holds the model already takes the other weights up by itself.
    assert live.live_recommender().engine.weights == Weights(**weights)
    CompanyFactory(summary_zh="一家新公司，提供冷链物流。")
    again = train()
    assert again.directory != trained.directory
    assert again.weights == weights
    version, engine = load_model()
    assert (version, engine.weights) == (again, Weights(**weights))


def test_rollback_passes_over_a_model_that_is_not_whole(computed, settings):
    first = ModelVersion.objects.get(active=True)
    ModelVersion.objects.create(fingerprint="gone", directory="gone", activated_at=first.activated_at)
    with pytest.raises(CommandError, match="no earlier model is whole"):
        call_command("rollback_recommender")
    with pytest.raises(CommandError, match="gone: no earlier model of that name"):
        call_command("rollback_recommender", "--to", "gone")
    assert ModelVersion.objects.get(active=True) == first


def test_rollback_takes_a_training_back(computed, train):
    first = ModelVersion.objects.get(active=True)
    CompanyFactory(summary_zh="一家新公司，提供冷链物流。")
    assert train() != first
    call_command("rollback_recommender", verbosity=0)
    assert ModelVersion.objects.get(active=True) == first
    assert not Match.objects.exclude(match_list__model=first).exists()
