"""Policies: who sees and does what, from current rows."""

import pytest
from django.contrib.auth.models import AnonymousUser

from directory import permissions
from directory.models import CompanyMember
from directory.permissions import CompanyPolicy, CredentialPolicy, NeedPolicy, companies_for, needs_for
from tests.factories import (
    CompanyFactory,
    CompanyMemberFactory,
    CredentialFactory,
    NeedFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
RIGHTS = ("may_view", "may_view_private", "may_edit", "may_submit", "may_withdraw", "may_manage_members", "may_review")


def rights(user, company):
    policy = CompanyPolicy(user, company)
    return {name for name in RIGHTS if getattr(policy, name)}


@pytest.fixture
def draft():
    return CompanyFactory(draft=True)


def test_strangers_see_published_companies_only(draft):
    for person in (AnonymousUser(), UserFactory()):
        assert rights(person, draft) == set()
        assert rights(person, CompanyFactory()) == {"may_view"}
        assert rights(person, CompanyFactory(suspended=True)) == set()


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("viewer", {"may_view", "may_view_private"}),
        ("editor", {"may_view", "may_view_private", "may_edit", "may_submit"}),
        ("owner", set(RIGHTS) - {"may_review"}),
    ],
)
def test_members_by_role(draft, role, expected):
    assert rights(CompanyMemberFactory(company=draft, role=role).user, draft) == expected


def test_platform_staff_review_but_do_not_edit(draft):
    assert rights(UserFactory(platform=True), draft) == {"may_view", "may_review"}


def test_rights_end_with_the_row(draft):
    member = CompanyMemberFactory(company=draft)
    CompanyMember.objects.all().delete()
    assert rights(member.user, draft) == set()


def test_a_deactivated_person_has_no_rights(draft):
    member = CompanyMemberFactory(company=draft)
    member.user.is_active = False
    assert rights(member.user, draft) == set()
    assert not companies_for(member.user).exists()


def test_rooms_above_name_reviewers(draft, monkeypatch):
    reviewer = UserFactory()
    monkeypatch.setattr(permissions, "_reviewer_tests", [])
    permissions.register_reviewer(lambda user, company: user == reviewer and company == draft)
    assert rights(reviewer, draft) == {"may_view", "may_review"}
    assert "may_review" not in rights(reviewer, CompanyFactory())
    CompanyMemberFactory(company=draft, user=reviewer, role="viewer")
    assert "may_review" not in rights(reviewer, draft)


@pytest.mark.parametrize("needs", [{"private": True}, {"state": "draft"}, {"state": "closed"}])
def test_needs_that_concern_their_company_alone(needs):
    need = NeedFactory(**needs)
    member = CompanyMemberFactory(company=need.company, role="viewer").user
    assert NeedPolicy(member, need).may_view
    assert not NeedPolicy(member, need).may_edit
    for person in (AnonymousUser(), UserFactory(), UserFactory(platform=True)):
        assert not NeedPolicy(person, need).may_view
        assert need not in needs_for(person)


def test_open_needs_are_seen_by_all_while_the_company_is_published():
    assert NeedPolicy(AnonymousUser(), NeedFactory()).may_view
    assert not NeedPolicy(AnonymousUser(), NeedFactory(company=CompanyFactory(draft=True))).may_view


def test_evidence_is_for_members_platform_and_named_readers(monkeypatch):
    credential = CredentialFactory()
    reader = UserFactory()
    monkeypatch.setattr(permissions, "_evidence_tests", [lambda user, company: user == reader])
    member = CompanyMemberFactory(company=credential.company, role="viewer").user
    for person in (member, reader, UserFactory(platform=True)):
        assert CredentialPolicy(person, credential).may_read_evidence
    for person in (AnonymousUser(), UserFactory(), CompanyMemberFactory().user):
        assert not CredentialPolicy(person, credential).may_read_evidence
