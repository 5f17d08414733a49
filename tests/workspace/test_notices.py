"""Mails about a company's own affairs, written by the worker in the reader's language."""

import pytest

from directory.actions import (
    ApproveClaim,
    ClaimCompany,
    InviteMember,
    RejectClaim,
    ReturnCompany,
    RevokeInvitation,
    SubmitCompany,
)
from directory.models import Company
from matchmaking.core import outbox
from matchmaking.core.models import OutboxEntry
from tests.directory.test_actions import draft_company, published_company
from tests.factories import CompanyFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def reviewer(db):
    return UserFactory(platform=True)


def mails(mailoutbox):
    outbox.drain_all(topics=["notify"])
    return [(mail.to[0], mail.subject, mail.body) for mail in mailoutbox]


def test_an_invitation_carries_the_link_that_works(owner, company, mailoutbox, client):
    invitation = InviteMember(owner, company, "new@example.org", "viewer").run()
    ((to, _, body),) = mails(mailoutbox)
    assert to == "new@example.org"
    path = next(word for word in body.split() if "/my/invitations/" in word)
    client.force_login(UserFactory(email="new@example.org"))
    assert client.post("/" + path.split("/", 3)[3]).status_code == 302
    assert company.members.filter(user__email="new@example.org").exists()
    assert invitation.token not in str(list(OutboxEntry.objects.values()))


def test_a_revoked_invitation_is_not_sent(owner, company, mailoutbox):
    RevokeInvitation(owner, InviteMember(owner, company, "new@example.org", "viewer").run()).run()
    assert mails(mailoutbox) == []


@pytest.mark.parametrize(("language", "prefix"), [("en", "/en/"), ("zh-hans", "/zh-hans/")])
def test_publication_is_told_in_the_readers_language(owner, reviewer, mailoutbox, language, prefix):
    owner.language = language
    owner.save()
    company = published_company(owner, reviewer)
    ((to, _, body),) = mails(mailoutbox)
    assert to == owner.email
    assert f"{prefix}companies/{company.slug}/" in body


def test_a_return_is_told_without_its_reasons(owner, reviewer, mailoutbox):
    company = draft_company(owner)
    SubmitCompany(owner, company).run()
    ReturnCompany(reviewer, company, ["profile.unclear"], "内部说明").run()
    ((_, _, body),) = mails(mailoutbox)
    assert "/my/company/" in body
    assert "内部说明" not in body


def test_claims_are_answered_and_a_hidden_name_stays_hidden(reviewer, mailoutbox):
    hidden = CompanyFactory(draft=True, scheme="uscc", number="914403001922038216", legal_name_zh="隐名公司")
    person = UserFactory()
    RejectClaim(reviewer, ClaimCompany(person, hidden, "…").run()).run()
    ((to, subject, body),) = mails(mailoutbox)
    assert to == person.email
    assert "隐名公司" not in subject + body
    mailoutbox.clear()
    ApproveClaim(reviewer, ClaimCompany(person, Company.objects.get(pk=hidden.pk), "…").run()).run()
    assert len(mails(mailoutbox)) == 1
