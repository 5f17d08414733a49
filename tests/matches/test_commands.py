"""The commands of this room: summaries as JSON, reasons in both languages, clear refusals."""

import json

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from matchmaking.engine.encoding.cache import MANY_SEGMENTS
from matchmaking.matches import encoders, live
from matchmaking.matches.models import ModelVersion
from tests.factories import CompanyFactory


def output(capsys, *args):
    call_command(*args)
    return capsys.readouterr().out


def test_train_then_refresh_then_recommend(seeker, need, providers, capsys):
    trained = json.loads(output(capsys, "train_recommender", "--json"))
    assert trained["companies"] == 5
    assert trained["model"] == ModelVersion.objects.get(active=True).fingerprint
    refreshed = json.loads(output(capsys, "refresh_matches", "--json"))
    assert (refreshed["companies"], refreshed["lists"]) == (5, 6)
    assert refreshed["matches"] > 0

    found = json.loads(output(capsys, "recommend", seeker.slug, "--need", str(need.pk), "--json", "--language", "en"))
    first = found["matches"][0]
    assert first["slug"] in {"straits", "equator", "verdant"}
    assert sum(first["parts"].values()) == pytest.approx(first["score"], abs=1e-4)
    assert "Services: you – Wastewater design; they – Wastewater design" in first["reasons"]
    printed = output(capsys, "recommend", seeker.slug, "--k", "2")
    assert seeker.legal_name_zh in printed
    assert printed.count(" = ") == 2


def test_an_empty_list_comes_with_its_reason(seeker, need, providers, terms, train, capsys):
    silent = CompanyFactory(slug="silent", legal_name_zh="🍲", legal_name_en="", summary_zh="", summary_en="")
    need.required_credentials.set([terms["licence"]])
    need.save()
    train()
    kept_out = output(capsys, "recommend", seeker.slug, "--need", str(need.pk), "--language", "en")
    assert "3 companies without a required credential" in kept_out
    found = json.loads(output(capsys, "recommend", silent.slug, "--json"))
    assert found["matches"] == []
    assert found["why_empty"] == ["请写得更具体，或补充市场与语言：每一项都会参与比对。"]


def test_a_company_without_any_counterpart_is_told_so(seeker, train, capsys):
    train()
    found = json.loads(output(capsys, "recommend", seeker.slug, "--json"))
    assert found["matches"] == []
    assert found["why_empty"]
    assert json.loads(output(capsys, "refresh_matches", "--json"))["matches"] == 0


def test_commands_without_a_model_say_what_to_do(seeker):
    for command in (("refresh_matches",), ("recommend", seeker.slug)):
        with pytest.raises(CommandError, match="train_recommender"):
            call_command(*command)


def test_recommend_refuses_what_it_does_not_know(computed, providers):
    with pytest.raises(CommandError, match="no company"):
        call_command("recommend", "nobody")
    with pytest.raises(CommandError, match="no open need"):
        call_command("recommend", providers["straits"].slug, "--need", "1")


@pytest.mark.parametrize(
    ("which", "message"),
    [
        (["--need", "0"], "no open need 0"),
        (["--need", "-1"], "no open need -1"),
        (["--need", str(10**30)], "no open need"),
        (["--product", "0"], "no product 0"),
    ],
)
def test_recommend_names_what_the_company_does_not_have(computed, which, message):
    with pytest.raises(CommandError, match=message):
        call_command("recommend", computed.slug, *which)


@pytest.mark.parametrize("slug", ["", "🍲", "渝" * 5_000, "../straits", "straits'--", "STRAITS"])
def test_recommend_knows_no_company_of_an_odd_address(train, seeker, slug):
    train()
    with pytest.raises(CommandError, match="no company with the address"):
        call_command("recommend", slug)


@pytest.mark.parametrize("command", [["recommend", "yuhuan-water"], ["refresh_matches"], ["train_recommender"]])
def test_an_encoder_that_cannot_be_used_is_one_clear_line(seeker, train, command, settings, tmp_path):
    before = train()
    settings.RECOMMENDER_ENCODER = str(tmp_path / "nowhere")
    with pytest.raises(CommandError, match="nowhere") as refusal:
        call_command(*command, "--json")
    assert "\n" not in str(refusal.value)
    assert ModelVersion.objects.get(active=True) == before


class Constant:
    """An encoder that says the same of every text; ``broken`` unless that is a unit vector of four dimensions."""

    name, dimensions, multilingual = "broken", 4, True

    def __init__(self, vector):
        self.vector = vector

    def encode(self, texts, progress=None):
        return np.array([self.vector] * len(texts), np.float32)


@pytest.mark.parametrize("vector", [[np.nan, 0, 0, 1], [np.inf, 0, 0, 0], [1, 0, 0]], ids=["NaN", "infinite", "short"])
def test_vectors_that_are_none_end_a_training_in_one_line_and_the_model_before_serves(
    computed, vector, settings, tmp_path, monkeypatch, capsys
):
    before = output(capsys, "recommend", computed.slug, "--json")
    monkeypatch.setattr(encoders, "encoder_for", lambda choice: Constant(vector))
    settings.RECOMMENDER_ENCODER, settings.RECOMMENDER_ENCODINGS = str(vector), tmp_path / "encodings"
    with pytest.raises(CommandError, match=r"^broken: ") as refusal:
        call_command("train_recommender", "--json")
    assert "\n" not in str(refusal.value)
    assert ModelVersion.objects.count() == 1
    live.forget()
    assert output(capsys, "recommend", computed.slug, "--json") == before


@pytest.fixture
def encodings(settings, tmp_path, monkeypatch):
    """Where a sound encoder keeps what it encoded."""
    monkeypatch.setattr(encoders, "encoder_for", lambda choice: Constant([0.6, 0.8, 0, 0]))
    settings.RECOMMENDER_ENCODER, settings.RECOMMENDER_ENCODINGS = "constant", tmp_path / "encodings"
    return settings.RECOMMENDER_ENCODINGS


def test_a_training_merges_the_encodings_that_changes_left(seeker, encodings):
    for number in range(MANY_SEGMENTS):
        encoders.product_encoder().encode([f"change {number}"])
    call_command("train_recommender", "--json")
    assert len(list(encodings.rglob("*.keys.npy"))) == 1


def test_encodings_that_cannot_be_kept_are_one_clear_line(seeker, encodings):
    encodings.write_text("not a folder")
    with pytest.raises(CommandError, match="could not be kept: ") as refusal:
        call_command("train_recommender", "--json")
    assert "\n" not in str(refusal.value)
    assert not ModelVersion.objects.exists()


@pytest.fixture
def folder(tmp_path):
    files = {
        "queries.tsv": "qid\ttext\tsplit\nq1\t食品\ta\nq2\t专利\tb\n",
        "docs.tsv": "docid\ttext\textra\nd1\tfood distribution\tx\nd2\tpatent office\ty\nd3\tships\tz\n",
        "qrels.tsv": "qid\tdocid\tgrade\nq1\td1\t3\nq2\td2\t3\n",
        "pairs.tsv": "id\tzh\ten\tsplit\np1\t轮船\tships\ttrain\n",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_evaluate_needs_no_database_and_prints_the_measures(folder, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(connection, "ensure_connection", lambda: pytest.fail("the database was asked"))
    run = tmp_path / "run.tsv"
    report = json.loads(
        output(capsys, "evaluate_recommender", str(folder), "--train", str(folder), "--run", str(run), "--json")
    )
    measured = {"queries", "documents", "ndcg@10", "recall@1", "recall@10", "seconds", "model"}
    assert set(report) == measured | {"set", "split", "reverse", "learns"}
    assert (report["set"], report["learns"], report["split"]) == (folder.name, [folder.name], "")
    assert (report["queries"], report["documents"]) == (2, 3)
    assert (report["ndcg@10"], report["recall@1"]) == (1.0, 1.0)
    lines = [line.split("\t") for line in run.read_text().splitlines()]
    assert lines[0][:3] == ["q1", "d1", "1"]
    assert all(len(line) == 4 and float(line[3]) > 0 for line in lines)


def test_evaluate_one_split_and_the_other_way_round(folder, capsys):
    report = json.loads(output(capsys, "evaluate_recommender", str(folder), "--split", "b", "--json"))
    assert report["queries"] == 1
    report = json.loads(output(capsys, "evaluate_recommender", str(folder), "--reverse", "--json"))
    assert report["documents"] == 2


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda path: (path / "docs.tsv").unlink(), "docs.tsv"),
        (lambda path: (path / "qrels.tsv").write_text("qid\tdocid\tgrade\nq1\n"), "line 2"),
        (lambda path: (path / "queries.tsv").write_bytes("qid\ttext\nq1\t重庆榨菜\n".encode("gb18030")), "UTF-8"),
        (lambda path: (path / "qrels.tsv").write_text("qid\tdocid\tgrade\nq1\td1\tmany\n"), "many"),
    ],
)
def test_a_bad_folder_is_one_clear_line(folder, damage, message):
    damage(folder)
    with pytest.raises(CommandError, match=message) as refusal:
        call_command("evaluate_recommender", str(folder))
    assert "\n" not in str(refusal.value)


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(CommandError, match="nowhere: no such folder"):
        call_command("evaluate_recommender", str(tmp_path / "nowhere"))


def test_parity_is_measured_on_what_both_languages_say(seeker, need, providers, capsys):
    call_command("evaluate_parity", "--json")
    found = json.loads(capsys.readouterr().out)
    assert set(found) == {"zh~en", "zh~mixed", "en~mixed"}
    assert found["zh~en"]["all"]["lists"] >= 5
    assert 0 <= found["zh~en"]["all"]["overlap"] <= 1
    printed = output(capsys, "evaluate_parity", "--unseen")
    assert printed.count("candidate") == 3


def test_parity_needs_companies_in_both_languages(db):
    with pytest.raises(CommandError, match="both languages"):
        call_command("evaluate_parity")
