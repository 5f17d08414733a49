"""The state machine of memberships: every action from every state, one audit event each, news after commit."""

import datetime

import pytest
from django.utils import timezone

from alliances import actions, signals
from alliances.models import Membership, MembershipState
from directory.models import ClaimCheck
from matchmaking.core.actions import InvalidTransition
from matchmaking.core.models import AuditEvent, OutboxEntry
from tests.factories import CredentialFactory, MembershipFactory, TermFactory

S = MembershipState
IN_A_YEAR = timezone.localdate() + datetime.timedelta(days=300)
TICKED = {"identity": {"done": True, "by": 1}, "licence": {"done": True, "by": 1}}

# Written out by hand, not read from alliances.workflow: action → {state before: state after}.
EXPECTED = {
    "invite": {None: S.INVITED, S.REJECTED: S.INVITED, S.ENDED: S.INVITED},
    "apply": {None: S.APPLIED, S.INVITED: S.APPLIED, S.REJECTED: S.APPLIED, S.ENDED: S.APPLIED},
    "withdraw": {S.INVITED: S.ENDED, S.APPLIED: S.ENDED, S.IN_REVIEW: S.ENDED},
    "start_review": {S.APPLIED: S.IN_REVIEW},
    "tick": {S.IN_REVIEW: S.IN_REVIEW},
    "check_claim": {S.IN_REVIEW: S.IN_REVIEW, S.APPROVED: S.APPROVED},
    "return": {S.IN_REVIEW: S.IN_REVIEW},
    "answer": {S.IN_REVIEW: S.IN_REVIEW},
    "approve": {S.IN_REVIEW: S.APPROVED},
    "reject": {S.IN_REVIEW: S.REJECTED},
    "suspend": {S.APPROVED: S.SUSPENDED},
    "reinstate": {S.SUSPENDED: S.APPROVED},
    "renew": {S.APPROVED: S.APPROVED},
    "end": {S.INVITED: S.ENDED, S.APPROVED: S.ENDED, S.SUSPENDED: S.ENDED},
}
EVENTS = {
    "invite": "invited",
    "apply": "applied",
    "withdraw": "withdrawn",
    "start_review": "taken",
    "tick": "checklist_ticked",
    "check_claim": "claim_checked",
    "return": "returned",
    "answer": "answered",
    "approve": "approved",
    "reject": "rejected",
    "suspend": "suspended",
    "reinstate": "reinstated",
    "renew": "renewed",
    "end": "ended",
}
ON_COMPANY = ("invite", "apply")


def build(name, kit, membership):
    """The action ``name`` with everything it needs to succeed, apart from the state."""
    if name == "invite":
        return actions.InviteCompany(kit.reviewer, kit.company, kit.alliance)
    if name == "apply":
        return actions.ApplyForMembership(kit.owner, kit.company, kit.alliance, statement="我们想加入。")
    return {
        "withdraw": lambda: actions.WithdrawApplication(kit.owner, membership),
        "start_review": lambda: actions.StartReview(kit.reviewer, membership),
        "tick": lambda: actions.TickChecklist(kit.reviewer, membership, code="identity", done=True),
        "check_claim": lambda: actions.RecordClaimCheck(
            kit.reviewer, membership, None, outcome="confirmed", method="register"
        ),
        "return": lambda: actions.ReturnForMore(
            kit.reviewer, membership, reason="why-return", note="请补充。"
        ),
        "answer": lambda: actions.AnswerReturn(kit.owner, membership),
        "approve": lambda: actions.ApproveMembership(kit.reviewer, membership, no_conflict=True),
        "reject": lambda: actions.RejectMembership(
            kit.reviewer, membership, no_conflict=True, reason="why-reject"
        ),
        "suspend": lambda: actions.SuspendMembership(kit.manager, membership, reason="why-suspend"),
        "reinstate": lambda: actions.ReinstateMembership(kit.manager, membership),
        "renew": lambda: actions.RenewMembership(kit.reviewer, membership, valid_until=IN_A_YEAR),
        "end": lambda: actions.EndMembership(kit.manager, membership, reason="why-end"),
    }[name]()


def membership_in(state, kit, name=""):
    """A membership in ``state``, or None; ``answer`` needs something to answer."""
    if state is None:
        return None
    reason = "why-return" if name == "answer" else ""
    return MembershipFactory(
        company=kit.company, alliance=kit.alliance, state=state, checklist=TICKED, reason=reason
    )


def cases(allowed):
    for name, moves in EXPECTED.items():
        for state in [None, *S]:
            if state is None and name not in ON_COMPANY:
                continue
            if (state in moves) is allowed:
                yield pytest.param(name, state, moves.get(state), id=f"{name}-from-{state}")


@pytest.mark.parametrize(("name", "state", "after"), cases(True))
def test_allowed_move(kit, name, state, after):
    membership = membership_in(state, kit, name)
    before = AuditEvent.objects.count()
    build(name, kit, membership).run()
    row = Membership.objects.get(company=kit.company, alliance=kit.alliance)
    assert row.state == after
    assert AuditEvent.objects.count() == before + 1
    event = AuditEvent.objects.first()
    assert event.action == f"membership.{EVENTS[name]}"
    assert (event.company_id, event.alliance_id) == (kit.company.pk, kit.alliance.pk)
    assert event.data["to"] == after
    assert event.data["from"] == (state or "")


@pytest.mark.parametrize(("name", "state", "after"), cases(False))
def test_impossible_move_changes_nothing(kit, name, state, after):
    membership = membership_in(state, kit)
    row_before = Membership.objects.values().get(pk=membership.pk)
    with pytest.raises(InvalidTransition) as refused:
        build(name, kit, membership).run()
    assert str(refused.value)
    assert Membership.objects.values().get(pk=membership.pk) == row_before
    assert not AuditEvent.objects.exists()
    assert not OutboxEntry.objects.exists()


@pytest.mark.parametrize("name", ["reject", "return", "suspend", "end"])
def test_a_coded_reason_of_the_right_kind_is_demanded(kit, name):
    state = S.APPROVED if name in ("suspend", "end") else S.IN_REVIEW
    for reason in ("", "nonsense", "why-pin"):
        action = build(name, kit, membership_in(state, kit))
        action.reason = reason
        with pytest.raises(InvalidTransition):
            action.run()
        Membership.objects.all().delete()


def test_becoming_and_ceasing_to_be_a_member_marks_the_company_changed(kit):
    membership = membership_in(S.IN_REVIEW, kit)
    version = kit.company.search_version
    build("approve", kit, membership).run()
    kit.company.refresh_from_db()
    assert kit.company.search_version == version + 1
    assert set(OutboxEntry.objects.values_list("topic", flat=True)) == {"doc", "match"}
    build("suspend", kit, membership).run()
    kit.company.refresh_from_db()
    assert kit.company.search_version == version + 2


def test_news_goes_out_after_commit(kit, django_capture_on_commit_callbacks):
    heard = []

    def listen(sender, membership, event, actor, **kwargs):
        heard.append((event, membership.state, actor))

    signals.membership_changed.connect(listen)
    with django_capture_on_commit_callbacks(execute=True):
        build("start_review", kit, membership_in(S.APPLIED, kit)).run()
        assert heard == []
    assert heard == [("taken", S.IN_REVIEW, kit.reviewer)]


def test_no_note_and_no_statement_in_the_audit_chain(kit):
    build("apply", kit, None).run()
    membership = Membership.objects.get()
    build("start_review", kit, membership).run()
    build("return", kit, membership).run()
    assert not any(
        "请补充" in str(event.data) or "我们想加入" in str(event.data) for event in AuditEvent.objects.all()
    )


def test_a_new_round_starts_clean(kit):
    membership = MembershipFactory(
        company=kit.company,
        alliance=kit.alliance,
        state=S.REJECTED,
        checklist=TICKED,
        reason="why-reject",
        note="旧说明",
        reviewer=kit.reviewer,
        first_approver=kit.reviewer,
    )
    build("apply", kit, membership).run()
    membership.refresh_from_db()
    assert (membership.reason, membership.note, membership.checklist) == ("", "", {})
    assert membership.reviewer is None
    assert membership.first_approver is None
    assert membership.applied_at is not None


@pytest.mark.parametrize("visibility", ["suspended", "withdrawn"])
@pytest.mark.parametrize("name", ["invite", "apply"])
def test_a_suspended_company_cannot_enter(kit, name, visibility):
    kit.company.visibility = visibility
    kit.company.save()
    with pytest.raises(InvalidTransition):
        build(name, kit, None).run()


def test_a_draft_company_may_apply(kit):
    kit.company.visibility, kit.company.live = "draft", False
    kit.company.save()
    build("apply", kit, None).run()
    assert Membership.objects.get().state == S.APPLIED


def test_answering_without_a_question_is_refused(kit):
    with pytest.raises(InvalidTransition):
        build("answer", kit, membership_in(S.IN_REVIEW, kit)).run()


def test_approval_waits_for_the_answer_and_for_the_checklist(kit):
    membership = membership_in(S.IN_REVIEW, kit)
    build("return", kit, membership).run()
    with pytest.raises(InvalidTransition):
        build("approve", kit, membership).run()
    build("answer", kit, membership).run()
    actions.TickChecklist(kit.reviewer, membership, code="licence", done=False).run()
    with pytest.raises(InvalidTransition):
        build("approve", kit, membership).run()
    actions.TickChecklist(kit.reviewer, membership, code="licence", done=True).run()
    build("approve", kit, membership).run()
    membership.refresh_from_db()
    assert membership.state == S.APPROVED
    assert membership.valid_until_date > timezone.localdate()


@pytest.mark.parametrize("days", [-1, 0, 3 * 366 + 1])
def test_a_term_ends_within_three_years_from_tomorrow(kit, days):
    until = timezone.localdate() + datetime.timedelta(days=days)
    with pytest.raises(InvalidTransition):
        actions.RenewMembership(kit.reviewer, membership_in(S.APPROVED, kit), valid_until=until).run()


def test_approval_keeps_what_the_profile_said(kit):
    build("approve", kit, membership_in(S.IN_REVIEW, kit)).run()
    kept = Membership.objects.get().approved_profile
    assert kept[f"company.{kit.company.pk}.summary_zh"] == {"text": "一家样本公司。"}


def test_claim_check_names_who_how_and_until_when(kit):
    credential = CredentialFactory(company=kit.company, scheme=TermFactory(scheme=True))
    actions.RecordClaimCheck(
        kit.reviewer,
        membership_in(S.IN_REVIEW, kit),
        credential,
        outcome="confirmed",
        method="register",
        reference="PE 3471",
        valid_until=IN_A_YEAR,
    ).run()
    check = ClaimCheck.objects.get()
    assert (check.checked_by, check.alliance_code, check.valid_until_date) == (
        kit.reviewer,
        "engineering",
        IN_A_YEAR,
    )
    assert check.method_zh.endswith("PE 3471")
    assert check.method_en == "Looked up in the official register: PE 3471"
    assert credential.current_check() == check
    assert OutboxEntry.objects.filter(topic="doc", entity_id=kit.company.pk).exists()


def test_claim_check_refuses_unknown_method_outcome_and_past_day(kit):
    membership = membership_in(S.IN_REVIEW, kit)
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    for fields in (
        {"outcome": "confirmed", "method": "guess"},
        {"outcome": "maybe", "method": "register"},
        {"outcome": "confirmed", "method": "register", "valid_until": yesterday},
    ):
        with pytest.raises(InvalidTransition):
            actions.RecordClaimCheck(kit.reviewer, membership, None, **fields).run()
    assert not ClaimCheck.objects.exists()
