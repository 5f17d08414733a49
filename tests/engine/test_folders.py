"""Folders of judged texts: what may be learned, and which line is broken."""

import pytest

from matchmaking.engine import folders
from matchmaking.engine.evaluation import evaluate_folder

from .conftest import write_folder


def test_answers_are_never_trained_on(tmp_path):
    mixed = write_folder(
        tmp_path / "mixed",
        "1\t食品\ttest\n",
        "1\tfood\t\n",
        "1\t1\t3\n",
        "1\t食品\tfood\ttest\n9\t贷款\tloan\ttrain\n8\t专利\tpatent\tother\n",
    )
    assert folders.training_pairs([mixed], folders.load_folder(mixed)) == [("贷款", "loan")]
    plain = write_folder(
        tmp_path / "plain",
        "1\t食品\ttest\n",
        "1\tfood\t\n",
        "1\t1\t3\n",
        "1\t食品\tfood\ttest\n7\t专利\tpatent\ttest\n",
    )
    assert folders.training_pairs([plain], folders.load_folder(plain)) == [("专利", "patent")]


def test_a_broken_line_is_named(tmp_path):
    folder = write_folder(tmp_path / "bad", "1\tfood\ttest\n", "x\n", "1\tx\t3\n")
    with pytest.raises(ValueError, match=r"docs\.tsv, line 2"):
        folders.load_folder(folder)


@pytest.mark.parametrize("grade", ["many", "", "nan", "inf", "-inf", "1,5", "三"])
def test_a_grade_that_is_no_number_is_named_with_its_row(tmp_path, grade):
    folder = write_folder(tmp_path / "bad", "1\tfood\ttest\n", "x\tfood\t\n", f"1\tx\t{grade}\n")
    with pytest.raises(ValueError, match=rf"qrels\.tsv, 1 and x: '{grade}'"):
        folders.load_folder(folder)


@pytest.mark.parametrize("content", ["", "{", "[]", "5", "null", '"rerank"'])
def test_a_description_that_is_none_is_named(tmp_path, content):
    folder = write_folder(tmp_path / "bad", "1\tfood\ttest\n", "x\tfood\t\n", "1\tx\t1\n")
    (folder / "meta.json").write_text(content)
    with pytest.raises(ValueError, match=r"meta\.json"):
        folders.load_folder(folder)


@pytest.mark.parametrize(
    ("queries", "docs", "qrels"),
    [
        ("", "", ""),
        ("1\tfood\ttest\n", "", "1\tx\t1\n"),
        ("", "x\tfood\t\n", "1\tx\t1\n"),
        ("1\tfood\ttest\n", "x\tfood\t\n", ""),
        ("1\tfood\ttest\n", "x\tfood\t\n", "2\tx\t1\n1\ty\t1\n"),
    ],
    ids=["nothing", "no documents", "no queries", "no judgements", "unknown ids"],
)
def test_a_folder_without_a_judged_query_is_refused(tmp_path, small_lexicon, queries, docs, qrels):
    folder = write_folder(tmp_path / "empty", queries, docs, qrels)
    with pytest.raises(ValueError, match="no judged query"):
        evaluate_folder(folder, lexicon=small_lexicon)


@pytest.mark.parametrize("text", ["", "🍲", "a" * 5_000, "冷" * 5_000, "的了和", "\ufeff食品\u0000"])
def test_odd_texts_are_measured_like_others(tmp_path, small_lexicon, text):
    folder = write_folder(
        tmp_path / "odd", f"1\t{text}\ttest\n2\tfood\ttest\n", f"x\t{text}\t\ny\tfood\t\n", "1\tx\t3\n2\ty\t3\n"
    )
    report, run = evaluate_folder(folder, lexicon=small_lexicon)
    assert report["queries"] == 2
    assert next(row.document for row in run if row.query == "2") == "y"
    assert all(0 < row.score < 10 for row in run)
