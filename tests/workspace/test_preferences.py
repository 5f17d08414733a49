"""The page of companies that one wants to meet."""

import pytest

from directory.models import MustMeet
from matchmaking.core.models import AuditEvent
from tests.factories import CompanyFactory, CompanyMemberFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def company():
    return CompanyFactory()


@pytest.fixture
def browser(client, company):
    client.force_login(CompanyMemberFactory(company=company).user)
    return client


def test_asked_marked_seen_and_removed(browser, company):
    other = CompanyFactory(singapore=True, legal_name_en="Dream Pte Ltd", slug="dream")
    assert "Dream Pte Ltd" in browser.get("/en/my/must-meet/?company=dream").content.decode()
    browser.post("/en/my/must-meet/", {"company": "dream"})
    assert MustMeet.objects.get().wanted == other
    assert "Dream Pte Ltd" in browser.get("/en/my/must-meet/").content.decode()
    assert AuditEvent.objects.filter(action="must_meet.add", company_id=company.pk).exists()
    browser.post("/en/my/must-meet/", {"company": "dream", "remove": "1"})
    assert not MustMeet.objects.exists()
    assert browser.post("/en/my/must-meet/", {"company": "dream", "remove": "1"}).status_code == 404


def test_the_page_in_chinese(browser):
    html = browser.get("/zh-hans/my/must-meet/").content.decode()
    assert "想见" in html
    assert "Want to meet" not in html


@pytest.mark.parametrize("slug", ["nobody", "", "x" * 3000, "'; drop table", "\u202e\x00", "🦄"])
def test_nonsense_marks_nobody(browser, slug):
    assert browser.post("/en/my/must-meet/", {"company": slug}).status_code in (400, 404)
    assert browser.get("/en/my/must-meet/", {"company": slug}).status_code in (200, 400)
    assert not MustMeet.objects.exists()


def test_hidden_companies_and_oneself(browser, company):
    hidden = CompanyFactory(draft=True, slug="hidden", legal_name_en="Hidden Firm")
    assert browser.post("/en/my/must-meet/", {"company": hidden.slug}).status_code == 404
    assert "Hidden Firm" not in browser.get("/en/my/must-meet/?company=hidden").content.decode()
    browser.post("/en/my/must-meet/", {"company": company.slug})
    assert not MustMeet.objects.exists()
