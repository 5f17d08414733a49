"""Only what is allowed gets into a document."""

import pytest

from search.documents import SCHEMAS, company_document, match_document, need_document
from search.engines.base import DocumentRefusedError, SearchDocument, tombstone

PRIVATE = ("email", "phone", "contact_name", "wechat", "notes", "registration_number", "no_list")


@pytest.mark.parametrize("field", PRIVATE)
def test_private_keys_are_refused_loudly(field):
    with pytest.raises(DocumentRefusedError, match=field):
        company_document({"id": 1, "version": 1, field: "x"})
    with pytest.raises(DocumentRefusedError, match=field):
        need_document({"id": 1, "version": 1, "confidentiality": "public", field: "x"})
    with pytest.raises(DocumentRefusedError, match=field):
        match_document({"id": 1, "version": 1, "owners": ["company:1"], field: "x"})


def test_no_schema_allows_a_private_field():
    for schema in SCHEMAS.values():
        assert not set(PRIVATE) & {*schema.fields, *schema.keywords}


@pytest.mark.parametrize("confidentiality", ["private", "", None, "PUBLIC"])
def test_only_public_and_anonymous_needs_are_indexed(confidentiality):
    with pytest.raises(DocumentRefusedError, match="only public"):
        need_document({"id": 1, "version": 1, "title_en": "x", "confidentiality": confidentiality})


def test_an_anonymous_need_never_names_its_company():
    document = need_document(
        {"id": 1, "version": 1, "title_zh": "求购", "company_zh": "巴渝食品", "confidentiality": "anonymous"}
    )
    assert "巴渝" not in repr(document)


def test_matches_of_private_needs_and_of_nobody_stay_out():
    with pytest.raises(DocumentRefusedError, match="private"):
        match_document({"id": 1, "version": 1, "owners": ["company:1"], "confidentiality": "private"})
    with pytest.raises(DocumentRefusedError, match="somebody"):
        match_document({"id": 1, "version": 1, "owners": []})


def test_lists_are_joined_codes_sorted_and_empty_values_left_out():
    document = company_document(
        {"id": 7, "version": 2, "offers_en": ["Tax", "", "Law"], "name_zh": " ", "service": ["tax", "law", "tax", None]}
    )
    assert document.fields == {"offers_en": "Tax · Law"}
    assert document.keywords == {"service": ("law", "tax")}
    assert document.sort.answer_days == 9999


def test_a_name_in_one_language_sorts_in_both():
    sort = company_document({"id": 1, "version": 1, "name_en": "Zeta"}).sort
    assert (sort.name_zh, sort.name_en) == ("zeta", "zeta")


def test_the_content_hash_ignores_the_version_and_nothing_else():
    first, again, other = (
        company_document({"id": 1, "version": version, "name_en": name})
        for version, name in [(1, "A"), (2, "A"), (2, "B")]
    )
    assert first.content_hash == again.content_hash != other.content_hash


def test_a_tombstone_with_content_is_refused():
    SCHEMAS["company"].check(tombstone("company", "1", 1))
    with pytest.raises(DocumentRefusedError, match="tombstone"):
        SCHEMAS["company"].check(SearchDocument("company", "1", 1, visible=False, fields={"name_en": "A"}))


def test_owners_belong_to_matches_only():
    with pytest.raises(DocumentRefusedError, match="owners"):
        SCHEMAS["company"].check(SearchDocument("company", "1", 1, owners=("company:1",)))
    with pytest.raises(DocumentRefusedError, match="owners"):
        SCHEMAS["match"].check(SearchDocument("match", "1", 1))


@pytest.mark.parametrize(
    "document",
    [
        SearchDocument("company", "", 1),
        SearchDocument("company", "1", -1),
        SearchDocument("company", "x" * 201, 1),
        SearchDocument("company", "1", 1, keywords={"service": ("x" * 201,)}),
        SearchDocument("company", "1", 1, keywords={"phone": ("1",)}),
        SearchDocument("company", "1", 1, fields={"name_en": "half \ud800"}),
    ],
    ids=["no id", "no version", "long id", "long code", "foreign group", "half a character"],
)
def test_what_no_engine_can_hold_is_refused(document):
    with pytest.raises(DocumentRefusedError):
        SCHEMAS["company"].check(document)
