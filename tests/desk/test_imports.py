"""Bringing in a list on the desk: preview, rows with errors, duplicates, all or nothing, undo, own alliance only."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from directory.models import Company, ImportRun
from tests.desk.test_access import _no_second_factor, url
from tests.factories import AllianceStaffFactory, CompanyFactory, CompanyMemberFactory

__all__ = ["_no_second_factor"]

LIST = "公司名称,国家,简介\n重庆新桥梁有限公司,CN,修桥的公司\nNew Harbour Pte Ltd,SG,Harbour works\n"


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path


def upload(client, alliance, text=LIST, name="名单.csv", encoding="utf-8"):
    data = text if isinstance(text, bytes) else text.encode(encoding)
    return client.post(url("imports", alliance.code), {"file": SimpleUploadedFile(name, data)})


def page_of(alliance, response):
    assert response.status_code == 302
    return url("imports", alliance.code) + response.url


@pytest.mark.parametrize(
    ("person", "status"),
    [
        ("manager", 200),
        ("head", 200),
        ("reviewer", 403),
        ("other", 403),
        ("platform", 403),
        ("stranger", 403),
    ],
)
def test_managers_import(client, kit, person, status):
    client.force_login(getattr(kit, person))
    assert client.get(url("imports", kit.alliance.code)).status_code == status
    assert upload(client, kit.alliance).status_code == (302 if status == 200 else 403)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_nothing_is_saved_before_it_was_seen_and_everything_can_be_undone(client, kit, encoding):
    client.force_login(kit.manager)
    before = Company.objects.count()
    page = page_of(kit.alliance, upload(client, kit.alliance, encoding=encoding))
    body = client.get(page).content.decode()
    assert "重庆新桥梁有限公司" in body
    assert "名单.csv" in body
    assert Company.objects.count() == before
    assert client.post(page, {"publish": "on", "name": "名单.csv"}).status_code == 302
    run = ImportRun.objects.get()
    assert (run.created_count, run.alliance_code, run.started_by) == (2, kit.alliance.code, kit.manager)
    assert Company.objects.visible().filter(legal_name_zh="重庆新桥梁有限公司").exists()
    assert client.get(page).status_code == 404
    assert client.post(url("import_undo", kit.alliance.code, run.pk)).status_code == 302
    assert Company.objects.count() == before
    assert client.post(url("import_undo", kit.alliance.code, run.pk)).status_code == 302
    run.refresh_from_db()
    assert run.state == ImportRun.State.UNDONE


def test_a_list_with_an_error_is_not_saved_at_all(client, kit):
    client.force_login(kit.manager)
    page = page_of(kit.alliance, upload(client, kit.alliance, LIST + ",SG,无名公司\n"))
    body = client.get(page).content.decode()
    assert "upload it again" in body
    client.post(page, {"publish": "on"})
    assert not ImportRun.objects.exists()


def test_a_firm_of_somebody_else_is_skipped_and_never_overwritten(client, kit):
    theirs = CompanyFactory(legal_name_zh="重庆新桥梁有限公司", legal_name_en="", summary_zh="原来的话")
    CompanyMemberFactory(company=theirs)
    client.force_login(kit.manager)
    page = page_of(kit.alliance, upload(client, kit.alliance))
    assert "same name" in client.get(page).content.decode()
    client.post(page, {"publish": "on", "on_duplicate": "update"})
    theirs.refresh_from_db()
    assert theirs.summary_zh == "原来的话"
    assert ImportRun.objects.get().skipped_count == 1


def test_columns_can_be_chosen_by_hand(client, kit):
    client.force_login(kit.manager)
    page = page_of(kit.alliance, upload(client, kit.alliance, "怪列,国家\n重庆新桥梁有限公司,CN\n"))
    assert "重庆新桥梁有限公司" not in client.get(page).content.decode()
    assert "重庆新桥梁有限公司" in client.get(page, {"c0": "name", "c1": "country"}).content.decode()
    assert client.get(page, {"c0": "name", "c1": "name"}).status_code == 200
    client.post(page, {"c0": "name", "c1": "country", "publish": "on"})
    assert ImportRun.objects.get().created_count == 1


@pytest.mark.parametrize(
    "data", [b"", b"\x00\xff" * 40, b"PK\x03\x04broken", b"\xd0\xcf\x11\xe0old", b"MZ\x90"]
)
def test_what_is_no_list_is_refused_kindly(client, kit, data):
    client.force_login(kit.manager)
    assert upload(client, kit.alliance, data, name="x.csv").status_code == 422
    assert client.post(url("imports", kit.alliance.code), {}).status_code == 422


def test_an_upload_belongs_to_its_uploader_and_alliance(client, kit):
    client.force_login(kit.manager)
    page = page_of(kit.alliance, upload(client, kit.alliance))
    AllianceStaffFactory(alliance=kit.other_alliance, user=kit.manager, head=True)
    assert client.get(page.replace(kit.alliance.code, kit.other_alliance.code)).status_code == 404
    client.force_login(kit.head)
    assert client.get(page).status_code == 404
    for token in ("..", "u" + "0" * 32, "x"):
        assert client.get(url("imports", kit.alliance.code) + f"{token}/").status_code == 404


def test_an_import_of_another_alliance_cannot_be_undone_here(client, kit):
    run = ImportRun.objects.create(
        file_name="x", sha256="x", alliance_code=kit.other_alliance.code, state="done"
    )
    client.force_login(kit.head)
    assert client.post(url("import_undo", kit.alliance.code, run.pk)).status_code == 404
    run.refresh_from_db()
    assert run.state == "done"
