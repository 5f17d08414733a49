"""Bringing in lists: encodings, delimiters, workbooks, broken rows, duplicates, all or nothing, undo."""

import io
import json
import random
import zipfile
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from openpyxl import Workbook

from directory.importing import (
    FileRefused,
    MappingError,
    apply_import,
    check_file,
    parse_map,
    register_importer,
    undo_import,
)
from directory.importing import rights as rights_module
from directory.importing.escaping import escape_formula
from directory.importing.reader import MAX_BYTES, decode, read_table
from directory.importing.rows import clean_name, clean_url, summary_of
from directory.models import Company, ImportRun
from matchmaking.core.actions import InvalidTransition
from matchmaking.core.models import AuditEvent, OutboxEntry
from tests.factories import CompanyFactory, CompanyMemberFactory, NeedFactory, TermFactory, UserFactory

pytestmark = pytest.mark.django_db
# Read where it lies, beside the project; never copied into it.
FIRMS = Path(__file__).resolve().parents[3] / "shared" / "data" / "firms"
HEAD = "企业名称,国家,简介\n"


def listing(text, encoding="utf-8", name="list.csv"):
    file = BytesIO(text if isinstance(text, bytes) else text.encode(encoding))
    file.name = name
    return file


def check(text, encoding="utf-8", **options):
    return check_file(listing(text, encoding), **options)


def codes(preview):
    return [(error.code, error.line, error.column) for error in preview.errors]


def workbook(rows, change=None):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    if change:
        change(book.active)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


# --- Reading ---


@pytest.mark.parametrize(
    ("encoding", "read_as", "guessed"),
    [
        ("utf-8", "utf-8", False), ("utf-8-sig", "utf-8-sig", False), ("utf-16", "utf-16", False),
        ("gb18030", "gb18030", True), ("gbk", "gb18030", True),
    ],
)  # fmt: skip
def test_encodings_are_told_apart(encoding, read_as, guessed):
    table = read_table((HEAD + "重庆巴山食品有限公司,中国,做榨菜\n").encode(encoding))
    assert table.header[0] == "企业名称"
    assert table.rows[0][1][0] == "重庆巴山食品有限公司"
    assert (table.encoding, table.encoding_guessed) == (read_as, guessed)


def test_utf16_of_both_byte_orders():
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        assert read_table(mark + (HEAD + "甲,中国,\n").encode(encoding)).rows[0][1][0] == "甲"


def test_four_byte_characters_of_gb18030_survive():
    rare = "".join(chr(code) for code in random.Random(3).sample(range(0x3400, 0x4DB0), 20))
    encoded = f"名称\n{rare}公司\n".encode("gb18030")
    text, encoding, guessed = decode(encoded)
    assert rare in text
    assert (encoding, guessed) == ("gb18030", True)
    assert check(encoded, country="CN").rows[0].name == f"{rare}公司"


@pytest.mark.parametrize(
    "data", [b"name\n\xff\xff\xff\n", b"\x89PNG\r\n\x00\x00", "name\nx\n".encode("utf-16-le"), b"\xff\xfex"]
)
def test_bytes_that_are_no_text_are_refused(data):
    with pytest.raises(FileRefused) as refused:
        read_table(data)
    assert refused.value.issue.code in {"encoding", "empty"}


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends(delimiter, end):
    rows = [["name", "country", "summary"], ["Bashan", "China", f'"a{delimiter} quoted, ""cell"""']]
    preview = check(end.join(delimiter.join(row) for row in rows))
    kept = " ".join(f'a{delimiter} quoted, "cell"'.split())
    assert preview.rows[0].values["description_en"] == kept
    assert preview.table.delimiter == delimiter


def test_lines_are_counted_as_in_the_file():
    preview = check('name,country\n\n"Two\nlines",China\n,China\n')
    assert [row.line for row in preview.rows] == [3, 5]
    assert preview.rows[0].name == "Two lines"
    assert codes(preview) == [("name_missing", 5, "name")]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"), ("name\n", "empty"), (" \n\n", "empty"), ("name,Name\na,b\n", "duplicate_header"),
        (",".join(f"c{n}" for n in range(101)) + "\n1\n", "too_many_columns"),
        ("name\n" + "x\n" * 10_001, "too_many_rows"), ("name\n" + "x" * 200_000 + "\n", "broken_csv"),
    ],
)  # fmt: skip
def test_files_that_are_refused_as_a_whole(text, code):
    with pytest.raises(FileRefused) as refused:
        check(text)
    assert refused.value.issue.code == code
    assert set(refused.value.issue.as_json()) == {"line", "column", "code", "zh", "en"}


def test_the_size_is_checked_before_reading():
    with pytest.raises(FileRefused) as refused:
        check(b"x" * (MAX_BYTES + 1))
    assert refused.value.status == 413


# --- Workbooks ---


def test_a_workbook_is_read_like_a_list():
    data = workbook(
        [
            ["企业名称", "国家", "成立年份"],
            ["重庆巴山食品有限公司", "中国", 1998],
            [],
            ["Lion Foods", "Singapore", 2001.0],
        ]
    )
    preview = check(data)
    assert codes(preview) == []
    assert [row.values["founded"] for row in preview.rows] == [1998, 2001]
    assert preview.rows[1].line == 4


def test_formulae_and_rounded_numbers_are_errors_of_their_cell():
    rows = [["name", "country", "uen", "notes"], ["=1+1", "SG", 9.15001e17, "=2+2"]]
    preview = check(workbook(rows))
    assert ("formula", 2, "name") in codes(preview)
    assert ("number_format", 2, "uen") in codes(preview)
    assert not [one for one in codes(preview) if one[2] == "notes"]


def test_a_million_empty_rows_stop_early():
    data = workbook([["name", "country"], ["Bashan", "CN"]], lambda sheet: sheet.cell(1_048_576, 1, "late"))
    assert len(check(data).rows) == 1


def archive(entries):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, content in entries.items():
            bundle.writestr(name, content)
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (lambda: archive({"xl/workbook.xml": "<x/>", "xl/worksheets/sheet1.xml": b"0" * 60_000_000}), "bomb"),
        (lambda: archive({"xl/workbook.xml": "<x/>", "a": b"0" * 2_000_000}), "bomb"),
        (lambda: archive({"xl/workbook.xml": "<x/>", "inner.zip": b"PK"}), "bomb"),
        (lambda: archive({"xl/workbook.xml": "<x/>"} | {f"e{n}": "x" for n in range(201)}), "bomb"),
        (lambda: archive({"xl/workbook.xml": "<x/>", "xl/vbaProject.bin": "x"}), "macros"),
        (lambda: archive({"word/document.xml": "<x/>"}), "type"),
        (lambda: archive({"xl/workbook.xml": "<x/>"}), "unreadable"),
        (lambda: b"PK\x03\x04 broken", "unreadable"),
        (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600, "encrypted"),
    ],
)
def test_dangerous_or_broken_workbooks_are_refused(data, code):
    with pytest.raises(FileRefused) as refused:
        check(data())
    assert refused.value.issue.code == code


def test_entities_of_a_workbook_are_not_resolved(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("TOPSECRET")
    original = zipfile.ZipFile(BytesIO(workbook([["name", "country"], ["PLACE", "CN"]])))
    evil = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file://{secret}">]>'
    entries = {}
    for name in original.namelist():
        text = original.read(name).decode("utf-8", "replace")
        if name.endswith(("sheet1.xml", "sharedStrings.xml")):
            text = evil + text.split("?>", 1)[-1].replace("PLACE", "&e;")
        entries[name] = text
    try:
        names = [row.name for row in check(archive(entries)).rows]
    except FileRefused:
        names = []
    assert "TOPSECRET" not in names


# --- Columns ---


def test_headers_are_understood_in_both_languages():
    preview = check("公司名称,所在国家,所属行业,网址,Company Name EN\n甲,中国,,,\n")
    assert preview.mapping == {"公司名称": "name", "所在国家": "country", "所属行业": "sector", "网址": "website"}
    assert preview.unmapped == ["Company Name EN"]


def test_the_user_corrects_the_guess():
    chosen = parse_map("Company Name EN=legal_name_en, 网址=-")
    preview = check("公司名称,国家,网址,Company Name EN\n甲,中国,http://a.cn,Alpha\n", mapping=chosen)
    assert preview.rows[0].values["legal_name_en"] == "Alpha"
    assert "website" not in preview.rows[0].values


@pytest.mark.parametrize("text", ["nothing", "=name", "none=name", "名称=colour", "名称=name,国家=name"])
def test_mappings_that_cannot_be(text):
    with pytest.raises(MappingError):
        check("名称,国家\n甲,中国\n", mapping=parse_map(text))


def test_without_a_name_column_nothing_can_be_saved():
    preview = check("a,b\n1,2\n")
    assert codes(preview) == [("no_name_column", 1, "")]


# --- Rows ---


def test_row_errors_name_line_and_column():
    preview = check(
        "name,country,founded,uen\n"
        ",China,,\n"
        "Alpha,Atlantis,,\n"
        "Beta,,,\n"
        "Gamma,Singapore,soon,\n"
        "Delta,Singapore,,200917702X\n"
        "Epsilon,Singapore\n"
        "Zeta,Singapore,,,,x\n"
        f"{'E' * 201},Singapore,,\n"
        "Eta,Singapore,1999-05-01,,,\n"
    )
    assert codes(preview) == [
        ("name_missing", 2, "name"), ("country_unknown", 3, "country"), ("country_missing", 4, "country"),
        ("year", 5, "founded"), ("number", 6, "uen"), ("ragged", 7, ""), ("ragged", 8, ""), ("too_long", 9, "name"),
    ]  # fmt: skip
    assert preview.rows[-1].values["founded"] == 1999


def test_a_missing_country_is_taken_from_the_list_with_a_remark_or_from_the_user():
    rows = "".join(f"Firm {n},Singapore\n" for n in range(12))
    preview = check("name,country\n" + rows + "Last,\n")
    assert preview.rows[-1].values["country"] == "SG"
    assert [remark.code for remark in preview.remarks] == ["country_assumed"]
    assert check("name\nAlpha\n", country="MY").rows[0].values["country"] == "MY"


def test_names_and_texts_go_to_the_language_of_their_script():
    preview = check(
        "name,country,summary\n巴山食品,中国,本公司生产榨菜。产品出口东盟。\nLion,SG,Makes tea. Sells it.\n"
    )
    first, second = (row.values for row in preview.rows)
    assert first["legal_name_zh"] == "巴山食品"
    assert first["summary_zh"] == first["description_zh"] == "本公司生产榨菜。产品出口东盟。"
    assert second["summary_en"] == "Makes tea. Sells it."


def test_terms_are_found_by_what_people_write():
    food = TermFactory(sector=True, code="food", label_zh="食品", label_en="Food", synonyms_en=["Staples"])
    tea = TermFactory(sector=True, code="tea", parent=food, label_zh="茶", synonyms_en=["Tea, Coffee & Cocoa"])
    city = TermFactory(place=True, code="id-jakarta", label_en="Jakarta", extra={"country": "ID"})
    chinese = TermFactory(language=True, code="zh", label_zh="中文", synonyms_en=["Mandarin"])
    preview = check(
        'name,country,sector,industry,city,languages\n'
        'A,Indonesia,Staples,"Tea, Coffee & Cocoa",South Jakarta,"Mandarin, Klingon"\n'
        "B,ID,食品,Unheard of,Nowhere,\n"
    )
    first, second = preview.rows
    assert first.sectors == [tea.pk]
    assert first.values["place_id"] == city.pk
    assert first.languages == [chinese.pk]
    assert second.sectors == [food.pk]
    assert [remark.code for remark in second.remarks] == ["place_unknown"]
    assert [remark.code for remark in first.remarks] == ["language_unknown"]


def test_size_is_read_from_words_or_numbers():
    band = TermFactory(kind="size_band", code="small", label_en="10 to 49 people", extra={"low": "10", "high": "49"})
    preview = check('name,country,staff\nA,SG,"42"\nB,SG,10 to 49 people\nC,SG,many\n')
    assert [row.values.get("size_band_id") for row in preview.rows] == [band.pk, band.pk, None]
    assert [remark.code for remark in preview.remarks] == ["size_unknown"]


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("www.a.com", "http://www.a.com"), ("https://a.com/x", "https://a.com/x"), ("javascript:alert(1)", ""),
        ("//evil.example", "http://evil.example"), ("file:///etc/passwd", ""), ("not a site", ""), ("a.com:8080/x", "http://a.com:8080/x"),
    ],
)  # fmt: skip
def test_web_addresses(written, kept):
    assert clean_url(written) == kept


def test_invisible_characters_leave_names():
    assert clean_name("Al\u202epha\u200b  Foods\ufeff") == "Alpha Foods"


def test_a_summary_is_whole_sentences_and_never_too_long():
    assert summary_of("One Co., Ltd. makes tea. It sells it.", 30) == "One Co., Ltd. makes tea."
    assert summary_of("word " * 200).endswith("word…")
    assert summary_of("C.Q. Pharma sells. C.Q. Holding owns it.", 20) == "C.Q. Pharma sells."
    assert len(summary_of("字" * 1000)) == 400
    assert summary_of("第一句。第二句。", 5) == "第一句。"


# --- Duplicates ---


def test_duplicates_by_number_name_and_likeness():
    known = CompanyFactory(legal_name_zh="重庆巴山食品有限公司", legal_name_en="Bashan Foods Co., Ltd.", slug="bashan")
    numbered = CompanyFactory(singapore=True, legal_name_zh="", legal_name_en="Other", number="200917702G")
    preview = check(
        "name,country,uen\n"
        "重慶巴山食品股份有限公司,中国,\n"
        "BASHAN FOODS COMPANY LIMITED,CN,\n"
        "Bashan Foods,Singapore,\n"
        "Bashan Foodz Ltd,CN,\n"
        "Renamed,SG,2009 17702-g\n"
        "Fresh Ltd,CN,\n"
        "Fresh Pte Ltd,CN,\n"
    )
    assert codes(preview) == []
    found = {line: (one.reason, one.known.pk, one.known.line) for line, one in preview.duplicates.items()}
    assert found == {
        2: ("name", known.pk, None), 3: ("name", known.pk, None), 5: ("similar", known.pk, None),
        6: ("number", numbered.pk, None), 8: ("name", None, 7),
    }  # fmt: skip
    assert [row.line for row in preview.new_rows] == [4, 5, 7]


def test_hidden_companies_are_met_too():
    CompanyFactory(draft=True, legal_name_en="Hidden Ltd", legal_name_zh="")
    assert check("name,country\nHidden Co,CN\n").repeated


# --- Saving and undoing ---


def test_a_list_is_saved_published_unclaimed_and_marked():
    sector = TermFactory(sector=True, code="food", label_en="Food")
    run = apply_import(check("name,country,sector\n重庆巴山食品有限公司,CN,Food\nLion Ltd,SG,\n"), None)
    one = Company.objects.get(legal_name_zh="重庆巴山食品有限公司")
    assert one.slug == "chongqing-bashan-shipin"
    assert (one.is_visible, one.is_claimed, one.import_run_id) == (True, False, run.pk)
    assert list(one.sectors.all()) == [sector]
    assert one.search_version == 2
    assert OutboxEntry.objects.filter(topic="doc", entity_id=one.pk).exists()
    assert (run.created_count, run.skipped_count, run.state) == (2, 0, ImportRun.State.DONE)
    assert AuditEvent.objects.get(action="directory.import_companies").data["created"] == 2


def test_a_draft_import_stays_hidden(client):
    apply_import(check("name,country\nLion Ltd,SG\n"), None, publish=False)
    assert client.get("/en/companies/lion/").status_code == 404


def test_one_bad_row_saves_nothing():
    preview = check("name,country\nGood,SG\n,SG\n")
    with pytest.raises(InvalidTransition):
        apply_import(preview, None)
    assert not Company.objects.exists()
    assert not ImportRun.objects.exists()


def test_a_firm_that_appeared_meanwhile_stops_the_whole_run():
    preview = check("name,country,uen\nAlpha,SG,200917702G\nBeta,SG,\n")
    CompanyFactory(singapore=True, number="200917702G")
    with pytest.raises(InvalidTransition):
        apply_import(preview, None)
    assert Company.objects.count() == 1


def test_formulae_are_stored_as_written_and_escaped_on_the_way_out():
    apply_import(check('name,country\n"=HYPERLINK(""http://x"")",SG\n'), None)
    assert Company.objects.get().legal_name_en == '=HYPERLINK("http://x")'
    for cell in ("=1", "+1", "-1", "@SUM(A1)", "\t=1", " =1"):
        assert escape_formula(cell) == f"'{cell}"
    assert escape_formula("a=1") == "a=1"


def test_duplicates_are_skipped_or_update_what_nobody_speaks_for():
    free = CompanyFactory(legal_name_en="Free Ltd", legal_name_zh="", website="http://old.example", founded=1990)
    claimed = CompanyFactory(legal_name_en="Claimed Ltd", legal_name_zh="", website="http://old.example")
    CompanyMemberFactory(company=claimed)
    text = "name,country,website\nFree Co,CN,http://new.example\nClaimed Co,CN,http://new.example\n"
    skipped = apply_import(check(text), None)
    assert (skipped.created_count, skipped.updated_count, skipped.skipped_count) == (0, 0, 2)
    run = apply_import(check(text), None, on_duplicate="update")
    for company in (free, claimed):
        company.refresh_from_db()
    assert (run.updated_count, run.skipped_count) == (1, 1)
    assert free.website == "http://new.example"
    assert free.founded == 1990
    assert claimed.website == "http://old.example"
    undo_import(run, None)
    free.refresh_from_db()
    assert (free.website, free.legal_name_en) == ("http://old.example", "Free Ltd")


def test_an_update_of_sectors_is_undone_too():
    old, new = TermFactory(sector=True, code="old"), TermFactory(sector=True, code="new", label_en="New")
    company = CompanyFactory(legal_name_en="Free Ltd", legal_name_zh="")
    company.sectors.set([old])
    company.save()
    run = apply_import(check("name,country,sector\nFree Ltd,CN,New\n"), None, on_duplicate="update")
    assert list(Company.objects.get().sectors.all()) == [new]
    undo_import(run, None)
    assert list(Company.objects.get().sectors.all()) == [old]


def test_undo_takes_the_whole_run_back_once_and_keeps_what_was_claimed():
    other = CompanyFactory()
    run = apply_import(check("name,country\nA1,SG\nB1,SG\nC1,SG\n"), None)
    claimed = Company.objects.get(legal_name_en="A1")
    CompanyMemberFactory(company=claimed)
    NeedFactory(company=Company.objects.get(legal_name_en="B1"))
    OutboxEntry.objects.all().delete()
    undone = undo_import(run, None)
    assert set(Company.objects.all()) == {other, claimed}
    assert undone.undone_at is not None
    marked = OutboxEntry.objects.filter(topic="doc", entity="company").values_list("entity_id", flat=True)
    assert len(set(marked)) == 2
    with pytest.raises(InvalidTransition):
        undo_import(run, None)


def test_only_those_may_import_whom_the_platform_or_a_room_above_trusts(monkeypatch):
    preview = check("name,country\nLion Ltd,SG\n")
    person = UserFactory()
    with pytest.raises(PermissionDenied):
        apply_import(preview, person)
    assert not ImportRun.objects.exists()
    monkeypatch.setattr(rights_module, "_tests", [])
    register_importer(lambda user: user == person)
    assert apply_import(preview, person).started_by == person
    with pytest.raises(PermissionDenied):
        undo_import(ImportRun.objects.get(), UserFactory())


# --- The command ---


@pytest.fixture
def saved(tmp_path):
    def write(text, name="list.csv"):
        (tmp_path / name).write_text(text, encoding="utf-8")
        return str(tmp_path / name)

    return write


def run_command(*args, **options):
    out = StringIO()
    call_command("import_companies", *args, stdout=out, **options)
    return out.getvalue()


def test_the_command_checks_saves_and_undoes(saved):
    path = saved("Firma,country,symbol\nLion Ltd,SG,1A0.SI\n")
    with pytest.raises(CommandError, match="1 errors"):
        run_command(path)
    mapping = "Firma=legal_name_en,symbol=symbol"
    assert "1 new" in run_command(path, map=mapping, dry_run=True)
    assert not Company.objects.exists()
    result = json.loads(run_command(path, map=mapping, json=True))
    company = Company.objects.get()
    assert (company.scheme, company.number) == ("other", "SGX:1A0")
    assert (result["created"], result["errors"]) == (1, [])
    run_command(undo=result["run"])
    assert not Company.objects.exists()
    for bad in ({"undo": result["run"]}, {"undo": 999}):
        with pytest.raises(CommandError):
            run_command(**bad)


def test_the_command_fails_in_one_line(saved):
    for args, options in (
        ((), {}), (("/no/such/file.csv",), {}), ((saved(""),), {}), ((saved("name\nA\n"),), {"country": "Atlantis"}),
        ((saved("name\nA\n"),), {"map": "zzz=name"}), ((saved("name\nA\n"),), {}),
    ):  # fmt: skip
        with pytest.raises(CommandError):
            run_command(*args, **options)


def test_errors_in_json_come_in_both_languages(saved):
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("import_companies", saved("name,country\nA,Atlantis\n"), json=True, stdout=out)
    error = json.loads(out.getvalue())["errors"][0]
    assert (error["line"], error["column"], error["code"]) == (2, "country", "country_unknown")
    assert "Atlantis" in error["en"]
    assert "Atlantis" in error["zh"]


@pytest.mark.skipif(not FIRMS.exists(), reason="the folder of real lists is not here")
def test_the_three_real_lists_come_in_untouched():
    call_command("load_taxonomy", verbosity=0)
    runs = [apply_import(check_file(FIRMS / f"{name}.csv"), None) for name in (
        "chongqing_listed", "singapore_listed", "asean_food",
    )]  # fmt: skip
    assert [run.created_count + run.skipped_count for run in runs] == [40, 461, 242]
    assert all(run.created_count > 30 for run in runs)
    companies = Company.objects.visible()
    assert companies.count() == sum(run.created_count for run in runs)
    assert not companies.filter(members__isnull=False).exists()
    zhacai = companies.get(legal_name_zh__contains="涪陵榨菜")
    assert zhacai.place.code.startswith("cn-cq")
    assert zhacai.sectors.count() >= 1
    assert zhacai.description_en.startswith(zhacai.summary_en.rstrip("…")[:40])
    assert companies.filter(number__isnull=False).count() == 0
    assert companies.filter(sectors=None).count() < 0.03 * companies.count()
    assert set(companies.values_list("country", flat=True)) == {"CN", "SG", "MY", "TH", "ID"}
