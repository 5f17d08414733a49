import pytest

from matchmaking.engine import evaluation as ev
from matchmaking.engine.folders import Folder, load_folder
from matchmaking.engine.measures import parity_at_k

from .conftest import BILINGUAL, write_folder


def test_an_unjudged_document_with_the_querys_own_id_is_left_out(tmp_path, small_lexicon):
    folder = write_folder(
        tmp_path / "peers", "a\tfood loan\ttest\nb\tfood\ttest\n", "a\tfood loan\t\nb\tfood\t\n", "a\tb\t3\n"
    )
    report, run = ev.evaluate_folder(folder, lexicon=small_lexicon)
    assert [(row.query, row.document, row.rank) for row in run] == [("a", "b", 1)]
    assert report["queries"] == 1
    assert report["ndcg@10"] == 1.0


def test_a_set_that_judges_wrong_answers_ranks_its_candidates_only(tmp_path, small_lexicon):
    folder = write_folder(
        tmp_path / "qa",
        "1\tfood\ttest\n2\tloan\ttest\n",
        "x\tfood food\t\ny\tfood\t\nz\tpatent\t\n",
        "1\ty\t2\n1\tz\t0\n2\tx\t0\n2\tz\t0\n",
    )
    report, run = ev.evaluate_folder(folder, lexicon=small_lexicon)
    assert report["queries"] == 1  # every candidate of query 2 has the same grade
    assert [row.document for row in run] == ["y", "z"]


def test_only_the_split_asked_for_is_scored_and_reverse_swaps_the_sides(tmp_path, small_lexicon):
    folder = write_folder(
        tmp_path / "set", "1\t食品\ttest\n2\t贷款\tother\n", "x\tfood\t\ny\tloan\t\n", "1\tx\t3\n2\ty\t3\n"
    )
    report, run = ev.evaluate_folder(folder, split="other", lexicon=small_lexicon)
    assert (report["queries"], report["documents"]) == (1, 2)
    report, run = ev.evaluate_folder(folder, split="other", reverse=True, lexicon=small_lexicon)
    assert [(row.query, row.document) for row in run] == [("y", "2")]
    with pytest.raises(ValueError, match="no judged query"):
        ev.evaluate_folder(folder, split="none", lexicon=small_lexicon)


@pytest.mark.parametrize(("reverse", "floor"), [(False, 0.90), (True, 0.88)])
def test_trade_needs_find_their_lines_in_the_other_language(dictionary, reverse, floor):
    report, run = ev.evaluate_folder(BILINGUAL, train=[BILINGUAL], reverse=reverse, lexicon=dictionary)
    assert report["queries"] >= 60
    assert report["ndcg@10"] >= floor
    assert report["recall@10"] >= 0.97
    folder = load_folder(BILINGUAL)
    baseline = ev.character_baseline(folder.reversed() if reverse else folder)
    assert report["ndcg@10"] > baseline["ndcg@10"] + 0.5
    assert max(row.rank for row in run) <= 100


def test_the_same_needs_in_both_languages_share_their_answers(dictionary):
    folder = load_folder(BILINGUAL)
    english = {q: folder.documents[max(g, key=g.get)] for q, g in folder.grades.items()}
    _, chinese = ev.evaluate(folder, train=[BILINGUAL], lexicon=dictionary)
    other = Folder("en", english, folder.splits, folder.documents, folder.grades, [], False)
    _, english_run = ev.evaluate(other, lexicon=dictionary)

    def firsts(run, query):
        return [row.document for row in run if row.query == query][:1]

    shared = [parity_at_k(firsts(chinese, q), firsts(english_run, q), 1) for q in folder.queries]
    assert sum(shared) / len(shared) >= 0.9
