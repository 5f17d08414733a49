"""Who reaches which page of which desk."""

import pytest
from django.urls import reverse
from django.utils import translation

from alliances.models import Membership, MembershipState
from matchmaking.core.models import AuditEvent
from tests.factories import AllianceStaffFactory, MembershipFactory

PAGES = ("queue", "members", "invitations", "gaps", "verdicts", "profiles", "claims", "staff")
SEES = {
    "reviewer": 200,
    "manager": 200,
    "head": 200,
    "platform": 200,
    "other": 403,
    "owner": 403,
    "stranger": 403,
}


def url(name, *args, language="en"):
    with translation.override(language):
        return reverse(f"desk:{name}", args=args)


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.YUXIN_REQUIRE_STAFF_MFA = False


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("person", SEES)
def test_page(client, kit, page, person, language):
    client.force_login(getattr(kit, person))
    assert client.get(url(page, kit.alliance.code, language=language)).status_code == SEES[person]


@pytest.mark.parametrize("page", PAGES)
def test_anonymous_people_log_in_first(client, kit, page):
    response = client.get(url(page, kit.alliance.code))
    assert response.status_code == 302
    assert "/account/login/" in response.url


@pytest.mark.parametrize("page", PAGES)
def test_an_unknown_alliance_is_not_there(client, kit, page):
    client.force_login(kit.head)
    assert client.get(url(page, "nothing")).status_code == 404


def test_the_card_names_who_can_help(client, kit):
    kit.alliance.secretariats = {"CN": {"zh": "重庆秘书处", "en": "Chongqing office"}}
    kit.alliance.save()
    client.force_login(kit.other)
    assert "Chongqing office" in client.get(url("queue", kit.alliance.code)).content.decode()


@pytest.mark.parametrize(("person", "status"), SEES.items())
def test_review(client, kit, person, status):
    membership = MembershipFactory(company=kit.company, alliance=kit.alliance)
    client.force_login(getattr(kit, person))
    assert client.get(url("review", kit.alliance.code, membership.pk)).status_code == status


def test_a_membership_of_another_alliance_is_not_found_on_ones_own_desk(client, kit):
    foreign = MembershipFactory(alliance=kit.other_alliance)
    client.force_login(kit.head)
    assert client.get(url("review", kit.alliance.code, foreign.pk)).status_code == 404
    form = {"step": "take", "version": foreign.version}
    assert client.post(url("review", kit.alliance.code, foreign.pk), form).status_code == 404
    assert client.get(url("review", kit.alliance.code, 999_999)).status_code == 404


@pytest.mark.parametrize(
    "step", ["take", "tick", "claim", "decide", "renew", "suspend", "reinstate", "end", "invite"]
)
def test_the_platform_reads_on_record_and_decides_nothing(client, kit, step):
    membership = MembershipFactory(company=kit.company, alliance=kit.alliance)
    client.force_login(kit.platform)
    client.get(url("review", kit.alliance.code, membership.pk))
    event = AuditEvent.objects.get()
    assert (event.action, event.actor_id, event.company_id) == (
        "membership.read",
        kit.platform.pk,
        kit.company.pk,
    )
    answer = client.post(url("review", kit.alliance.code, membership.pk), valid_form(step, membership))
    assert answer.status_code == 403
    membership.refresh_from_db()
    assert membership.state == MembershipState.APPLIED
    assert AuditEvent.objects.count() == 1


def valid_form(step, membership):
    """A form that only the lack of the right can stop; the applicant's identity is ticked for ``tick``."""
    version = membership.version
    return {
        "step": step,
        "version": version,
        "item": "identity",
        "claim": "number",
        "claim-number-version": version,
        "claim-number-outcome": "confirmed",
        "claim-number-method": "register",
        "decision": "approve",
        "no_conflict": "on",
        "renew-version": version,
        "renew-valid_until": "2027-06-30",
        "suspend-version": version,
        "suspend-reason": "why-suspend",
        "end-version": version,
        "end-reason": "why-end",
    }


def test_a_reviewer_cannot_suspend_by_posting_the_managers_form(client, kit):
    membership = MembershipFactory(company=kit.company, alliance=kit.alliance, approved=True)
    client.force_login(kit.reviewer)
    page = client.get(url("review", kit.alliance.code, membership.pk)).content.decode()
    assert 'value="suspend"' not in page
    answer = client.post(url("review", kit.alliance.code, membership.pk), valid_form("suspend", membership))
    assert answer.status_code == 403
    assert Membership.objects.get().state == MembershipState.APPROVED


def test_home_leads_to_the_desk_or_lets_choose_or_refuses(client, kit):
    client.force_login(kit.reviewer)
    assert client.get(url("home")).url == url("queue", kit.alliance.code)
    AllianceStaffFactory(alliance=kit.other_alliance, user=kit.reviewer)
    body = client.get(url("home")).content.decode()
    assert kit.alliance.name_en in body
    assert kit.other_alliance.name_en in body
    client.force_login(kit.stranger)
    assert client.get(url("home")).status_code == 403


def test_staff_without_a_second_factor_enrol_first(client, kit, settings):
    settings.YUXIN_REQUIRE_STAFF_MFA = True
    client.force_login(kit.reviewer)
    response = client.get(url("queue", kit.alliance.code))
    assert response.status_code == 302
    assert response.url == reverse("mfa_index")
