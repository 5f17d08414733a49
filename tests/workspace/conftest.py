"""A member, their company and a signed-in browser."""

import pytest

from directory.models import Company
from tests.factories import CompanyFactory, CompanyMemberFactory, TermFactory, UserFactory

NUMBER = "914403001922038216"


@pytest.fixture
def owner(db):
    return UserFactory()


@pytest.fixture
def company(owner):
    return CompanyMemberFactory(user=owner).company


@pytest.fixture
def browser(client, owner):
    client.force_login(owner)
    return client


@pytest.fixture
def stranger(client):
    """A client signed in as the owner of another company."""
    other = CompanyMemberFactory(company=CompanyFactory(singapore=True)).user
    client.force_login(other)
    return client


@pytest.fixture
def terms(db):
    return {
        "sector": TermFactory(sector=True, code="agri"),
        "language": TermFactory(language=True, code="zh"),
        "service": TermFactory(code="log.cold", label_zh="冷链运输", label_en="Cold chain transport"),
        "category": TermFactory(category=True, code="fruit.orange", extra={"hs6": "080510"}),
        "market": TermFactory(market=True, code="SG"),
        "scheme": TermFactory(scheme=True, code="haccp"),
    }


@pytest.fixture
def draft(browser, owner):
    """A company that the owner just began in the browser."""
    browser.post("/zh-hans/join/register/", {"country": "CN", "number": NUMBER})
    return Company.objects.get(number=NUMBER)
