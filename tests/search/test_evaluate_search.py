"""The command that measures search: the same figures on both engines, one line for each mistake."""

import json
import os
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from matchmaking.engine.measures import ndcg_at_k
from search.index import search_engine

DOCS = {"d1": "wastewater treatment", "d2": "cold chain logistics", "d3": "专利代理", "d4": "污水处理设备"}
QUERIES = {"q1": "污水处理", "q2": "logistics", "q3": "nothing of the kind", "d2": "cold chain"}
QRELS = [("q1", "d4", 3), ("q1", "d1", 1), ("q2", "d2", 3), ("d2", "d3", 3)]


@pytest.fixture
def folder(tmp_path):
    rows = {
        "queries.tsv": ["qid\ttext\tsplit", *(f"{qid}\t{text}\ttest" for qid, text in QUERIES.items())],
        "docs.tsv": ["docid\ttext\textra", *(f"{docid}\t{text}\tx" for docid, text in DOCS.items())],
        "qrels.tsv": ["qid\tdocid\tgrade", *("\t".join(map(str, row)) for row in QRELS)],
    }
    path = tmp_path / "made"
    path.mkdir()
    for name, lines in rows.items():
        (path / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def measured(folder, **options):
    out = StringIO()
    call_command("evaluate_search", folder, json=True, stdout=out, **options)
    return json.loads(out.getvalue())


@pytest.mark.parametrize("engine", ["fts5", "elasticsearch"])
def test_what_is_found_is_measured(folder, engine, embedded, settings, tmp_path):
    if engine == "elasticsearch":
        settings.ELASTICSEARCH_URL = os.environ.get("ELASTICSEARCH_URL", "")
        if not settings.ELASTICSEARCH_URL:
            pytest.skip("no Elasticsearch")
    found = measured(folder, engine=engine, run=tmp_path / "run.tsv", depth=1)
    assert (found["set"], found["queries"], found["documents"], found["engine"]) == ("made", 3, 4, engine)
    assert found["recall@10"] == pytest.approx(2 / 3)
    lines = [line.split("\t") for line in (tmp_path / "run.tsv").read_text().splitlines()]
    assert {qid: (docid, rank) for qid, docid, rank, _ in lines}["q2"] == ("d2", "1")
    assert "d2" not in [qid for qid, docid, *_ in lines if docid == "d2"]
    answers = {"q1": ["d4", "d1"], "q2": ["d2"], "d2": []}
    grades = {qid: {d: float(g) for q, d, g in QRELS if q == qid} for qid in answers}
    best = sum(ndcg_at_k(ranked, grades[qid]) for qid, ranked in answers.items()) / 3
    assert found["ndcg@10"] == pytest.approx(best, abs=0.1)


def test_the_living_index_is_neither_read_nor_written(folder, embedded):
    before = search_engine().generations()
    measured(folder)
    assert search_engine().generations() == before
    assert search_engine().count("company") == 0


def test_only_candidates_are_ranked_where_judgements_name_them(folder, embedded):
    (folder / "meta.json").write_text('{"rerank": true}')
    (folder / "qrels.tsv").write_text("qid\tdocid\tgrade\nq1\td3\t0\nq1\td1\t1\n")
    found = measured(folder)
    assert (found["queries"], found["ndcg@10"]) == (1, 1.0)


@pytest.mark.parametrize(
    ("options", "words"),
    [({"split": "none"}, "no judged query"), ({"engine": "elasticsearch"}, "ELASTICSEARCH_URL")],
)
def test_what_cannot_be_measured_is_told_in_a_line(folder, embedded, options, words):
    with pytest.raises(CommandError, match=words):
        measured(folder, **options)


def test_a_missing_folder_or_file_is_told_in_a_line(folder, embedded):
    with pytest.raises(CommandError, match="no such folder"):
        measured(folder / "nowhere")
    (folder / "qrels.tsv").unlink()
    with pytest.raises(CommandError, match=r"qrels\.tsv: no such file"):
        measured(folder)
