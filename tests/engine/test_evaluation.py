import math

import pytest

from matchmaking.engine import evaluation as ev

from .conftest import BILINGUAL


def test_ndcg_by_hand():
    grades = {"a": 3, "b": 1}
    assert ev.ndcg_at_k(["a", "b"], grades) == 1.0
    ideal = 3 + 1 / math.log2(3)
    assert ev.ndcg_at_k(["x", "a"], grades) == pytest.approx(3 / math.log2(3) / ideal)
    assert ev.ndcg_at_k([], grades) == 0.0
    assert ev.ndcg_at_k(["x"] * 10 + ["a"], grades, 10) == 0.0


def test_recall_counts_the_top_grade_only():
    grades = {"a": 3, "b": 1}
    assert ev.recall_at_k(["b", "a"], grades, 1) == 0.0
    assert ev.recall_at_k(["b", "a"], grades, 2) == 1.0
    assert ev.recall_at_k(["b"], {"b": 1}, 1, top=3) == 0.0


def test_parity_and_coverage_by_hand():
    assert ev.parity_at_k(["a", "b", "c"], ["b", "c", "d"], 3) == pytest.approx(2 / 3)
    assert ev.parity_at_k([], []) == 1.0
    assert ev.coverage([["a", "b"], ["a", "c"]], ["a", "b", "c", "d"], 1) == 0.25
    assert ev.popularity_baseline([["a", "b"], ["b"], ["c", "b"]], 2) == ["b", "a"]


def write(folder, queries, docs, qrels, pairs=None):
    folder.mkdir()
    (folder / "queries.tsv").write_text("qid\ttext\tsplit\n" + queries, encoding="utf-8")
    (folder / "docs.tsv").write_text("docid\ttext\textra\n" + docs, encoding="utf-8")
    (folder / "qrels.tsv").write_text("qid\tdocid\tgrade\n" + qrels, encoding="utf-8")
    if pairs is not None:
        (folder / "pairs.tsv").write_text("id\tzh\ten\tsplit\n" + pairs, encoding="utf-8")
    return folder


def test_an_unjudged_document_with_the_querys_own_id_is_left_out(tmp_path, small_lexicon):
    folder = write(
        tmp_path / "peers", "a\tfood loan\ttest\nb\tfood\ttest\n", "a\tfood loan\t\nb\tfood\t\n", "a\tb\t3\n"
    )
    report, run = ev.evaluate_folder(folder, lexicon=small_lexicon)
    assert [(row.query, row.document, row.rank) for row in run] == [("a", "b", 1)]
    assert report["queries"] == 1
    assert report["ndcg@10"] == 1.0


def test_a_set_that_judges_wrong_answers_ranks_its_candidates_only(tmp_path, small_lexicon):
    folder = write(
        tmp_path / "qa",
        "1\tfood\ttest\n2\tloan\ttest\n",
        "x\tfood food\t\ny\tfood\t\nz\tpatent\t\n",
        "1\ty\t2\n1\tz\t0\n2\tx\t0\n2\tz\t0\n",
    )
    report, run = ev.evaluate_folder(folder, lexicon=small_lexicon)
    assert report["queries"] == 1  # every candidate of query 2 has the same grade
    assert [row.document for row in run] == ["y", "z"]


def test_only_the_split_asked_for_is_scored_and_reverse_swaps_the_sides(tmp_path, small_lexicon):
    folder = write(tmp_path / "set", "1\t食品\ttest\n2\t贷款\tother\n", "x\tfood\t\ny\tloan\t\n", "1\tx\t3\n2\ty\t3\n")
    report, run = ev.evaluate_folder(folder, split="other", lexicon=small_lexicon)
    assert (report["queries"], report["documents"]) == (1, 2)
    report, run = ev.evaluate_folder(folder, split="other", reverse=True, lexicon=small_lexicon)
    assert [(row.query, row.document) for row in run] == [("y", "2")]
    with pytest.raises(ValueError, match="no judged query"):
        ev.evaluate_folder(folder, split="none", lexicon=small_lexicon)


def test_answers_are_never_trained_on(tmp_path):
    mixed = write(
        tmp_path / "mixed",
        "1\t食品\ttest\n",
        "1\tfood\t\n",
        "1\t1\t3\n",
        "1\t食品\tfood\ttest\n9\t贷款\tloan\ttrain\n8\t专利\tpatent\tother\n",
    )
    assert ev.training_pairs([mixed], ev.load_folder(mixed)) == [("贷款", "loan")]
    plain = write(
        tmp_path / "plain",
        "1\t食品\ttest\n",
        "1\tfood\t\n",
        "1\t1\t3\n",
        "1\t食品\tfood\ttest\n7\t专利\tpatent\ttest\n",
    )
    assert ev.training_pairs([plain], ev.load_folder(plain)) == [("专利", "patent")]


def test_a_broken_line_is_named(tmp_path):
    folder = write(tmp_path / "bad", "1\tfood\ttest\n", "x\n", "1\tx\t3\n")
    with pytest.raises(ValueError, match=r"docs\.tsv, line 2"):
        ev.load_folder(folder)


@pytest.mark.parametrize(("reverse", "floor"), [(False, 0.90), (True, 0.88)])
def test_trade_needs_find_their_lines_in_the_other_language(dictionary, reverse, floor):
    report, run = ev.evaluate_folder(BILINGUAL, train=[BILINGUAL], reverse=reverse, lexicon=dictionary)
    assert report["queries"] >= 60
    assert report["ndcg@10"] >= floor
    assert report["recall@10"] >= 0.97
    folder = ev.load_folder(BILINGUAL)
    baseline = ev.character_baseline(folder.reversed() if reverse else folder)
    assert report["ndcg@10"] > baseline["ndcg@10"] + 0.5
    assert max(row.rank for row in run) <= 100


def test_the_same_needs_in_both_languages_share_their_answers(dictionary):
    folder = ev.load_folder(BILINGUAL)
    english = {q: folder.documents[max(g, key=g.get)] for q, g in folder.grades.items()}
    _, chinese = ev.evaluate(folder, train=[BILINGUAL], lexicon=dictionary)
    other = ev.Folder("en", english, folder.splits, folder.documents, folder.grades, [], False)
    _, english_run = ev.evaluate(other, lexicon=dictionary)

    def firsts(run, query):
        return [row.document for row in run if row.query == query][:1]

    shared = [ev.parity_at_k(firsts(chinese, q), firsts(english_run, q), 1) for q in folder.queries]
    assert sum(shared) / len(shared) >= 0.9
