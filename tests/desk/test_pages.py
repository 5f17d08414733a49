"""Queue, members, invitations, verdicts, team, gap map, profiles, claims."""

import datetime

import pytest
from django.utils import timezone

from alliances.models import AllianceStaff, Membership, MembershipState, Verdict
from directory.models import ClaimRequest, CompanyMember, Visibility
from matchmaking.desk.selectors.counts import admission_funnel
from matchmaking.desk.selectors.gaps import gap_map, thinnest
from matchmaking.desk.selectors.queue import queue, queue_counts
from tests.desk.test_access import _no_second_factor, url
from tests.factories import (
    CompanyFactory,
    CompanyMemberFactory,
    MembershipFactory,
    NeedFactory,
    OfferFactory,
    TermFactory,
    UserFactory,
)

__all__ = ["_no_second_factor"]

NOW = timezone.now()


def main_of(response):
    return response.content.decode().split("<main")[1].split("</main")[0]


# --- Queue ------------------------------------------------------------------------------------------


def test_the_oldest_application_comes_first_and_late_ones_are_marked(kit):
    late = MembershipFactory(alliance=kit.alliance, applied_at=NOW - datetime.timedelta(days=9))
    fresh = MembershipFactory(alliance=kit.alliance, applied_at=NOW)
    MembershipFactory(alliance=kit.alliance, approved=True)
    MembershipFactory(alliance=kit.other_alliance)
    rows = queue(kit.alliance, kit.reviewer)
    assert [row.membership for row in rows] == [late, fresh]
    assert [(row.days, row.tone) for row in rows] == [(9, "bad"), (0, "quiet")]


def test_tabs_split_the_queue(kit):
    MembershipFactory(alliance=kit.alliance)
    for fields in (
        {"reviewer": kit.reviewer},
        {"reviewer": kit.reviewer2, "first_approver": kit.reviewer2},
        {"reviewer": kit.reviewer2, "first_approver": kit.reviewer},
        {"reviewer": kit.reviewer2, "reason": "why-return"},
    ):
        MembershipFactory(alliance=kit.alliance, state="in_review", **fields)
    assert queue_counts(kit.alliance, kit.reviewer) == {
        "all": 5,
        "mine": 1,
        "new": 1,
        "second": 1,
        "returned": 1,
    }


def test_the_length_of_the_queue_does_not_change_the_number_of_queries(
    client, kit, django_assert_max_num_queries
):
    client.force_login(kit.reviewer)
    for _ in range(12):
        OfferFactory(company=MembershipFactory(alliance=kit.alliance).company)
    client.get(url("queue", kit.alliance.code))
    with django_assert_max_num_queries(45):
        client.get(url("queue", kit.alliance.code))


@pytest.mark.parametrize("query", [{"tab": "nonsense"}, {"tab": "mine"}, {"page": "-1"}])
def test_odd_tabs_do_no_harm(client, kit, query):
    client.force_login(kit.reviewer)
    assert client.get(url("queue", kit.alliance.code), query).status_code == 200


def test_every_bar_of_the_funnel_is_part_of_the_one_before(kit):
    for state in MembershipState.values:
        MembershipFactory(alliance=kit.alliance, state=state, applied_at=None if state == "invited" else NOW)
    counts = [step.count for step in admission_funnel(kit.alliance)]
    assert counts == [7, 6, 4, 2, 1]


# --- Members and invitations -------------------------------------------------------------------------


def test_members_are_filtered_and_renewals_come_first(client, kit):
    today = timezone.localdate()
    due = MembershipFactory(
        alliance=kit.alliance,
        approved=True,
        company__short_name_en="Due Works",
        valid_until_date=today + datetime.timedelta(days=10),
    )
    MembershipFactory(
        alliance=kit.alliance,
        approved=True,
        company__short_name_en="Merlion Works",
        company__singapore=True,
        valid_until_date=today + datetime.timedelta(days=300),
    )
    MembershipFactory(alliance=kit.alliance, state="suspended", company__short_name_en="Held Works")
    client.force_login(kit.reviewer)

    def listed(**query):
        body = main_of(client.get(url("members", kit.alliance.code), query))
        return [name for name in ("Due Works", "Merlion Works", "Held Works") if name in body]

    assert listed() == ["Due Works", "Merlion Works", "Held Works"]
    assert listed(country="SG") == ["Merlion Works"]
    assert listed(state="suspended") == ["Held Works"]
    assert listed(state="due") == ["Due Works"]
    assert listed(text="merl") == ["Merlion Works"]
    assert listed(text="%' OR") == []
    assert due.company.short_name_en == "Due Works"


def test_inviting_by_number_or_address(client, kit):
    kit.company.number, kit.company.scheme = "91500000MA5U000001", "uscc"
    kit.company.save()
    other = CompanyFactory(singapore=True)
    client.force_login(kit.reviewer)
    page = url("invitations", kit.alliance.code)
    assert client.post(page, {"company": "91500000ma5u000001", "note": "欢迎"}).status_code == 302
    assert (
        client.post(page, {"company": f"https://yuxin.example/en/companies/{other.slug}/"}).status_code == 302
    )
    assert set(Membership.objects.values_list("company", "state")) == {
        (kit.company.pk, "invited"),
        (other.pk, "invited"),
    }
    response = client.post(page, {"company": other.slug, "note": "第二次"})
    assert response.status_code == 422
    assert "第二次" in response.content.decode()


def test_a_hidden_company_and_a_missing_one_get_the_same_answer(client, kit):
    CompanyFactory(draft=True, slug="hidden-one", number="91500000MA5U000009", scheme="uscc")
    client.force_login(kit.reviewer)
    page = url("invitations", kit.alliance.code)
    answers = {
        main_of(client.post(page, {"company": text})).replace(text, "")
        for text in ("hidden-one", "missing-one")
    }
    assert len({answer.split("csrfmiddlewaretoken")[0] for answer in answers}) == 1
    assert not Membership.objects.exists()


# --- Verdicts and team ---------------------------------------------------------------------------------


def test_giving_and_lifting_a_verdict(client, kit):
    MembershipFactory(company=kit.company, alliance=kit.alliance, approved=True)
    other = CompanyFactory(singapore=True)
    client.force_login(kit.reviewer)
    page = url("verdicts", kit.alliance.code)
    form = {"first": other.slug, "second": kit.company.slug, "kind": "suppress", "reason": "why-suppress"}
    assert client.post(page, form).status_code == 302
    verdict = Verdict.objects.get()
    assert (verdict.kind, verdict.decided_by) == ("suppress", kit.reviewer)
    assert client.post(page, form).status_code == 422
    assert client.post(page, {"lift": verdict.pk}).status_code == 302
    assert not Verdict.objects.current().exists()
    for bad in ("999999", "x", ""):
        assert client.post(page, {"lift": bad}).status_code == 404


@pytest.mark.parametrize(
    "changes",
    [{"reason": "why-pin"}, {"second": "same"}, {"first": "nobody"}, {"kind": ""}, {"until": "2001-01-01"}],
)
def test_bad_verdicts_come_back_with_what_was_typed(client, kit, changes):
    MembershipFactory(company=kit.company, alliance=kit.alliance, approved=True)
    other = CompanyFactory(singapore=True)
    form = {
        "first": other.slug,
        "second": kit.company.slug,
        "kind": "suppress",
        "reason": "why-suppress",
    } | changes
    if changes.get("second") == "same":
        form["second"] = other.slug
    client.force_login(kit.reviewer)
    response = client.post(url("verdicts", kit.alliance.code), form)
    assert response.status_code == 422
    assert form["first"] in response.content.decode()
    assert not Verdict.objects.exists()


def test_a_verdict_of_another_alliance_cannot_be_lifted_here(client, kit):
    low, high = sorted((kit.company, CompanyFactory()), key=lambda company: company.pk)
    verdict = Verdict.objects.create(
        alliance=kit.other_alliance, company_low=low, company_high=high, kind="pin", reason="why-pin"
    )
    client.force_login(kit.head)
    assert client.post(url("verdicts", kit.alliance.code), {"lift": verdict.pk}).status_code == 404
    verdict.refresh_from_db()
    assert verdict.lifted_at is None


def test_the_team_changes_within_the_ranks(client, kit):
    page = url("staff", kit.alliance.code)
    client.force_login(kit.manager)
    assert client.post(page, {"email": kit.stranger.email.upper(), "role": "manager"}).status_code == 302
    assert AllianceStaff.objects.get(user=kit.stranger).role == "manager"
    assert client.post(page, {"email": kit.stranger.email, "role": "head"}).status_code == 422
    assert client.post(page, {"email": "nobody@example.org", "role": "reviewer"}).status_code == 422
    row = AllianceStaff.objects.get(user=kit.reviewer, alliance=kit.alliance)
    assert client.post(page, {"revoke": row.pk}).status_code == 302
    assert not AllianceStaff.objects.filter(pk=row.pk).exists()
    foreign = AllianceStaff.objects.get(user=kit.other)
    assert client.post(page, {"revoke": foreign.pk}).status_code == 404
    head = AllianceStaff.objects.get(user=kit.head)
    assert client.post(page, {"revoke": head.pk}).status_code == 403


def test_reviewers_see_the_team_and_cannot_change_it(client, kit):
    page = url("staff", kit.alliance.code)
    client.force_login(kit.reviewer)
    assert "<form" not in main_of(client.get(page))
    assert client.post(page, {"email": kit.stranger.email, "role": "reviewer"}).status_code == 403


# --- Gap map -------------------------------------------------------------------------------------------


@pytest.fixture
def services(kit):
    group = TermFactory(code="eng", label_en="Engineering")
    part = TermFactory(code="eng.bim", parent=group)
    kit.alliance.service_types.add(group, part)
    return group, part


def ask(part, **fields):
    need = NeedFactory(**fields)
    need.service_types.add(part)
    need.save()
    return need


def test_needs_meet_members_across_the_border(kit, services):
    group, part = services
    for _ in range(3):
        ask(part)
    ask(part, private=True)
    ask(part, state="closed")
    provider = CompanyFactory(singapore=True)
    MembershipFactory(company=provider, alliance=kit.alliance, approved=True)
    OfferFactory(company=provider, service_type=part)
    OfferFactory(company=provider, service_type=group)
    for fields in ({"capacity": 0}, {"live": False}):
        full = CompanyFactory(singapore=True)
        MembershipFactory(company=full, alliance=kit.alliance, approved=True)
        OfferFactory(company=full, service_type=part, **fields)
    OfferFactory(service_type=part)
    (row,) = gap_map(kit.alliance)
    assert row.term == group
    assert [(cell.needs, cell.members, cell.level) for cell in row.cells] == [(3, 1, 3), (0, 0, 0)]
    term, cell, _label = thinnest([row])
    assert (term, cell.text) == (group, "3 : 1")


def test_old_needs_are_left_out(kit, services):
    need = ask(services[1])
    type(need).objects.filter(pk=need.pk).update(created_at=NOW - datetime.timedelta(days=91))
    (row,) = gap_map(kit.alliance)
    assert row.cells[0].needs == 0
    assert thinnest([row]) is None


def test_the_picture_has_its_table(client, kit, services):
    ask(services[1])
    client.force_login(kit.reviewer)
    body = main_of(client.get(url("gaps", kit.alliance.code)))
    assert body.count("1 : 0") >= 3
    assert "<table" in body
    assert "style=" not in body


# --- Profiles and claims ----------------------------------------------------------------------------------


@pytest.fixture
def submitted(kit):
    """A published company that applied here and whose newest text waits for publication."""
    from directory.workflow import ensure_publication_workflow

    kit.company.save_revision().publish()
    kit.company.refresh_from_db()
    kit.company.summary_zh = "等待发布的新摘要。"
    kit.company.save_revision(user=kit.owner)
    ensure_publication_workflow().start(kit.company, kit.owner)
    MembershipFactory(company=kit.company, alliance=kit.alliance)
    return kit.company


def test_a_waiting_text_is_compared_and_published(client, kit, submitted):
    client.force_login(kit.reviewer)
    assert submitted.legal_name_en in main_of(client.get(url("profiles", kit.alliance.code)))
    page = url("profile", kit.alliance.code, submitted.pk)
    assert "等待发布的新" in client.get(page).content.decode()
    assert client.post(page, {"step": "publish"}).status_code == 302
    submitted.refresh_from_db()
    assert submitted.summary_zh == "等待发布的新摘要。"
    assert submitted.visibility == Visibility.LIVE
    assert client.get(page).status_code == 404


def test_a_waiting_text_is_returned_with_reasons(client, kit, submitted):
    from directory.workflow import last_return

    TermFactory(kind="reason", code="vague", extra={"applies_to": "return_profile"})
    client.force_login(kit.reviewer)
    page = url("profile", kit.alliance.code, submitted.pk)
    response = client.post(page, {"step": "return", "note": "请写具体。"})
    assert response.status_code == 422
    assert "请写具体。" in response.content.decode()
    assert (
        client.post(page, {"step": "return", "reasons": ["vague"], "note": "请写具体。"}).status_code == 302
    )
    assert last_return(submitted).codes == ["vague"]


def test_a_profile_far_from_this_alliance_is_not_found(client, kit, submitted):
    Membership.objects.all().delete()
    client.force_login(kit.head)
    assert client.get(url("profile", kit.alliance.code, submitted.pk)).status_code == 404
    client.force_login(kit.platform)
    assert client.get(url("profile", kit.alliance.code, submitted.pk)).status_code == 200


@pytest.mark.parametrize(("step", "owner"), [("approve", True), ("reject", False)])
def test_a_claim_of_a_listed_company_is_decided(client, kit, step, owner):
    company = CompanyFactory()
    MembershipFactory(company=company, alliance=kit.alliance, approved=True)
    claim = ClaimRequest.objects.create(company=company, user=UserFactory(), message="我是法定代表人。")
    client.force_login(kit.reviewer)
    page = url("claims", kit.alliance.code)
    assert "我是法定代表人。" in client.get(page).content.decode()
    assert client.post(page, {"claim": claim.pk, "step": step}).status_code == 302
    assert CompanyMember.objects.filter(company=company, user=claim.user, role="owner").exists() is owner
    assert client.post(page, {"claim": claim.pk, "step": step}).status_code == 404


def test_claims_elsewhere_are_not_shown_and_not_decided(client, kit):
    claim = ClaimRequest.objects.create(company=CompanyFactory(), user=UserFactory(), message="别处的认领")
    client.force_login(kit.head)
    page = url("claims", kit.alliance.code)
    assert "别处的认领" not in client.get(page).content.decode()
    assert client.post(page, {"claim": claim.pk, "step": "approve"}).status_code == 404


def test_nobody_publishes_their_own_company(client, kit, submitted):
    CompanyMemberFactory(company=submitted, user=kit.reviewer)
    client.force_login(kit.reviewer)
    assert (
        client.post(url("profile", kit.alliance.code, submitted.pk), {"step": "publish"}).status_code == 403
    )
