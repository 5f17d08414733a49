"""The vocabulary: its data files, the loader, and finding terms by what people write."""

from collections import Counter
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from directory.models import Term, TermKind
from directory.taxonomy import (
    KIND_OF_FILE,
    TAXONOMY_DIR,
    TaxonomyError,
    active_terms,
    load_taxonomy,
    read_file,
    term_phrases,
    with_descendants,
)

HEADER = "code,parent,label_zh,label_en,synonyms_zh,synonyms_en,isic\n"


@pytest.fixture
def folder(tmp_path):
    def write(body, name="sectors.csv", header=HEADER):
        (tmp_path / name).write_text(header + body, encoding="utf-8")
        return tmp_path

    return write


def test_every_data_file_of_the_product_is_well_formed():
    files = sorted(TAXONOMY_DIR.glob("*.csv"))
    assert files
    for path in files:
        assert path.stem in KIND_OF_FILE
        assert read_file(path), path.name


def test_no_two_terms_of_a_kind_share_a_label():
    for path in TAXONOMY_DIR.glob("*.csv"):
        entries = read_file(path)
        for label in ("label_zh", "label_en"):
            twice = [text for text, n in Counter(getattr(entry, label) for entry in entries).items() if n > 1]
            assert not twice, (path.name, twice)


@pytest.mark.django_db
def test_a_second_load_changes_nothing(folder):
    source = folder("food,,食品,Food,食物|吃的,Foodstuffs|Eats,10\nfood.tea,food,茶,Tea,,,\n")
    first, second = load_taxonomy(source), load_taxonomy(source)
    assert (first.created, first.updated) == (2, 0)
    assert (second.created, second.updated, second.unchanged, second.retired) == (0, 0, 2, 0)
    tea = Term.objects.get(kind=TermKind.SECTOR, code="food.tea")
    assert tea.parent.code == "food"
    assert tea.parent.synonyms_zh == ["食物", "吃的"]
    assert tea.parent.extra == {"isic": "10"}


@pytest.mark.django_db
def test_parents_may_follow_their_children_and_move(folder):
    load_taxonomy(folder("a.b,a,甲乙,AB,,,\na,,甲,A,,,\nc,,丙,C,,,\n"))
    assert Term.objects.get(code="a.b").parent.code == "a"
    report = load_taxonomy(folder("a.b,c,甲乙,AB,,,\na,,甲,A,,,\nc,,丙,C,,,\n"))
    assert Term.objects.get(code="a.b").parent.code == "c"
    assert report.updated == 1


@pytest.mark.django_db
def test_a_code_that_left_the_file_is_retired_and_may_come_back(folder):
    load_taxonomy(folder("a,,甲,A,,,\nb,,乙,B,,,\n"))
    report = load_taxonomy(folder("a,,甲,A,,,\n"))
    assert report.retired == 1
    assert [term.code for term in active_terms(TermKind.SECTOR)] == ["a"]
    load_taxonomy(folder("a,,甲,A,,,\nb,,乙,B,,,\n"))
    assert [term.code for term in active_terms(TermKind.SECTOR)] == ["a", "b"]


@pytest.mark.parametrize(
    ("body", "line", "column"),
    [
        ("a,,,A,,,\n", 2, "label_zh"),
        ("a,,甲,A,,,\n,,乙,B,,,\n", 3, "code"),
        ("a,,甲,A,,,\na,,乙,B,,,\n", 3, "code"),
        ("a,z,甲,A,,,\n", 2, "parent"),
        ("a,b,甲,A,,,\nb,a,乙,B,,,\n", 2, "parent"),
        ("a,,甲,A\n", 2, "-"),
        ("a,,甲,A,,,,surplus\n", 2, "-"),
        (f"{'a' * 81},,甲,A,,,\n", 2, "code"),
    ],
)
@pytest.mark.django_db
def test_errors_name_file_line_and_column_and_change_nothing(folder, body, line, column):
    with pytest.raises(TaxonomyError, match=rf"sectors\.csv, line {line}, column {column}"):
        load_taxonomy(folder(body))
    assert not Term.objects.exists()


def test_a_missing_column_and_an_unknown_file_are_refused(folder):
    with pytest.raises(TaxonomyError, match="synonyms_en"):
        load_taxonomy(folder("", header="code,parent,label_zh,label_en,synonyms_zh\n"))
    with pytest.raises(TaxonomyError, match="unknown kind"):
        read_file(folder("", name="colours.csv") / "colours.csv")


@pytest.mark.django_db
def test_the_command_reports_and_fails_in_one_line(folder):
    out = StringIO()
    call_command("load_taxonomy", folder=folder("a,,甲,A,,,\n"), stdout=out)
    assert "1 created" in out.getvalue()
    with pytest.raises(CommandError, match="line 2"):
        call_command("load_taxonomy", folder=folder("a,,甲,,,,\n"))


@pytest.mark.django_db
def test_phrases_find_terms_in_both_languages_and_labels_win(folder):
    load_taxonomy(folder("a,,调味品,Condiments,酱料,Sauces|Tea,\nb,,茶,Tea,,,\n"))
    phrases = term_phrases(TermKind.SECTOR)
    a, b = (Term.objects.get(code=code).pk for code in "ab")
    assert phrases["酱料"] == phrases["sauces"] == a
    assert phrases["tea"] == b
    load_taxonomy(folder("a,,调味品,Condiments,酱料,,\nb,,茶,Tea,,Infusions,\n"))
    assert "sauces" not in term_phrases(TermKind.SECTOR)


@pytest.mark.django_db
def test_descendants_of_a_term(folder):
    load_taxonomy(folder("a,,甲,A,,,\na.b,a,甲乙,AB,,,\na.b.c,a.b,甲乙丙,ABC,,,\nd,,丁,D,,,\n"))
    found = with_descendants([Term.objects.get(code="a")])
    assert set(Term.objects.filter(pk__in=found).values_list("code", flat=True)) == {"a", "a.b", "a.b.c"}
