"""Alliances come from a file; loading twice changes nothing; a fifth needs no code."""

import json

import pytest
from django.core.management import CommandError, call_command

from alliances.loading import AllianceFileError, load_alliances, read_alliances
from alliances.models import Alliance
from directory.taxonomy import load_taxonomy
from tests.factories import TermFactory

ENTRY = {
    "code": "fifth",
    "name_zh": "第五联盟",
    "name_en": "Fifth Alliance",
    "service_types": ["new-group"],
    "criteria": [{"code": "a", "zh": "甲", "en": "A"}],
    "checklist": [],
}


def write(tmp_path, *entries):
    path = tmp_path / "alliances.json"
    path.write_text(json.dumps(list(entries)), encoding="utf-8")
    return path


@pytest.mark.django_db
def test_the_file_of_the_product_loads_and_names_the_four_alliances():
    load_taxonomy()
    rows = load_alliances()
    assert {row.code for row in rows} == {
        "financial",
        "investment-trade",
        "engineering-design",
        "intellectual-property",
    }
    for row in rows:
        assert row.service_types.count() >= 20
        assert set(row.secretariats) == {"CN", "SG"}
        assert row.criteria
        assert row.checklist
    before = list(Alliance.objects.values())
    load_alliances()
    assert list(Alliance.objects.values()) == before


def test_every_group_of_services_in_the_file_exists():
    """Codes that the vocabulary does not know would leave an alliance without services, silently."""
    from directory.taxonomy import TAXONOMY_DIR, read_file

    known = {entry.code for entry in read_file(TAXONOMY_DIR / "service_types.csv")}
    schemes = {entry.code for entry in read_file(TAXONOMY_DIR / "credential_schemes.csv")}
    for entry in read_alliances():
        assert set(entry["service_types"]) <= known
        assert {
            item["credential_scheme"] for item in entry["checklist"] if item.get("credential_scheme")
        } <= schemes


@pytest.mark.django_db
def test_a_fifth_alliance_is_an_entry_in_a_file(tmp_path):
    group = TermFactory(code="new-group")
    part = TermFactory(code="new-group.part", parent=group)
    TermFactory(code="unrelated")
    (row,) = load_alliances(write(tmp_path, ENTRY))
    assert set(row.service_types.all()) == {group, part}
    assert row.active


@pytest.mark.django_db
def test_a_bad_file_changes_nothing(tmp_path):
    for broken in (
        [ENTRY, ENTRY],
        [{"code": "x", "name_zh": "无英文名"}],
        [ENTRY | {"criteria": [{"code": "a", "zh": "甲"}]}],
    ):
        with pytest.raises(AllianceFileError):
            load_alliances(write(tmp_path, *broken))
    assert not Alliance.objects.exists()
    missing = tmp_path / "missing.json"
    with pytest.raises(CommandError, match=r"missing\.json"):
        call_command("load_alliances", str(missing))
