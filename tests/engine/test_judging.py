"""Judged pairs: what the reader refuses, and what the figures of a system say by hand."""

import math

import pytest

from matchmaking.engine.judging import Answer, Judgement, figures, read_judgements


@pytest.fixture
def judged(tmp_path):
    def write(*lines, header="seeker\tkind\titem\tcandidate\tgrade"):
        path = tmp_path / "pairs.tsv"
        path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
        return path

    return write


def test_lines_become_judgements_in_their_order(judged):
    path = judged("a\tneed\t0\tx\t3", "", "a\tfirm\t\tx\t1", "b\tproduct\t12\ty\t2")
    assert read_judgements(path) == [
        Judgement(2, "a", "need", 0, "x", 3),
        Judgement(4, "a", "firm", None, "x", 1),
        Judgement(5, "b", "product", 12, "y", 2),
    ]


def test_a_byte_order_mark_and_line_ends_of_windows_are_read(tmp_path):
    path = tmp_path / "pairs.tsv"
    path.write_bytes("\ufeffseeker\tkind\titem\tcandidate\tgrade\r\na\tfirm\t\tx\t1\r\n".encode())
    assert [one.grade for one in read_judgements(path)] == [1]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("a\tneed\t0\tx", "line 2: 4 columns, 5 expected"),
        ("a\twish\t0\tx\t1", "line 2: 'wish' is no kind of list; there are need, firm, product"),
        ("a\tfirm\t0\tx\t1", "line 2: the list of a firm has no item, but '0' is given"),
        ("a\tneed\t\tx\t1", "line 2: item '' is not a number"),
        ("a\tneed\t-1\tx\t1", "line 2: item '-1' is not a number"),
        ("a\tneed\t²\tx\t1", "line 2: item '²' is not a number"),
        ("a\tneed\t0\tx\tgood", "line 2: grade 'good' is not a number"),
        ("a\tneed\t0\tx\t4", "line 2: grade 4 is not one of 1, 2, 3"),
        ("a\tneed\t0\tx\t0", "line 2: grade 0 is not one of 1, 2, 3"),
        ("a\tneed\t0\tx\t1\na\tneed\t0\tx\t2", "line 3: x was judged for the same question in line 2"),
        ("", "line 2: nothing is judged"),
    ],
)
def test_a_bad_line_is_named(judged, line, message):
    with pytest.raises(ValueError) as refusal:  # noqa: PT011  # the whole message is compared
        read_judgements(judged(line))
    assert str(refusal.value) == message


@pytest.mark.parametrize("header", ["", "seeker\tkind\titem\tcandidate", "seeker kind item candidate grade"])
def test_another_header_is_refused(judged, header):
    with pytest.raises(ValueError, match="line 1: the header must be seeker kind item candidate grade"):
        read_judgements(judged("a\tfirm\t\tx\t1", header=header))


def answer(ranked, grades, seeker="s", kind="need", eligible="abcd"):
    return Answer(seeker, kind, grades, frozenset(eligible), list(ranked))


def test_figures_by_hand():
    found = figures([answer("ab", {"a": 3, "b": 1}), answer("ba", {"a": 3, "c": 2}, "t", "firm")])
    second = (3 / math.log2(3)) / (3 + 2 / math.log2(3))
    assert list(found) == ["all", "need", "firm"]
    assert found["need"] == {
        "lists": 1, "ndcg@10": 1.0, "recall@10": 1.0, "coverage": 0.5, "gini": 0.5, "novelty": 0.0,
    }  # fmt: skip
    assert found["firm"]["ndcg@10"] == pytest.approx(second, abs=1e-4)
    assert found["firm"]["recall@10"] == 0.5
    assert found["all"]["ndcg@10"] == pytest.approx((1 + second) / 2, abs=1e-4)
    assert found["all"]["lists"] == 2


def test_lists_without_a_good_candidate_do_not_count_in_the_recall():
    found = figures([answer("a", {"a": 1}), answer("b", {"a": 2}, "t")])["all"]
    assert found["recall@10"] == 0.0
    assert figures([answer("a", {"a": 1})])["all"]["recall@10"] is None


def test_only_the_first_ten_count():
    ranked = [*(str(i) for i in range(10)), "a"]
    found = figures([answer(ranked, {"a": 3}, eligible=["a"])])["all"]
    assert (found["ndcg@10"], found["recall@10"], found["coverage"]) == (0.0, 0.0, 0.0)


def test_coverage_is_of_those_who_could_have_been_shown():
    lists = [answer("a", {"a": 3}, eligible="ab"), answer("c", {"c": 3}, "t", "firm", eligible="cd")]
    assert figures(lists)["all"]["coverage"] == 0.5
    assert figures(lists)["need"]["coverage"] == 0.5


def test_the_difference_is_taken_question_by_question():
    ours = [answer("a", {"a": 3}), answer("a", {"a": 3}, "t", "firm")]
    theirs = [answer("ba", {"a": 3}), answer("a", {"a": 3}, "t", "firm")]
    found = figures(theirs, ours)
    lost = 1 / math.log2(3) - 1
    assert found["need"]["difference"]["ndcg@10"] == pytest.approx([lost] * 3, abs=1e-4)
    assert found["all"]["difference"]["ndcg@10"][0] == pytest.approx(lost / 2, abs=1e-4)
    assert found["firm"]["difference"]["recall@10"] == [0.0, 0.0, 0.0]
    assert figures([answer("a", {"a": 1})], [answer("a", {"a": 1})])["all"]["difference"]["recall@10"] is None


def test_systems_that_answer_other_questions_are_not_compared():
    with pytest.raises(ValueError, match="zip"):
        figures([answer("a", {"a": 3})], [answer("a", {"a": 3}), answer("a", {"a": 3})])
