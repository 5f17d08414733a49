"""One alliance with its people, one company with its owner, and the coded reasons."""

from types import SimpleNamespace

import pytest

from directory.models import TermKind
from tests.factories import (
    AllianceFactory,
    AllianceStaffFactory,
    CompanyFactory,
    CompanyMemberFactory,
    TermFactory,
    UserFactory,
)

CHECKLIST = [
    {"code": "identity", "zh": "主体身份", "en": "Identity"},
    {"code": "licence", "zh": "执业许可", "en": "Licence", "credential_scheme": "pe-licence"},
]


@pytest.fixture
def reasons(db):
    topics = ("reject", "return", "suspend", "end", "pin", "suppress")
    return {
        topic: TermFactory(kind=TermKind.REASON, code=f"why-{topic}", extra={"applies_to": topic})
        for topic in topics
    }


@pytest.fixture
def kit(reasons):
    """``alliance`` with ``reviewer``, ``reviewer2``, ``manager``, ``head``; ``other`` staff elsewhere; a company."""
    alliance = AllianceFactory(code="engineering", checklist=CHECKLIST)
    staff = {
        name: AllianceStaffFactory(alliance=alliance, **traits).user
        for name, traits in {
            "reviewer": {},
            "reviewer2": {},
            "manager": {"manager": True},
            "head": {"head": True},
        }.items()
    }
    elsewhere = AllianceStaffFactory(head=True)
    company = CompanyFactory()
    owner = CompanyMemberFactory(company=company).user
    return SimpleNamespace(
        alliance=alliance,
        company=company,
        owner=owner,
        other=elsewhere.user,
        other_alliance=elsewhere.alliance,
        platform=UserFactory(platform=True),
        stranger=UserFactory(),
        reasons=reasons,
        **staff,
    )
