"""``manage.py evaluate_matches``: a table or one JSON object, what was shown as a file, and refusals in one line."""

import json

import pytest
from django.core.management import CommandError, call_command

from directory.models import Company


@pytest.fixture
def pairs(judged, asker, seller, abroad):
    return judged((asker, "need", 0, abroad[0], 3), (asker, "need", 0, seller, 2), (seller, "firm", "", abroad[1], 1))


def test_json_and_the_run(directory, pairs, asker, abroad, tmp_path, capsys):
    run = tmp_path / "run.tsv"
    call_command("evaluate_matches", "--judged", str(pairs), "--json", "--run", str(run))
    printed = capsys.readouterr()
    report = json.loads(printed.out)
    assert (report["report"], report["language"]) == ("evaluate_matches", "both")
    assert printed.err == ""
    head, *rows = [line.split("\t") for line in run.read_text(encoding="utf-8").splitlines()]
    assert head == ["system", "seeker", "kind", "item", "candidate", "rank", "grade"]
    assert {row[0] for row in rows} <= {system["name"] for system in report["systems"]}
    popular = [row for row in rows if row[:4] == ["popularity", asker, "need", "0"]]
    assert [int(row[5]) for row in popular] == list(range(1, len(popular) + 1))
    assert {row[4]: row[6] for row in popular}[abroad[0]] == "3"


def test_a_table_to_read_and_the_lines_that_no_list_can_show(directory, pairs, asker, seller, capsys):
    call_command("evaluate_matches", "--judged", str(pairs))
    printed = capsys.readouterr()
    assert "3 judged pairs in 2 lists" in printed.out
    assert "nDCG@10" in printed.out
    assert "not measured: Elasticsearch more_like_this (ELASTICSEARCH_URL is not set)" in printed.out
    assert f"line 3: a gate keeps {seller} out of this list of {asker}" in printed.err


def test_each_company_in_its_own_language(directory, pairs, capsys):
    call_command("evaluate_matches", "--judged", str(pairs), "--own-language")
    assert "every company speaks the language of its own side alone" in capsys.readouterr().out
    call_command("evaluate_matches", "--judged", str(pairs), "--own-language", "--json")
    assert json.loads(capsys.readouterr().out)["language"] == "own"


def test_refusals(directory, judged, asker, tmp_path):
    missing = tmp_path / "nowhere.tsv"
    with pytest.raises(CommandError, match=r"nowhere\.tsv: No such file"):
        call_command("evaluate_matches", "--judged", str(missing))
    path = judged((asker, "need", 0, "nobody", 3))
    with pytest.raises(CommandError, match=r"pairs\.tsv, line 2: 'nobody' is no company of the demonstration"):
        call_command("evaluate_matches", "--judged", str(path))
    path.write_bytes("seeker\t重庆".encode("gb18030"))
    with pytest.raises(CommandError, match="not UTF-8"):
        call_command("evaluate_matches", "--judged", str(path))
    path = judged((asker, "firm", "", asker, "many"))
    with pytest.raises(CommandError, match=r"line 2: grade 'many' is not a number"):
        call_command("evaluate_matches", "--judged", str(path))


def test_a_run_that_cannot_be_written_is_named(directory, pairs, tmp_path):
    with pytest.raises(CommandError, match="No such file"):
        call_command("evaluate_matches", "--judged", str(pairs), "--json", "--run", str(tmp_path / "no" / "run.tsv"))


def test_without_the_demonstration_there_is_nothing_to_judge(directory, pairs):
    Company.objects.update(is_demo=False)
    with pytest.raises(CommandError, match="seed_demo"):
        call_command("evaluate_matches", "--judged", str(pairs))
