"""``manage.py evaluate_search`` without a folder: the search page over the directory in the database, measured."""

import json

import pytest
from django.core.management import CommandError, call_command

from directory.models import Company
from search.index import forget_engine, search_engine

HEADER = "kind\treader\tquery\tcompany\tgrade"
LINES = (
    "zh\tzh\t低盐榨菜\tweishui-zhacai\t3",
    "name\ten\tOrvanta\torvanta-securities\t3",
    "name\ten\tOrvanta\tadelphine-corp\t1",
    "typo\ten\tno such words anywhere\tsolvane-energy\t3",
    "none\tzh\t宠物\t\t0",
    "none\ten\tbonds\t\t0",
)


@pytest.fixture
def site(directory, settings, tmp_path):
    settings.SEARCH_FTS5_PATH = tmp_path / "search.sqlite3"
    forget_engine()
    yield directory
    forget_engine()


@pytest.fixture
def judged(tmp_path):
    def write(*lines):
        path = tmp_path / "queries.tsv"
        path.write_text("\n".join([HEADER, *lines]) + "\n", encoding="utf-8")
        return path

    return write


def measured(capsys, path, **options):
    call_command("evaluate_search", judged=path, json=True, **options)
    return json.loads(capsys.readouterr().out)


def test_what_the_page_shows_is_measured_by_kind(site, judged, capsys, tmp_path):
    run = tmp_path / "run.tsv"
    found = measured(capsys, judged(*LINES), run=run)
    assert (found["set"], found["queries"], found["documents"]) == ("queries.tsv", 3, 6)
    assert (found["engine"], found["by"], found["model"]) == ("fts5", "all", "")
    assert found["kinds"].keys() == {"zh", "name", "typo"}
    assert found["kinds"]["zh"] == {"queries": 1, "ndcg@10": 1, "recall@1": 1, "recall@10": 1}
    # One of two that were judged: 3 of 3 + 1 / log2(3).
    assert found["kinds"]["name"]["ndcg@10"] == pytest.approx(3 / (3 + 1 / 1.58496), abs=1e-4)
    assert found["kinds"]["typo"]["ndcg@10"] == 0
    assert found["recall@1"] == pytest.approx(2 / 3)
    bonds = sum(line.startswith("bonds\t") for line in run.read_text(encoding="utf-8").splitlines())
    assert bonds > 0
    assert found["none"] == {"queries": 2, "nothing": 1, "near": 0, "words": 1, "shown": bonds}
    assert "Orvanta\torvanta-securities\t1\t1" in run.read_text(encoding="utf-8").splitlines()


def test_the_living_index_is_neither_read_nor_written(site, judged, capsys):
    before = search_engine().generations()
    assert measured(capsys, judged(*LINES))["recall@10"] > 0
    assert search_engine().generations() == before
    assert search_engine().count("company") == 0


def test_one_kind_alone(site, judged, capsys):
    found = measured(capsys, judged(*LINES), split="name")
    assert (found["queries"], found["split"], list(found["kinds"])) == (1, "name", ["name"])
    assert found["none"]["queries"] == 0


def test_a_table_to_read(site, judged, capsys):
    call_command("evaluate_search", judged=judged(*LINES))
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["kind", "queries", "ndcg@10", "recall@1", "recall@10"]
    assert lines[1].split() == ["zh", "1", "1.000", "1.000", "1.000"]
    assert "nothing shown for 1, only what is close in meaning for 0, finds by words for 1" in lines[4]
    assert any(line.split() == ["queries", "3"] for line in lines[5:])


def test_what_nobody_may_see_is_no_answer(site, judged, capsys):
    Company.objects.filter(pk=site.companies["orvanta-securities"].pk).update(visibility="suspended", live=False)
    assert measured(capsys, judged(*LINES))["kinds"]["name"]["recall@10"] == 0


@pytest.mark.parametrize(
    ("lines", "options", "words"),
    [
        (("zh\tzh\t榨菜\tnobody\t3",), {}, "'nobody' is no company of the demonstration"),
        (("zh\tzh\t榨菜\tweishui-zhacai\t5",), {}, r"queries\.tsv, line 2: grade '5'"),
        (LINES, {"split": "fr"}, "'fr' is no kind of query"),
        (LINES, {"split": "mixed"}, "no judged query of the kind 'mixed'"),
        (LINES, {"engine": "elasticsearch"}, "ELASTICSEARCH_URL"),
    ],
)
def test_what_cannot_be_measured_is_told_in_a_line(site, judged, capsys, lines, options, words):
    with pytest.raises(CommandError, match=words):
        measured(capsys, judged(*lines), **options)


def test_a_file_that_cannot_be_read_is_named(site, judged, capsys, tmp_path):
    with pytest.raises(CommandError, match=r"nowhere\.tsv: no such file"):
        measured(capsys, tmp_path / "nowhere.tsv")
    path = judged(*LINES)
    path.write_bytes("kind\t重庆".encode("gb18030"))
    with pytest.raises(CommandError, match=r"queries\.tsv: not UTF-8"):
        measured(capsys, path)
    with pytest.raises(CommandError, match="leave DIR out"):
        measured(capsys, path, folder=tmp_path)


def test_without_the_demonstration_there_is_nothing_to_ask(site, judged, capsys):
    Company.objects.update(is_demo=False)
    with pytest.raises(CommandError, match="seed_demo"):
        measured(capsys, judged(*LINES))
