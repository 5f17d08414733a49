"""A reviewer of an alliance: queue, review, decision; and what the companies see of it."""

import pytest

from alliances.models import MembershipState
from matchmaking.core.models import AuditEvent
from tests.factories import CompanyFactory, CompanyMemberFactory, MembershipFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

REASON = "reject.out-of-scope"


def applicant(alliance, slug):
    company = CompanyFactory(singapore=True, slug=slug, legal_name_en=f"{slug.title()} Pte. Ltd.")
    CompanyMemberFactory(company=company)
    return MembershipFactory(company=company, alliance=alliance, statement="我们有跨境工程经验。")


def take(desk, code, membership):
    desk.go("desk:queue", code)
    form = desk.url("desk:review", code, membership.pk)
    with desk.page.expect_navigation():
        desk.page.locator(f'form[action="{form}"] button[value="take"]').click()
    desk.is_at("desk:review", code, membership.pk)


def standing(visit, membership):
    """What the company reads on the alliance's page."""
    company = visit()
    company.log_in(membership.company.members.get().user)
    company.go("alliances:apply", membership.alliance.code)
    company.inspect()
    return company.text()


def events(membership):
    rows = AuditEvent.objects.filter(alliance_id=membership.alliance_id, company_id=membership.company_id)
    return set(rows.values_list("action", flat=True))


def test_from_the_queue_to_two_decisions(visit, reviewer, language):
    alliance = reviewer.alliance
    good, bad = applicant(alliance, "equator-design"), applicant(alliance, "verdant-toys")
    desk = visit()
    desk.log_in(reviewer.user, reviewer.secret)
    desk.go("desk:home")
    desk.is_at("desk:queue", alliance.code)
    desk.inspect()

    take(desk, alliance.code, good)
    desk.inspect()
    desk.tick("item", *(item["code"] for item in alliance.checklist))
    desk.press("step", "tick")
    desk.tick("decision", "approve")
    desk.page.check("[name=no_conflict]")
    desk.press("step", "decide")
    good.refresh_from_db()
    assert (good.state, good.reviewer) == (MembershipState.APPROVED, reviewer.user)

    take(desk, alliance.code, bad)
    desk.tick("decision", "reject")
    desk.page.select_option("[name=reason]", REASON)
    desk.page.check("[name=no_conflict]")
    desk.fill(note="贵司不从事工程设计。")
    desk.press("step", "decide")
    bad.refresh_from_db()
    assert (bad.state, bad.reason) == (MembershipState.REJECTED, REASON)

    assert good.valid_until_date.isoformat() in standing(visit, good)
    told = standing(visit, bad)
    assert "贵司不从事工程设计。" in told
    assert ("业务不属于本联盟范围" if language == "zh-hans" else "Business is outside the scope") in told
    assert "membership.approved" in events(good)
    assert "membership.rejected" in events(bad)
