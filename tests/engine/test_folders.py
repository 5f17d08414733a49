"""Folders of judged texts: what may be learned, and which line is broken."""

import pytest

from matchmaking.engine import folders

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
