"""The vocabulary and the alliances as data files: what an expert would check by eye, checked by the build."""

import csv
import json
import re
from collections import Counter, defaultdict
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "directory" / "data" / "taxonomy"
HAN = re.compile(r"[\u3400-\u9fff]")
CODE = re.compile(r"[a-z0-9]+(?:[.-][a-z0-9]+)*")
ISIC = re.compile(r"[A-U]|(?!00|04|34|40|44|48|54|57|67|76|83|89)\d{2}\d?")
# Entries below their groups (only entries with a parent count), except where the files have no groups.
MINIMUM = {
    "sectors": 70, "service_types": 140, "product_categories": 170, "credential_schemes": 45, "markets": 16,
    "languages": 15, "reasons": 40, "places": 38, "size_bands": 4, "money_bands": 6,
}
GROUPED = {"sectors", "service_types", "product_categories", "credential_schemes"}
BILINGUAL = sorted(MINIMUM)
# What member lists of stock exchanges call sectors and industries.
INDUSTRIES = """
Aerospace & Defense
Air Freight & Logistics
Airlines
Auto Components
Automobiles
Banks
Beverages
Biotechnology
Building Products
Capital Markets
Chemicals
Commercial Services & Supplies
Communication Services
Communications Equipment
Construction & Engineering
Construction Materials
Consumer Discretionary
Consumer Finance
Consumer Staples
Distributors
Diversified Telecommunication Services
Electric Utilities
Electrical Equipment
Electronic Equipment, Instruments & Components
Energy
Energy Equipment & Services
Entertainment
Equity Real Estate Investment Trusts (REITs)
Financials
Food & Staples Retailing
Gas Utilities
Health Care
Health Care Equipment & Supplies
Health Care Technology
Hotels, Restaurants & Leisure
Household Durables
Household Products
IT Services
Independent Power and Renewable Electricity Producers
Industrial Conglomerates
Industrials
Information Technology
Insurance
Machinery
Marine
Materials
Metals & Mining
Oil, Gas & Consumable Fuels
Paper & Forest Products
Pharmaceuticals
Professional Services
Real Estate
Real Estate Management & Development
Road & Rail
Semiconductors & Semiconductor Equipment
Software
Specialty Retail
Technology Hardware, Storage & Peripherals
Textiles, Apparel & Luxury Goods
Tobacco
Trading Companies & Distributors
Transportation Infrastructure
Utilities
Water Utilities
""".strip().splitlines()
CHONGQING_DISTRICTS = 38


def rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def split(cell: str) -> list[str]:
    return [part for part in cell.split("|") if part]


def alliances() -> list[dict]:
    return json.loads((ROOT / "alliances" / "data" / "alliances.json").read_text(encoding="utf-8"))


def test_no_data_file_is_left_out_of_these_checks():
    assert {path.stem for path in FOLDER.glob("*.csv")} == set(MINIMUM)


@pytest.mark.parametrize("name", BILINGUAL)
def test_file_is_large_enough(name):
    counted = [row for row in rows(name) if row["parent"] or name not in GROUPED]
    assert len(counted) >= MINIMUM[name]


@pytest.mark.parametrize("name", BILINGUAL)
def test_lines_are_complete_and_trimmed(name):
    for row in rows(name):
        assert None not in (*row, *row.values()), row
        assert all(cell == cell.strip() for cell in row.values()), row
        assert row["label_zh"], row
        assert row["label_en"], row


@pytest.mark.parametrize("name", BILINGUAL)
def test_codes_are_unique_and_well_formed(name):
    codes = [row["code"] for row in rows(name)]
    assert [code for code, times in Counter(codes).items() if times > 1] == []
    # Markets carry the codes of ISO 3166-1 and the acronyms of their groups, in capitals.
    assert [code for code in codes if not CODE.fullmatch(code.lower() if name == "markets" else code)] == []


@pytest.mark.parametrize("name", BILINGUAL)
def test_parents_exist_and_lead_to_a_root(name):
    parent_of = {row["code"]: row["parent"] for row in rows(name)}
    for code in parent_of:
        seen, here = set(), code
        while here:
            assert here in parent_of, code
            assert here not in seen, code
            seen.add(here)
            here = parent_of[here]


@pytest.mark.parametrize("name", BILINGUAL)
def test_each_language_is_written_in_its_own_script(name):
    for row in rows(name):
        english = [row["label_en"], *split(row["synonyms_en"])]
        assert not [text for text in english if HAN.search(text)], row
        assert HAN.search(row["label_zh"]), row
        # Punctuation inside Chinese is full-width.
        assert not re.search(r"[,;:?!()]", row["label_zh"]), row


@pytest.mark.parametrize("name", BILINGUAL)
def test_labels_are_distinct_and_nothing_is_said_twice_in_a_line(name):
    for language in ("zh", "en"):
        labels = [row[f"label_{language}"].lower() for row in rows(name)]
        assert [label for label, times in Counter(labels).items() if times > 1] == []
        for row in rows(name):
            phrases = [text.lower() for text in (row[f"label_{language}"], *split(row[f"synonyms_{language}"]))]
            assert len(phrases) == len(set(phrases)), row


@pytest.mark.parametrize("name", ["sectors", "service_types", "product_categories", "credential_schemes"])
def test_a_phrase_names_one_thing(name):
    owners = defaultdict(set)
    for row in rows(name):
        for language in ("zh", "en"):
            for text in (row[f"label_{language}"], *split(row[f"synonyms_{language}"])):
                owners[text.lower()].add(row["code"])
    assert {text: codes for text, codes in owners.items() if len(codes) > 1} == {}


@pytest.mark.parametrize("name", BILINGUAL)
@pytest.mark.parametrize("column", ["synonyms_zh", "synonyms_en"])
def test_nearly_every_line_has_synonyms(name, column):
    found = rows(name)
    assert sum(bool(row[column]) for row in found) >= 0.9 * len(found)


def test_products_have_hs_codes_of_food_and_drink():
    for row in rows("product_categories"):
        if row["parent"]:
            assert re.fullmatch(r"\d{6}", row["hs6"]), row
            # Chapters 2 to 25, and two that food makers buy from chemistry: glutamates and peptides.
            assert 2 <= int(row["hs6"][:2]) <= 25 or row["hs6"][:2] in {"29", "35"}, row
        else:
            assert not row["hs6"], row


def test_sectors_have_isic_codes():
    for row in rows("sectors"):
        codes = split(row["isic"])
        assert codes, row
        assert all(ISIC.fullmatch(code) for code in codes), row


@pytest.mark.parametrize("industry", INDUSTRIES)
def test_industry_of_a_stock_exchange_list_means_exactly_one_sector(industry):
    found = [
        row["code"] for row in rows("sectors")
        if industry.lower() in {row["label_en"].lower(), *(text.lower() for text in split(row["synonyms_en"]))}
    ]
    assert len(found) == 1, found


@pytest.mark.parametrize("term", [
    "信用证", "福费廷", "保理", "绿色债券", "第二方意见", "内保外贷", "跨境双向人民币资金池",
    "公司秘书", "清关",
    "海外仓", "AEO 认证", "工艺设计", "可行性研究", "环境影响评价", "BIM", "Green Mark", "马德里商标", "PCT",
    "FTO 自由实施分析", "海关备案", "专利无效", "数据合规",
])
def test_terms_of_the_trade_are_known(term):
    assert [row for row in rows("service_types") if term in {row["label_zh"], *split(row["synonyms_zh"])}]


@pytest.mark.parametrize(("code", "hs6"), [
    ("preserved.zhacai", "200599"), ("sauces.hotpot-base", "210390"), ("spices.sichuan-pepper", "091099"),
    ("fruit.navel-orange", "080510"), ("fruit.lemon", "080550"), ("fruit.wushan-crisp-plum", "080940"),
    ("tea-coffee.chrysanthemum", "121190"), ("alcohol.baijiu", "220890"), ("dairy-eggs.honey", "040900"),
])
def test_chongqing_specialities_are_classified(code, hs6):
    assert {row["code"]: row["hs6"] for row in rows("product_categories")}[code] == hs6


def test_credential_schemes_name_issuer_and_kind():
    kinds = {"licence", "certificate", "qualification", "registration", "approval"}
    countries = {row["code"] for row in rows("markets")} | {""}
    codes = {entry["code"] for entry in alliances()} | {""}
    for row in rows("credential_schemes"):
        assert row["kind"] in kinds, row
        assert row["country"] in countries, row
        assert row["alliance"] in codes, row
        assert not row["parent"] or (HAN.search(row["issuer_zh"]) and row["issuer_en"]), row
        assert not HAN.search(row["issuer_en"]), row
        assert row["licence"] == "yes" or not (row["parent"] and row["kind"] == "licence"), row


def test_markets_belong_to_known_groups_and_name_parts_of_china_as_such():
    found = {row["code"]: row for row in rows("markets")}
    groups = {code for code, row in found.items() if row["kind"] == "group"}
    for code, row in found.items():
        assert code in groups or re.fullmatch(r"[A-Z]{2}", code), row
        assert set(split(row["groups"])) <= groups, row
    assert sum("ASEAN" in split(row["groups"]) for row in found.values()) == 11
    assert sum("RCEP" in split(row["groups"]) for row in found.values()) == 15
    assert [found[code]["label_zh"] for code in ("HK", "MO", "TW")] == ["中国香港", "中国澳门", "中国台湾"]


def test_places_cover_chongqing_and_know_their_country():
    found = rows("places")
    countries = {row["code"] for row in rows("markets")}
    assert sum(row["parent"] == "cn-cq" and row["kind"] == "district" for row in found) == CHONGQING_DISTRICTS
    assert all(row["country"] in countries and row["kind"] in {"city", "district", "zone"} for row in found)
    assert all(row["parent"] for row in found if row["kind"] != "city")


def test_every_decision_has_several_reasons():
    topics = Counter(topic for row in rows("reasons") for topic in split(row["applies_to"]))
    assert set(topics) == {
        "return", "return_profile", "reject", "suspend", "end", "decline", "close_introduction", "pin", "suppress",
        "no_list", "close_need",
    }
    assert min(topics.values()) >= 5


def test_money_bands_follow_each_other_without_gaps():
    found = rows("money_bands")
    assert [row["ordinal"] for row in found] == [str(number) for number in range(6)]
    for currency in ("sgd", "cny"):
        assert [row[f"{currency}_high"] for row in found[:-1]] == [row[f"{currency}_low"] for row in found[1:]]
        assert found[0][f"{currency}_low"] == "0"
        assert found[-1][f"{currency}_high"] == ""


def test_alliances_are_complete_in_both_languages():
    found = alliances()
    assert [entry["code"] for entry in found] == [
        "financial", "investment-trade", "engineering-design", "intellectual-property"
    ]
    schemes = {row["code"] for row in rows("credential_schemes")}
    for entry in found:
        assert HAN.search(entry["name_zh"])
        assert not HAN.search(entry["name_en"] + entry["summary_en"])
        assert HAN.search(entry["summary_zh"])
        assert set(entry["secretariats"]) == {"CN", "SG"}
        for items in (entry["criteria"], entry["checklist"]):
            assert len(items) >= 6
            assert len({item["code"] for item in items}) == len(items)
            assert all(HAN.search(item["zh"]) and not HAN.search(item["en"]) for item in items)
            assert {item["credential_scheme"] for item in items if "credential_scheme" in item} <= schemes


def test_every_alliance_covers_the_service_types_marked_as_its_own():
    types = rows("service_types")
    for entry in alliances():
        own = {row["code"] for row in types if row["alliance"] == entry["code"] and not row["parent"]}
        assert set(entry["service_types"]) == own
        assert sum(row["parent"] in own for row in types) >= 25
        assert {row["alliance"] for row in types if row["parent"] in own} == {entry["code"]}
