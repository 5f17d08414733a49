"""Two people for a licence, one winner of a race, no decision about one's own company."""

import pytest
from django.core.exceptions import PermissionDenied
from django.utils.translation import override

from alliances import actions
from alliances.models import AllianceStaff, Membership, MembershipState
from matchmaking.core.actions import InvalidTransition
from matchmaking.core.models import AuditEvent
from tests.factories import CompanyMemberFactory, CredentialFactory, MembershipFactory, TermFactory

TICKED = {"identity": {"done": True, "by": 1}, "licence": {"done": True, "by": 1}}


@pytest.fixture
def membership(kit):
    return MembershipFactory(
        company=kit.company, alliance=kit.alliance, state=MembershipState.IN_REVIEW, checklist=TICKED
    )


@pytest.fixture(params=["named by the checklist", "a licence by the vocabulary"])
def licensed(request, kit, membership):
    """The company claims a licence, of either sort."""
    if request.param.startswith("named"):
        scheme = TermFactory(scheme=True, code="pe-licence")
    else:
        scheme = TermFactory(scheme=True, code="bank-licence", extra={"kind": "licence"})
    CredentialFactory(company=kit.company, scheme=scheme)
    return membership


def approve(person, membership, **fields):
    return actions.ApproveMembership(person, membership, no_conflict=True, **fields).run()


def test_one_person_is_enough_without_a_licence(kit, membership):
    CredentialFactory(
        company=kit.company, scheme=TermFactory(scheme=True, code="iso-9001", extra={"kind": "certificate"})
    )
    approve(kit.reviewer, membership)
    membership.refresh_from_db()
    assert membership.state == MembershipState.APPROVED


def test_a_licence_takes_two_different_people(kit, licensed):
    approve(kit.reviewer, licensed)
    licensed.refresh_from_db()
    assert (licensed.state, licensed.first_approver) == (MembershipState.IN_REVIEW, kit.reviewer)
    with pytest.raises(InvalidTransition):
        approve(kit.reviewer, licensed)
    approve(kit.reviewer2, licensed)
    licensed.refresh_from_db()
    assert licensed.state == MembershipState.APPROVED
    assert list(AuditEvent.objects.order_by("pk").values_list("action", flat=True)) == [
        "membership.first_approved",
        "membership.approved",
    ]


def test_a_first_approval_lapses_with_the_right_of_its_giver(kit, licensed):
    approve(kit.reviewer, licensed)
    AllianceStaff.objects.filter(user=kit.reviewer).delete()
    approve(kit.reviewer2, licensed)
    licensed.refresh_from_db()
    assert (licensed.state, licensed.first_approver) == (MembershipState.IN_REVIEW, kit.reviewer2)


@pytest.mark.parametrize("step", ["return", "untick"])
def test_a_first_approval_lapses_when_the_case_is_reopened(kit, licensed, step):
    approve(kit.reviewer, licensed)
    if step == "return":
        actions.ReturnForMore(kit.reviewer2, licensed, reason="why-return").run()
    else:
        actions.TickChecklist(kit.reviewer2, licensed, code="identity", done=False).run()
    licensed.refresh_from_db()
    assert licensed.first_approver is None


def test_approve_and_reject_at_once_has_one_winner(kit, membership):
    """Both opened the same form; whoever comes second is told so and changes nothing."""
    mine, theirs = Membership.objects.get(pk=membership.pk), Membership.objects.get(pk=membership.pk)
    approve(kit.reviewer, mine, seen_version=mine.version)
    with pytest.raises(InvalidTransition):
        actions.RejectMembership(
            kit.reviewer2, theirs, no_conflict=True, reason="why-reject", seen_version=theirs.version
        ).run()
    membership.refresh_from_db()
    assert membership.state == MembershipState.APPROVED
    assert AuditEvent.objects.count() == 1


def test_a_form_that_is_out_of_date_is_refused_even_where_the_state_still_fits(kit, membership):
    seen = membership.version
    actions.TickChecklist(kit.reviewer2, membership, code="identity", done=True).run()
    with override("en"), pytest.raises(InvalidTransition, match="since you opened it"):
        approve(kit.reviewer, membership, seen_version=seen)


def test_approve_after_withdrawal_is_refused(kit, membership):
    actions.WithdrawApplication(kit.owner, membership).run()
    with pytest.raises(InvalidTransition):
        approve(kit.reviewer, membership)


def test_conflict_of_interest_must_be_denied_expressly(kit, membership):
    with pytest.raises(InvalidTransition):
        actions.ApproveMembership(kit.reviewer, membership, no_conflict=False).run()
    with pytest.raises(InvalidTransition):
        actions.RejectMembership(kit.reviewer, membership, no_conflict=False, reason="why-reject").run()
    approve(kit.reviewer, membership)
    assert AuditEvent.objects.first().data["no_conflict_declared"] is True


def test_nobody_decides_about_their_own_company(kit, membership):
    CompanyMemberFactory(company=kit.company, user=kit.reviewer, role="viewer")
    for action in (
        actions.ApproveMembership(kit.reviewer, membership, no_conflict=True),
        actions.RejectMembership(kit.reviewer, membership, no_conflict=True, reason="why-reject"),
        actions.TickChecklist(kit.reviewer, membership, code="identity", done=True),
        actions.RecordClaimCheck(kit.reviewer, membership, None, outcome="confirmed", method="register"),
    ):
        with pytest.raises(PermissionDenied):
            action.run()


def test_a_credential_of_another_company_cannot_be_checked_here(kit, membership):
    foreign = CredentialFactory()
    with pytest.raises(PermissionDenied):
        actions.RecordClaimCheck(
            kit.reviewer, membership, foreign, outcome="confirmed", method="register"
        ).run()
