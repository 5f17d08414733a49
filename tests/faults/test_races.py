"""Two people act at the same moment: one outcome, and the loser is told so."""

import itertools
from types import SimpleNamespace

import pytest
from django.db import transaction

from alliances import actions as alliances
from alliances.models import AllianceStaff, Membership, MembershipState
from directory import actions as directory
from directory.models import Company, CompanyMember, TermKind
from directory.registration import check_registration
from matchmaking.core import outbox
from matchmaking.core.actions import InvalidTransition
from matchmaking.core.audit import first_broken_event
from matchmaking.core.leases import claim
from matchmaking.core.models import AuditEvent, OutboxEntry
from matchmaking.introductions import actions as introductions
from matchmaking.introductions.actions.request import REQUESTS_PER_DAY_WHEN_NEW
from matchmaking.introductions.models import Introduction, IntroductionState
from tests.factories import (
    AllianceFactory,
    AllianceStaffFactory,
    CompanyFactory,
    CompanyMemberFactory,
    IntroductionFactory,
    MembershipFactory,
    TermFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
NUMBER = "914403001922038216"
ROUNDS = range(3)  # a race that is lost by luck in one round shows in another


def split(results):
    """Return how many went through and the exceptions of the others."""
    errors = [result for result in results if isinstance(result, Exception)]
    return SimpleNamespace(won=len(results) - len(errors), errors=errors)


@pytest.mark.parametrize("round_", ROUNDS)
def test_approve_and_reject_have_one_winner(at_once, round_):
    TermFactory(kind=TermKind.REASON, code="why-reject", extra={"applies_to": "reject"})
    alliance = AllianceFactory()
    approver, rejecter = (AllianceStaffFactory(alliance=alliance).user for _ in range(2))
    row = MembershipFactory(alliance=alliance, state=MembershipState.IN_REVIEW)
    seen = row.version

    def approve():
        return alliances.ApproveMembership(approver, row, no_conflict=True, seen_version=seen).run()

    def reject():
        mine = Membership.objects.get(pk=row.pk)
        return alliances.RejectMembership(rejecter, mine, no_conflict=True, reason="why-reject", seen_version=seen).run()

    outcome = split(at_once(approve, reject))

    assert outcome.won == 1
    assert [type(error) for error in outcome.errors] == [InvalidTransition]
    row.refresh_from_db()
    assert row.state in (MembershipState.APPROVED, MembershipState.REJECTED)
    assert row.version == seen + 1
    events = AuditEvent.objects.filter(target_type="alliances.membership", target_id=str(row.pk))
    assert [event.action for event in events] == [f"membership.{row.state}"]


@pytest.mark.parametrize("round_", ROUNDS)
def test_one_membership_when_two_owners_apply_at_once(at_once, round_):
    company, alliance = CompanyFactory(), AllianceFactory()
    owners = [CompanyMemberFactory(company=company).user for _ in range(2)]

    outcome = split(
        at_once(*[lambda owner=owner: alliances.ApplyForMembership(owner, company, alliance).run() for owner in owners])
    )

    assert outcome.won == 1
    assert [type(error) for error in outcome.errors] == [InvalidTransition]
    assert Membership.objects.filter(company=company, alliance=alliance).count() == 1


@pytest.mark.parametrize("round_", ROUNDS)
def test_one_company_per_registration_number(at_once, round_):
    number = check_registration("uscc", NUMBER)
    people = [UserFactory() for _ in range(4)]

    outcome = split(at_once(*[lambda who=who: directory.CreateCompany(who, "CN", number).run() for who in people]))

    assert outcome.won == 1
    assert {type(error) for error in outcome.errors} == {directory.NumberTaken}
    company = Company.objects.get(scheme=number.scheme, number=number.number)
    assert CompanyMember.objects.filter(company=company).count() == 1


def test_the_daily_limit_counts_parallel_requests(at_once):
    member = CompanyMemberFactory()
    receivers = [CompanyFactory(singapore=True) for _ in range(6)]

    def ask(receiver):
        return lambda: introductions.RequestIntroduction(
            member.user, requester=member.company, receiver=receiver, reason="需要工艺设计。", consent=["email"]
        ).run()

    outcome = split(at_once(*map(ask, receivers)))

    assert outcome.won == REQUESTS_PER_DAY_WHEN_NEW
    assert {type(error) for error in outcome.errors} == {InvalidTransition}
    assert Introduction.objects.filter(requester=member.company).count() == outcome.won


@pytest.mark.parametrize("round_", ROUNDS)
def test_an_introduction_is_accepted_or_withdrawn_never_both(at_once, round_):
    asking = CompanyMemberFactory()
    asked = CompanyMemberFactory(company=CompanyFactory(singapore=True))
    row = IntroductionFactory(requester=asking.company, receiver=asked.company)

    outcome = split(
        at_once(
            introductions.AcceptIntroduction(asked.user, row, consent=["name"]).run,
            introductions.WithdrawIntroduction(asking.user, Introduction.objects.get(pk=row.pk)).run,
        )
    )

    assert outcome.won == 1
    row.refresh_from_db()
    assert row.state in (IntroductionState.ACCEPTED, IntroductionState.CLOSED)


def test_the_audit_chain_does_not_fork(at_once):
    """Actions on unrelated rows share nothing but the chain."""
    owners = [CompanyMemberFactory() for _ in range(8)]
    alliance = AllianceFactory()

    outcome = split(
        at_once(*[lambda row=row: alliances.ApplyForMembership(row.user, row.company, alliance).run() for row in owners])
    )

    assert outcome.won == 8, outcome.errors
    assert AuditEvent.objects.count() == 8
    assert first_broken_event() is None


def test_two_workers_never_take_the_same_mark(at_once):
    company = CompanyFactory()
    OutboxEntry.objects.all().delete()
    with transaction.atomic():
        for _ in range(40):
            outbox.mark("doc", "company", company.pk)

    leases = at_once(*[lambda name=f"worker-{n}": claim(name, ["doc"], limit=15) for n in range(4)])

    taken = [entry.pk for entry in itertools.chain.from_iterable(leases)]
    assert len(taken) == len(set(taken)) <= 40


def test_the_last_head_cannot_be_removed_by_two_at_once(at_once):
    alliance = AllianceFactory()
    heads = [AllianceStaffFactory(alliance=alliance, head=True) for _ in range(2)]

    at_once(
        *[
            lambda mine=mine, other=other: alliances.RevokeStaffRole(mine.user, alliance, other.user).run()
            for mine, other in (heads, heads[::-1])
        ]
    )

    assert AllianceStaff.objects.filter(alliance=alliance, role="head").count() == 1
