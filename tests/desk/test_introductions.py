"""What a desk sees of introductions: count, state and delay of its members', nothing of their text."""

import datetime

import pytest
from django.utils import timezone

from matchmaking.desk.selectors.introductions import introduction_funnel, overdue
from matchmaking.introductions.models import Introduction
from tests.desk.test_access import _no_second_factor, url
from tests.factories import CompanyFactory, MembershipFactory

__all__ = ["_no_second_factor"]

TODAY = timezone.localdate()


@pytest.fixture
def provider(kit):
    company = CompanyFactory(singapore=True, short_name_en="Merlion Works")
    MembershipFactory(company=company, alliance=kit.alliance, approved=True)
    return company


def introduce(provider, days, **fields):
    return Introduction.objects.create(
        requester=CompanyFactory(),
        receiver=provider,
        reason="CANARY reason",
        due_date=TODAY - datetime.timedelta(days=days),
        **fields,
    )


def test_overdue_requests_of_members_the_longest_first(kit, provider):
    short, long = introduce(provider, 1), introduce(provider, 4)
    introduce(provider, 0)
    introduce(provider, 9, state="accepted")
    introduce(CompanyFactory(), 9)
    assert [(row.introduction, row.days, row.tone) for row in overdue(kit.alliance)] == [
        (long, 4, "bad"),
        (short, 1, "warn"),
    ]
    assert overdue(kit.other_alliance) == []


def test_the_funnel_counts_every_step_reached(kit, provider):
    for state in ("requested", "declined", "accepted", "in_talks", "proposal", "agreed", "delivered"):
        introduce(provider, 0, state=state)
    assert [step.count for step in introduction_funnel(kit.alliance)] == [7, 5, 4, 3, 2]


def test_the_desk_names_the_pair_and_not_the_reason(client, kit, provider):
    introduce(provider, 3)
    client.force_login(kit.reviewer)
    body = client.get(url("queue", kit.alliance.code)).content.decode()
    assert "Merlion Works" in body
    assert "3 days" in body
    assert "CANARY" not in body
