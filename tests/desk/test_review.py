"""The review page from "take it" to the decision, in the browser's terms: forms, redirects, kept values."""

import datetime

import pytest
from django.utils import timezone

from alliances.models import Membership, MembershipState
from directory.models import ClaimCheck
from matchmaking.core.models import AuditEvent
from tests.desk.test_access import _no_second_factor, url
from tests.factories import (
    CompanyFactory,
    CompanyMemberFactory,
    CredentialFactory,
    MembershipFactory,
    NeedFactory,
    OfferFactory,
    TermFactory,
)

__all__ = ["_no_second_factor"]

TICKED = {"identity": {"done": True, "by": 1}, "licence": {"done": True, "by": 1}}
NEXT_YEAR = timezone.localdate() + datetime.timedelta(days=200)


@pytest.fixture
def membership(kit):
    return MembershipFactory(company=kit.company, alliance=kit.alliance, statement="我们有跨境经验。")


@pytest.fixture
def case(client, kit, membership):
    """Log the reviewer in; return a function that posts a step with the version as it stands."""
    client.force_login(kit.reviewer)

    def post(step, **fields):
        membership.refresh_from_db()
        form = {"step": step, "version": membership.version} | fields
        response = client.post(url("review", kit.alliance.code, membership.pk), form)
        membership.refresh_from_db()
        return response

    return post


def test_from_application_to_member(client, kit, membership, case):
    assert case("take").status_code == 302
    assert membership.reviewer == kit.reviewer
    assert case("tick", item=["identity", "licence"]).status_code == 302
    assert all(membership.checklist[code]["done"] for code in ("identity", "licence"))
    decision = {
        "decision": "approve",
        "no_conflict": "on",
        "valid_until": NEXT_YEAR.isoformat(),
        "note": "欢迎。",
    }
    assert case("decide", **decision).status_code == 302
    assert (membership.state, membership.valid_until_date) == (MembershipState.APPROVED, NEXT_YEAR)
    page = client.get(url("review", kit.alliance.code, membership.pk)).content.decode()
    for word in ("Applied", "Review started", "Approved"):
        assert word in page or word == "Applied"
    assert "Checklist changed" not in page


def test_unticking_and_ticking_write_only_what_changed(kit, membership, case):
    Membership.objects.update(state="in_review", checklist=TICKED)
    case("tick", item=["identity"])
    assert [event.data["item"] for event in AuditEvent.objects.all()] == ["licence"]
    assert membership.checklist["licence"]["done"] is False


def test_a_claim_is_checked_with_its_method_and_evidence(kit, membership, case):
    Membership.objects.update(state="in_review")
    credential = CredentialFactory(company=kit.company)
    key = f"claim-{credential.pk}"
    form = {
        "claim": credential.pk,
        f"{key}-version": membership.version,
        f"{key}-outcome": "confirmed",
        f"{key}-method": "register",
        f"{key}-reference": "No. 3471",
        f"{key}-valid_until": NEXT_YEAR.isoformat(),
    }
    assert case("claim", **form).status_code == 302
    check = ClaimCheck.objects.get()
    assert (check.credential, check.checked_by, check.valid_until_date) == (
        credential,
        kit.reviewer,
        NEXT_YEAR,
    )


@pytest.mark.parametrize("claim", ["foreign", "nonsense", ""])
def test_a_claim_that_is_not_of_this_company_is_not_found(kit, membership, case, claim):
    Membership.objects.update(state="in_review")
    key = CredentialFactory().pk if claim == "foreign" else claim
    assert case("claim", claim=key).status_code == 404
    assert not ClaimCheck.objects.exists()


def test_an_incomplete_check_comes_back_open_with_what_was_typed(membership, case, kit):
    Membership.objects.update(state="in_review")
    kit.company.number = "915000000000000000"
    kit.company.save()
    form = {"claim": "number", "claim-number-version": 1, "claim-number-reference": "kept words"}
    response = case("claim", **form)
    assert response.status_code == 422
    assert "kept words" in response.content.decode()


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"decision": "approve"},
        {"decision": "return"},
        {"decision": "reject", "no_conflict": "on"},
        {"decision": "reject", "no_conflict": "on", "reason": "why-return"},
        {"decision": "return", "reason": "why-pin"},
        {"decision": "praise"},
        {"decision": "approve", "no_conflict": "on", "valid_until": "tomorrow"},
    ],
)
def test_an_incomplete_decision_changes_nothing_and_keeps_the_note(membership, case, fields):
    Membership.objects.update(state="in_review", checklist=TICKED)
    response = case("decide", note="我写了很久的说明", **fields)
    assert response.status_code == 422
    assert "我写了很久的说明" in response.content.decode()
    assert membership.state == MembershipState.IN_REVIEW


def test_a_decision_that_comes_too_late_keeps_the_note(client, kit, membership, case):
    Membership.objects.update(state="in_review", checklist=TICKED, version=7)
    form = {
        "step": "decide",
        "decision": "approve",
        "no_conflict": "on",
        "version": 3,
        "note": "我写了很久的说明",
    }
    response = client.post(url("review", kit.alliance.code, membership.pk), form)
    assert response.status_code == 409
    body = response.content.decode()
    assert "我写了很久的说明" in body
    assert 'name="version" value="7"' in body
    membership.refresh_from_db()
    assert membership.state == MembershipState.IN_REVIEW


def test_the_second_of_two_people(client, kit, membership, case):
    CredentialFactory(company=kit.company, scheme=TermFactory(scheme=True, code="pe-licence"))
    Membership.objects.update(state="in_review", checklist=TICKED)
    decision = {"decision": "approve", "no_conflict": "on", "valid_until": NEXT_YEAR.isoformat()}
    case("decide", **decision)
    assert (membership.state, membership.first_approver) == (MembershipState.IN_REVIEW, kit.reviewer)
    assert case("decide", **decision).status_code == 409
    client.force_login(kit.reviewer2)
    assert str(kit.reviewer) in client.get(url("review", kit.alliance.code, membership.pk)).content.decode()
    case("decide", **decision)
    assert membership.state == MembershipState.APPROVED


def test_reject_return_and_the_managers_steps(client, kit, membership, case):
    Membership.objects.update(state="in_review")
    case("decide", decision="return", reason="why-return", note="请补充")
    assert (membership.state, membership.reason) == (MembershipState.IN_REVIEW, "why-return")
    case("decide", decision="reject", reason="why-reject", no_conflict="on")
    assert (membership.state, membership.reason) == (MembershipState.REJECTED, "why-reject")
    case("invite")
    assert membership.state == MembershipState.INVITED
    Membership.objects.update(state="approved")
    client.force_login(kit.manager)
    version = membership.version
    case("renew", **{"renew-version": version, "renew-valid_until": NEXT_YEAR.isoformat()})
    assert membership.valid_until_date == NEXT_YEAR
    case("suspend", **{"suspend-version": membership.version, "suspend-reason": "why-suspend"})
    assert membership.state == MembershipState.SUSPENDED
    case("reinstate")
    assert membership.state == MembershipState.APPROVED
    case("end", **{"end-version": membership.version, "end-reason": "why-end"})
    assert membership.state == MembershipState.ENDED


@pytest.mark.parametrize("fields", [{"step": ""}, {"step": "explode"}, {}])
def test_an_unknown_step_is_refused_kindly(client, kit, membership, fields):
    client.force_login(kit.reviewer)
    assert client.post(url("review", kit.alliance.code, membership.pk), fields).status_code == 422


@pytest.mark.parametrize("version", ["", "x", "-1", "99999999999"])
def test_a_broken_version_is_refused(client, kit, membership, version):
    client.force_login(kit.reviewer)
    form = {"step": "take", "version": version}
    assert client.post(url("review", kit.alliance.code, membership.pk), form).status_code == 409
    membership.refresh_from_db()
    assert membership.state == MembershipState.APPLIED


def test_only_what_changed_since_the_approval_is_shown(client, kit, membership, case):
    Membership.objects.update(state="in_review", checklist=TICKED)
    case("decide", decision="approve", no_conflict="on", valid_until=NEXT_YEAR.isoformat())
    kit.company.summary_zh = "一家变了的公司。"
    kit.company.save()
    OfferFactory(company=kit.company, title_en="Owner's engineer", title_zh="业主工程师")
    page = client.get(url("review", kit.alliance.code, membership.pk)).content.decode()
    assert "<ins>变了的</ins>" in page
    assert "Owner&#x27;s engineer" in page
    assert "feeds matching" in page
    assert "A sample company." not in page


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("state", MembershipState.values)
def test_the_page_stands_in_every_state_and_language(client, kit, membership, state, language):
    Membership.objects.update(state=state, reason="why-end")
    client.force_login(kit.manager)
    assert client.get(url("review", kit.alliance.code, membership.pk, language=language)).status_code == 200


def test_secrets_of_a_company_never_reach_the_desk(client, kit, membership):
    """Contact person, private need, budget and no-list stay with the company, whoever reads."""
    from directory.models import ContactPerson, NoListEntry

    ContactPerson.objects.create(
        company=kit.company, name="CANARY-NAME", phone="CANARY-PHONE", email="canary@x.cn"
    )
    service = TermFactory()
    kit.alliance.service_types.add(service)
    need = NeedFactory(
        company=kit.company, private=True, title_en="CANARY-NEED", title_zh="CANARY-NEED", budget=5
    )
    need.service_types.add(service)
    need.save()
    NoListEntry.objects.create(company=kit.company, excluded=CompanyFactory(short_name_en="CANARY-ENEMY"))
    for person in (kit.head, kit.platform):
        client.force_login(person)
        for page in ("queue", "members", "gaps", "invitations", "verdicts", "profiles", "claims", "staff"):
            body = client.get(url(page, kit.alliance.code)).content.decode()
            assert "CANARY" not in body
            assert "canary@" not in body
        body = client.get(url("review", kit.alliance.code, membership.pk)).content.decode()
        assert "CANARY" not in body
        assert "canary@" not in body


def test_a_colleague_must_decide_about_ones_own_company(client, kit, membership):
    CompanyMemberFactory(company=kit.company, user=kit.reviewer, role="viewer")
    client.force_login(kit.reviewer)
    page = client.get(url("review", kit.alliance.code, membership.pk)).content.decode()
    assert 'value="take"' not in page
    form = {"step": "take", "version": membership.version}
    assert client.post(url("review", kit.alliance.code, membership.pk), form).status_code == 403


def test_namesakes_and_the_same_group_are_pointed_out(client, kit, membership):
    CompanyFactory(legal_name_en="Sample Twin", legal_name_zh=kit.company.legal_name_zh, short_name_en="Twin")
    kit.company.group_name = "大集团"
    kit.company.save()
    CompanyFactory(group_name="大集团", short_name_en="Sister")
    client.force_login(kit.reviewer)
    page = client.get(url("review", kit.alliance.code, membership.pk)).content.decode()
    assert "Twin" in page
    assert "Sister" in page
