"""The data files: enough of everything, every code known, every text in its own language and said once."""

import collections
import csv
import re

import pytest

from directory.models import Establishment
from directory.taxonomy import TAXONOMY_DIR
from matchmaking.demo import content

HAN = re.compile(r"[\u4e00-\u9fff]")
# The product's origin mark and the group's name hold both languages on purpose.
PAIRS = ("legal", "short", "summary", "about", "title", "text", "name", "newer_summary")


def entries(part=None):
    if part is None:
        return content.companies()
    return [item for entry in content.companies() for item in entry.get(part, [])]


def everything():
    return [*entries(), *entries("offers"), *entries("needs"), *entries("products")]


def codes(file):
    with (TAXONOMY_DIR / f"{file}.csv").open(encoding="utf-8") as rows:
        return {row["code"] for row in csv.DictReader(rows)}


def used(part, name):
    return {code for item in entries(part) for code in item.get(name, "").split()}


def test_there_is_enough_of_everything():
    firms = entries()
    sold = [entry for entry in firms if entry.get("products")]
    providers = collections.Counter(entry["alliance"] for entry in firms if entry["country"] == "SG" and "alliance" in entry)
    abroad = [e for e in firms if e["country"] != "CN" and "alliance" not in e and e.get("needs")]
    enterprises = [e for e in firms if e["country"] == "CN" and "alliance" not in e and not e.get("products")]
    assert len(firms) >= 220
    assert len(enterprises) >= 55
    assert len(providers) == 4
    assert min(providers.values()) >= 15
    assert sum(providers.values()) >= 72
    assert sum(e["country"] == "CN" and "alliance" in e for e in firms) >= 23
    assert len(sold) >= 30
    assert all(2 <= len(entry["products"]) <= 4 for entry in sold)
    assert len(abroad) >= 35
    assert {e["country"] for e in abroad} == {"SG", "MY", "TH", "ID", "VN"}
    assert len(entries("offers")) >= 230
    assert len(entries("needs")) >= 160
    assert len(entries("products")) >= 84


def test_most_firms_are_public_and_say_everything_in_both_languages():
    def is_bilingual(entry):
        parts = [entry, *entry.get("offers", []), *entry.get("needs", []), *entry.get("products", [])]
        return all(all(part[name]) for part in parts for name in PAIRS if name in part)

    whole = [entry for entry in entries() if is_bilingual(entry) and entry.get("state", "live") == "live"]
    assert len(whole) >= 200


def test_needs_are_of_every_kind():
    needs = entries("needs")
    assert {need.get("show", "public") for need in needs} == {"public", "anonymous", "private"}
    assert {need.get("state", "open") for need in needs} == {"open", "draft", "expired", "fulfilled", "closed"}
    assert all(need.get("services") or need.get("goods") for need in needs)


@pytest.mark.parametrize(
    ("file", "part", "name"),
    [
        ("places", None, "at"), ("sectors", None, "sectors"), ("languages", None, "langs"), ("size_bands", None, "size"),
        ("service_types", "offers", "type"), ("markets", "offers", "for"), ("markets", "needs", "in"),
        ("service_types", "needs", "services"), ("product_categories", "needs", "goods"),
        ("credential_schemes", "needs", "require"), ("product_categories", "products", "of"), ("markets", "products", "to"),
    ],
)
def test_every_code_is_a_term(file, part, name):
    found = used(part, name) if part else {code for entry in entries() for code in entry[name].split()}
    assert found
    assert found <= codes(file)


def test_sites_are_of_a_known_kind():
    kinds = {kind for entry in entries() for kind, *_rest in entry.get("sites", [])}
    assert kinds
    assert kinds <= set(Establishment.Kind.values)


def test_reasons_are_terms_of_their_kind():
    reasons = codes("reasons")
    book = content.alliance_decisions()
    coded = [row["reason"] for part in book.values() for row in part if "reason" in row]
    coded += [row["code"] for row in content.introductions() if "code" in row]
    assert set(coded) <= reasons
    for row in book["membership"]:
        prefix = {"rejected": "reject.", "suspended": "suspend.", "ended": "end."}.get(row["state"], "")
        assert row.get("reason", "").startswith(prefix)
        assert bool(prefix) == ("reason" in row)


def test_each_text_is_in_its_language():
    for item in everything():
        for name in PAIRS:
            if name in item:
                zh, en = item[name]
                assert zh or en
                assert not zh or HAN.search(zh), (name, zh)
                assert not HAN.search(en), (name, en)


def test_texts_are_not_repeated():
    texts = [t for item in everything() for name in ("summary", "about", "title", "text") for t in item.get(name, []) if t]
    assert len(set(texts)) >= 0.95 * len(texts)


def test_names_and_keys_are_unique():
    firms = entries()
    for values in (
        [entry["key"] for entry in firms],
        [entry["legal"][0] for entry in firms],
        [entry["legal"][1] for entry in firms],
        [entry["short"][0] for entry in firms],
    ):
        assert len(values) == len(set(values))


def test_references_between_files_hold():
    keys = {entry["key"] for entry in entries()}
    book = content.alliance_decisions()
    named = {row["company"] for row in [*book["membership"], *book["no_list"]]}
    named |= {row["excluded"] for row in book["no_list"]} | {key for row in book["verdict"] for key in row["pair"]}
    named |= {key for row in content.introductions() for key in (row["from"], row["to"])}
    named |= {person["owns"] for person in content.people()["person"] if "owns" in person}
    assert named <= keys


def test_people_can_log_in_and_nobody_real_is_reached():
    book = content.people()
    assert len(book["password"]) >= 10
    assert all(person["email"].endswith(".example") for person in book["person"])
    assert all(HAN.search(person["role"]) and re.search("[A-Za-z]", person["role"]) for person in book["person"])
