"""The report as a whole: which model, which systems, which figures, and that a second run says the same."""

import pytest

from matchmaking.demo.judging.assessment import MORE_LIKE_THIS, assess
from matchmaking.matches import live, training
from matchmaking.matches.artefacts import store_model
from matchmaking.matches.models import ModelVersion
from tests.demo.judging.conftest import fit_small


@pytest.fixture
def pairs(judged, asker, seller, abroad):
    return judged(
        (asker, "need", 0, abroad[0], 3), (asker, "firm", "", abroad[1], 2), (seller, "product", 0, abroad[2], 1),
        (asker, "firm", "", seller, 1),
    )  # fmt: skip


def test_every_system_is_measured_by_kind_and_beside_ours(directory, pairs):
    report = assess(pairs, show_progress=False).report()
    assert report["judged"] == {
        "file": "pairs.tsv", "sha256": report["judged"]["sha256"], "pairs": 4, "closed": 1,
        "lists": {"need": 1, "firm": 1, "product": 1},
    }  # fmt: skip
    kinds = {system["name"]: list(system["kinds"]) for system in report["systems"]}
    assert kinds.pop("ours with exposure caps") == ["firm"]
    assert set(map(tuple, kinds.values())) == {("all", "need", "firm", "product")}
    for system in report["systems"]:
        for found in system["kinds"].values():
            assert ("difference" in found) == (system["name"] != "ours")
    assert report["skipped"] == [{"name": MORE_LIKE_THIS, "reason": "ELASTICSEARCH_URL is not set"}]
    assert assess(pairs, show_progress=False).report() == report


def test_without_a_model_one_is_trained_and_not_kept(directory, pairs):
    report = assess(pairs, show_progress=False).report()
    assert report["model"] == fit_small(training.read()).fingerprint_
    assert not ModelVersion.objects.exists()


def test_the_model_in_force_is_used(directory, pairs, monkeypatch):
    monkeypatch.setattr("matchmaking.demo.judging.directory.fit", lambda material: pytest.fail("trained again"))
    material = training.read()
    version = store_model(fit_small(material), material.figures())
    live.forget()
    assert assess(pairs, show_progress=False).report()["model"] == version.fingerprint


def test_a_server_that_is_not_there_is_said_and_nothing_else_is_lost(directory, pairs, settings):
    settings.ELASTICSEARCH_URL = "http://127.0.0.1:1"
    report = assess(pairs, show_progress=False).report()
    reason = "Elasticsearch at http://127.0.0.1:1 does not answer"
    assert report["skipped"] == [{"name": MORE_LIKE_THIS, "reason": reason}]
    assert len(report["systems"]) == 6
