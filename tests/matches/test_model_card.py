"""The model card: tables come from measured figures, all other text stays, and what is not ours is refused."""

import copy
import json

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from matchmaking.matches.model_card import CardError, rewrite

CARD = """# Card
Before.
<!-- table: matches -->
old
<!-- end -->
Between.
<!-- table: texts -->
<!-- end -->
After.
"""
FIGURES = {"lists": 1204, "ndcg@10": 0.7314, "recall@10": None, "coverage": 1.0, "gini": 0.05, "novelty": 2.5}
MATCHES = {
    "report": "evaluate_matches", "model": "0123456789abcdef", "skipped": [{"name": "X", "reason": "no server"}],
    "judged": {"file": "pairs.tsv", "sha256": "fedcba9876543210", "pairs": 1500, "closed": 0, "lists": {"need": 1204}},
    "systems": [
        {"name": "ours", "kinds": {"all": FIGURES}},
        {"name": "popularity", "kinds": {"all": FIGURES | {"difference": {"ndcg@10": [-0.5, -0.61, 0.0001]}}}},
    ],
}  # fmt: skip
TEXTS = {
    "set": "gtax", "split": "unseen", "reverse": True, "learns": ["gtax", "wmt23"], "queries": 559, "documents": 5595,
    "ndcg@10": 0.788, "recall@1": 0.7424, "recall@10": 0.905, "seconds": 1.2, "model": "x",
}  # fmt: skip


@pytest.fixture
def write(tmp_path):
    def run(*reports, card=CARD):
        path = tmp_path / "card.md"
        if card is None:
            path.unlink(missing_ok=True)
        else:
            path.write_text(card, encoding="utf-8")
        files = []
        for number, report in enumerate(reports):
            files.append(tmp_path / f"{number}.json")
            files[-1].write_text(report if isinstance(report, str) else json.dumps(report), encoding="utf-8")
        call_command("write_model_card", "--card", str(path), "--run", *map(str, files), verbosity=0)
        return path.read_text(encoding="utf-8")

    return run


def test_figures_of_pairs_become_a_table(write):
    lines = write(MATCHES).splitlines()
    start = lines.index("<!-- table: matches -->")
    assert lines[start + 1 : start + 9] == [
        "1,500 judged pairs (sha256 `fedcba987654`) in lists: 1204 of needs; model `0123456789ab`.",
        "",
        "| system | lists of | lists | nDCG@10 | to ours (95 %) | recall@10 | coverage | Gini | novelty |",
        "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
        "| ours | all kinds | 1,204 | .731 | – | – | 1.000 | .050 | 2.50 |",
        "| popularity | all kinds | 1,204 | .731 | −.500 (−.610 to .000) | – | 1.000 | .050 | 2.50 |",
        "",
        "Not measured: X (no server).",
    ]


def test_figures_of_texts_become_a_table_in_the_order_given(write):
    card = write(TEXTS, TEXTS | {"set": "peers", "split": "", "reverse": False, "learns": []})
    first = "| gtax, split `unseen`, `--reverse` | gtax, wmt23 | 559 | 5,595 | .788 | .742 | .905 |"
    assert f"{first}\n| peers | – | 559 | 5,595 | .788 | .742 | .905 |\n<!-- end -->" in card


def test_one_language_has_a_table_of_its_own(write):
    card = CARD + "<!-- table: matches in one language -->\n<!-- end -->\n"
    found = write(MATCHES | {"language": "own"}, card=card)
    assert found.startswith(CARD)
    assert found.count("| ours | all kinds |") == 1


def test_only_what_was_measured_is_rewritten_and_the_rest_stays(write):
    card = write(TEXTS)
    assert "<!-- table: matches -->\nold\n<!-- end -->\nBetween.\n" in card
    assert card.startswith("# Card\nBefore.\n")
    assert card.endswith("<!-- end -->\nAfter.\n")


def test_writing_twice_changes_nothing(write):
    once = write(MATCHES, TEXTS)
    assert write(MATCHES, TEXTS, card=once) == once


@pytest.mark.parametrize(
    ("card", "message"),
    [
        ("# Card\n", "marker <!-- table: matches --> once, not 0 times"),
        (CARD + CARD, "marker <!-- table: matches --> once, not 2 times"),
        (CARD.replace("old\n<!-- end -->\n", ""), "<!-- table: matches --> is not followed by <!-- end -->"),
        ("<!-- table: matches -->\n", "<!-- table: matches --> is not followed by <!-- end -->"),
    ],
)
def test_a_missing_marker_is_named_and_nothing_is_written(write, tmp_path, card, message):
    with pytest.raises(CommandError, match=message):
        write(MATCHES, card=card)
    assert (tmp_path / "card.md").read_text(encoding="utf-8") == card


@pytest.mark.parametrize("report", ["[]", "{}", '{"report": "something"}', json.dumps({"queries": 3})])
def test_json_of_others_is_refused(write, report):
    with pytest.raises(CommandError, match=r"0\.json: neither a report of evaluate_matches nor one of"):
        write(report)


def test_what_is_no_json_or_no_file_is_refused(write, tmp_path):
    with pytest.raises(CommandError, match=r"0\.json: not JSON"):
        write("ndcg@10  0.788")
    with pytest.raises(CommandError, match=r"card\.md: No such file"):
        write(MATCHES, card=None)


def test_an_incomplete_report_is_refused_before_anything_is_written(write, tmp_path):
    broken = copy.deepcopy(MATCHES)
    del broken["systems"][0]["kinds"]["all"]["gini"]
    with pytest.raises(CommandError, match=r"table matches is not complete \('gini'\)"):
        write(TEXTS, broken)
    assert (tmp_path / "card.md").read_text(encoding="utf-8") == CARD
    with pytest.raises(CommandError, match="one run of evaluate_matches"):
        write(MATCHES, MATCHES)


def test_the_card_of_the_product_has_its_markers():
    card = (settings.BASE_DIR / "docs" / "model-card.md").read_text(encoding="utf-8")
    assert rewrite(card, [MATCHES, MATCHES | {"language": "own"}, TEXTS]) != card
    with pytest.raises(CardError):
        rewrite(card.replace("<!-- end -->", ""), [TEXTS])
