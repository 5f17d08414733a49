"""The judged queries: known and public companies, both readers, enough of every kind for a figure to mean something."""

import re
from collections import Counter

import pytest

from matchmaking.demo import content
from matchmaking.demo.judging.queries import ANSWERED, KINDS, READERS, UNANSWERED, read_queries

QUERIES = content.DATA / "judged" / "queries.tsv"
FIRMS = {entry["key"]: entry for entry in content.companies()}
LEAST = {"zh": 40, "en": 40, "mixed": 35, "name": 40, "typo": 35, "none": 8}
HAN, LATIN = re.compile(r"[\u3400-\u9fff]"), re.compile(r"[A-Za-z]")


@pytest.fixture(scope="module")
def judged():
    return read_queries(QUERIES)


def test_companies_exist_and_are_published(judged):
    keys = {key for one in judged for key in one.grades}
    assert keys <= FIRMS.keys()
    assert {FIRMS[key].get("state", "live") for key in keys} == {"live"}


def test_there_is_enough_of_every_kind_and_for_both_readers(judged):
    kinds = Counter(one.kind for one in judged)
    assert set(kinds) == set(KINDS)
    assert all(kinds[kind] >= least for kind, least in LEAST.items()), kinds
    assert sum(kinds[kind] for kind in ANSWERED) >= 180
    readers = Counter((one.kind, one.reader) for one in judged)
    assert all(readers[kind, reader] >= 5 for kind in ("mixed", "name", "typo", UNANSWERED) for reader in READERS)


def test_no_query_is_the_same_as_another_but_for_its_form(judged):
    forms = Counter(" ".join(one.text.lower().split()) for one in judged)
    assert not [text for text, times in forms.items() if times > 1]


def test_kinds_are_written_in_the_scripts_that_they_say(judged):
    for one in judged:
        han, latin = bool(HAN.search(one.text)), bool(LATIN.search(one.text))
        wanted = {"zh": (True, False), "en": (False, True), "mixed": (True, True)}.get(one.kind)
        assert wanted in (None, (han, latin)), one.text


def test_names_name_one_company(judged):
    # Initials may be shared.
    names = [one for one in judged if one.kind == "name"]
    several = [one.text for one in names if len(one.grades) > 1]
    assert len(several) <= 2, several
    assert len({key for one in names for key in one.grades}) >= 30


def test_all_sides_answer(judged):
    good = {key for one in judged for key, grade in one.grades.items() if grade >= 2}
    assert min(sum(FIRMS[key]["country"] == country for key in good) for country in ("CN", "SG")) >= 50
    alliances = Counter(FIRMS[key].get("alliance") for key in good)
    assert all(
        alliances[alliance] >= 10 for alliance in {entry["alliance"] for entry in FIRMS.values() if "alliance" in entry}
    )
    assert sum(bool(FIRMS[key].get("products")) for key in good) >= 15
