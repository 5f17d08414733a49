"""Judged queries on disk: read in order, refused with the line."""

import pytest

from matchmaking.demo.judging.queries import JudgedQuery, read_queries

HEADER = "kind\treader\tquery\tcompany\tgrade"


@pytest.fixture
def written(tmp_path):
    def write(*lines, header=HEADER):
        path = tmp_path / "queries.tsv"
        path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
        return path

    return write


def test_lines_of_one_query_belong_together(written):
    path = written(
        "zh\tzh\t榨菜\tone\t3", "zh\tzh\t榨菜\ttwo\t1", "", "none\ten\tyacht charter\t\t0", "name\ten\tOne Ltd.\tone\t3"
    )
    assert read_queries(path) == [
        JudgedQuery("zh", "zh", "榨菜", {"one": 3, "two": 1}),
        JudgedQuery("none", "en", "yacht charter", {}),
        JudgedQuery("name", "en", "One Ltd.", {"one": 3}),
    ]


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ((), "line 2: nothing is judged"),
        (("zh\tzh\t榨菜\tone",), "line 2: 4 columns, 5 expected"),
        (("zh\tzh\t榨菜\tone\t3", "de\tzh\tSenf\tone\t3"), "line 3: 'de' is no kind of query"),
        (("zh\tfr\t榨菜\tone\t3",), "line 2: 'fr' is no language of a reader"),
        (("zh\tzh\t \tone\t3",), "line 2: there is no query"),
        (("zh\tzh\t榨菜\t\t3",), "line 2: there is no company"),
        (("zh\tzh\t榨菜\tone\t4",), "line 2: grade '4' is not one of 1, 2, 3"),
        (("zh\tzh\t榨菜\tone\t0",), "line 2: grade '0'"),
        (("none\tzh\t榨菜\tone\t1",), "line 2: a query that nobody answers has no company"),
        (("none\tzh\t榨菜\t\t0", "none\tzh\t榨菜\t\t0"), "line 3: this query stands in line 2 already"),
        (("zh\tzh\t榨菜\tone\t3", "zh\tzh\t榨菜\tone\t1"), "line 3: one was judged for the same query before"),
        (("zh\tzh\t榨菜\tone\t3", "zh\ten\t榨菜\ttwo\t3"), "line 3: '榨菜' was judged in line 2"),
        (
            ("zh\tzh\t榨菜\tone\t3", "zh\tzh\t花椒\tone\t3", "zh\tzh\t榨菜\ttwo\t3"),
            "line 4: '榨菜' was judged in line 2",
        ),
        (("zh\tzh\t榨菜\tone\t2",), "line 2: no company has grade 3"),
    ],
)
def test_what_is_not_right_is_refused_with_its_line(written, lines, words):
    with pytest.raises(ValueError, match=words):
        read_queries(written(*lines))


def test_another_header_is_refused(written):
    with pytest.raises(ValueError, match="line 1: the header must be kind reader query company grade"):
        read_queries(written("zh\tzh\t榨菜\tone\t3", header="seeker\tkind"))
