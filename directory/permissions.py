"""Who may see and do what with companies and their things. One policy per thing, asked from current rows.

Rights rest on :class:`CompanyMember` rows and on platform staff. Rooms above add the right to review (alliance
staff) with :func:`register_reviewer`; this room knows none of them. A policy reads its role once, so make a new
one for every request or action and never keep it.
"""

from collections.abc import Callable
from functools import cached_property
from typing import Any

from django.db.models import QuerySet

from directory.models import (
    Company,
    CompanyMember,
    Confidentiality,
    Credential,
    MemberRole,
    Need,
    NeedState,
    Product,
)

Test = Callable[[Any, Company], bool]
_reviewer_tests: list[Test] = []
_evidence_tests: list[Test] = []

EDITING_ROLES = (MemberRole.OWNER, MemberRole.EDITOR)


def register_reviewer(test: Test) -> None:
    """Add a test ``(user, company) -> bool`` for people who may review the publication and claims of a company."""
    if test not in _reviewer_tests:
        _reviewer_tests.append(test)


def register_evidence_reader(test: Test) -> None:
    """Add a test for people who may open the evidence files of a company that is not theirs."""
    if test not in _evidence_tests:
        _evidence_tests.append(test)


def is_platform_staff(user: Any) -> bool:
    """Say whether the person runs the platform."""
    return bool(user.is_active and (user.is_staff or user.is_superuser))


def is_person(user: Any) -> bool:
    """Say whether somebody is signed in with an account in use."""
    return bool(getattr(user, "is_authenticated", False) and user.is_active)


class CompanyPolicy:
    """What one person may do with one company."""

    def __init__(self, user: Any, company: Company) -> None:
        self.user = user
        self.company = company

    @cached_property
    def role(self) -> str:
        """The person's role in the company, ``""`` for strangers."""
        if not is_person(self.user):
            return ""
        rows = CompanyMember.objects.filter(company_id=self.company.pk, user_id=self.user.pk)
        return rows.values_list("role", flat=True).first() or ""

    @property
    def is_member(self) -> bool:
        """Say whether the person speaks for the company in any role."""
        return bool(self.role)

    @property
    def may_view(self) -> bool:
        """Everybody sees a published company; members and reviewers see the rest."""
        return self.company.is_visible or self.is_member or self.may_review

    @property
    def may_view_private(self) -> bool:
        """Drafts, private needs, contact person, no-list: for members only."""
        return self.is_member

    @property
    def may_edit(self) -> bool:
        """Owners and editors change the profile and what belongs to it."""
        return self.role in EDITING_ROLES

    @property
    def may_submit(self) -> bool:
        """Owners and editors send the profile to review."""
        return self.may_edit

    @property
    def may_withdraw(self) -> bool:
        """Only owners take a company off the directory."""
        return self.role == MemberRole.OWNER

    @property
    def may_manage_members(self) -> bool:
        """Only owners decide who speaks for the company."""
        return self.role == MemberRole.OWNER

    @property
    def may_review(self) -> bool:
        """Platform staff, and whom rooms above name; never somebody who speaks for the company."""
        if not is_person(self.user) or self.is_member:
            return False
        return is_platform_staff(self.user) or any(test(self.user, self.company) for test in _reviewer_tests)

    @property
    def may_read_evidence(self) -> bool:
        """Members, platform staff, and alliance staff while the company applies to them."""
        if self.is_member:
            return True
        if not is_person(self.user):
            return False
        return is_platform_staff(self.user) or any(test(self.user, self.company) for test in _evidence_tests)


class OwnedPolicy:
    """What one person may do with a thing of a company; members see it, owners and editors change it."""

    def __init__(self, user: Any, record: Any) -> None:
        self.user = user
        self.record = record
        self.company_policy = CompanyPolicy(user, record.company)

    @property
    def may_view(self) -> bool:
        """Members, and everybody where the company is published."""
        return self.company_policy.is_member or self.record.company.is_visible

    @property
    def may_edit(self) -> bool:
        """Owners and editors of the company."""
        return self.company_policy.may_edit


class CredentialPolicy(OwnedPolicy):
    """The stated facts are as visible as the company; the evidence file is not."""

    record: Credential

    @property
    def may_read_evidence(self) -> bool:
        """See :attr:`CompanyPolicy.may_read_evidence`."""
        return self.company_policy.may_read_evidence


class NeedPolicy(OwnedPolicy):
    """Private needs, drafts and closed needs concern their company alone."""

    record: Need

    @property
    def may_view(self) -> bool:
        """Members; everybody where the need is open, not private and of a published company."""
        shown = (
            self.record.state == NeedState.OPEN
            and self.record.live
            and self.record.confidentiality != Confidentiality.PRIVATE
            and self.record.company.is_visible
        )
        return self.company_policy.is_member or shown


# --- Query-time filters: lists never load what the reader may not see ----------------------------------


def companies_for(user: Any) -> QuerySet[Company]:
    """Companies that the person speaks for, in any role."""
    if not is_person(user):
        return Company.objects.none()
    return Company.objects.filter(members__user=user)


def editable_companies_for(user: Any) -> QuerySet[Company]:
    """Companies that the person may change."""
    if not is_person(user):
        return Company.objects.none()
    return Company.objects.filter(members__user=user, members__role__in=EDITING_ROLES)


def needs_for(user: Any) -> QuerySet[Need]:
    """Needs of the person's companies."""
    return Need.objects.filter(company__in=companies_for(user))


def products_for(user: Any) -> QuerySet[Product]:
    """Products of the person's companies."""
    return Product.objects.filter(company__in=companies_for(user))
