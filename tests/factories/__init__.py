"""Factories with traits; one module per room."""

from tests.factories.alliances import AllianceFactory, AllianceStaffFactory, MembershipFactory
from tests.factories.directory import (
    CompanyFactory,
    CompanyMemberFactory,
    CredentialFactory,
    NeedFactory,
    OfferFactory,
    ProductFactory,
    TermFactory,
)
from tests.factories.introductions import IntroductionFactory
from tests.factories.users import UserFactory

__all__ = [
    "AllianceFactory",
    "AllianceStaffFactory",
    "CompanyFactory",
    "CompanyMemberFactory",
    "CredentialFactory",
    "IntroductionFactory",
    "MembershipFactory",
    "NeedFactory",
    "OfferFactory",
    "ProductFactory",
    "TermFactory",
    "UserFactory",
]
