"""Verdicts on pairs: one form per pair, one in force, kept when lifted."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from alliances import actions
from alliances.models import MembershipState, Verdict
from matchmaking.core.actions import InvalidTransition
from matchmaking.core.models import AuditEvent, OutboxEntry
from tests.factories import CompanyFactory, CompanyMemberFactory, MembershipFactory

TODAY = timezone.localdate()


@pytest.fixture
def pair(kit):
    MembershipFactory(company=kit.company, alliance=kit.alliance, state=MembershipState.APPROVED)
    return kit.company, CompanyFactory(singapore=True)


def give(kit, first, second, **changes):
    fields = {"kind": "pin", "reason": "why-pin"} | changes
    person = fields.pop("person", kit.reviewer)
    return actions.GiveVerdict(person, kit.alliance, first, second, **fields).run()


def test_a_pair_has_one_form_whatever_the_order(kit, pair):
    verdict = give(kit, pair[1], pair[0])
    assert (verdict.company_low, verdict.company_high) == tuple(sorted(pair, key=lambda company: company.pk))
    with pytest.raises(InvalidTransition):
        give(kit, *pair, kind="suppress", reason="why-suppress")
    assert Verdict.objects.count() == 1


def test_both_companies_are_marked_and_neither_reads_it_in_its_trail(kit, pair):
    give(kit, *pair)
    assert set(OutboxEntry.objects.filter(topic="match").values_list("entity_id", flat=True)) == {
        c.pk for c in pair
    }
    event = AuditEvent.objects.get()
    assert (event.action, event.company_id, event.alliance_id) == ("verdict.given", None, kit.alliance.pk)


def test_lifting_keeps_the_row_and_makes_room(kit, pair):
    verdict = give(kit, *pair)
    actions.LiftVerdict(kit.reviewer2, verdict).run()
    verdict.refresh_from_db()
    assert verdict.lifted_at is not None
    with pytest.raises(InvalidTransition):
        actions.LiftVerdict(kit.reviewer2, verdict).run()
    give(kit, *pair, kind="suppress", reason="why-suppress")
    assert list(Verdict.objects.current().values_list("kind", flat=True)) == ["suppress"]


def test_a_lapsed_verdict_makes_room_by_itself(kit, pair):
    verdict = give(kit, *pair, until=TODAY)
    Verdict.objects.update(until_date=TODAY - datetime.timedelta(days=1))
    give(kit, *pair)
    verdict.refresh_from_db()
    assert verdict.lifted_at is not None


@pytest.mark.parametrize(
    "changes",
    [
        {"reason": ""},
        {"reason": "why-suppress"},
        {"kind": "praise"},
        {"until": TODAY - datetime.timedelta(days=1)},
    ],
)
def test_bad_verdicts_are_refused(kit, pair, changes):
    with pytest.raises(InvalidTransition):
        give(kit, *pair, **changes)


def test_a_company_cannot_be_paired_with_itself(kit, pair):
    with pytest.raises(InvalidTransition):
        give(kit, pair[0], pair[0])


def test_one_of_the_pair_must_be_a_member_here(kit):
    with pytest.raises(InvalidTransition):
        give(kit, CompanyFactory(), CompanyFactory())


@pytest.mark.parametrize("person", ["other", "platform", "owner", "stranger"])
def test_only_the_secretariat_gives_and_lifts(kit, pair, person):
    with pytest.raises(PermissionDenied):
        give(kit, *pair, person=getattr(kit, person))
    verdict = give(kit, *pair)
    with pytest.raises(PermissionDenied):
        actions.LiftVerdict(getattr(kit, person), verdict).run()


def test_nobody_pins_their_own_company(kit, pair):
    CompanyMemberFactory(company=pair[1], user=kit.reviewer)
    with pytest.raises(PermissionDenied):
        give(kit, *pair)


def test_the_database_itself_keeps_pairs_ordered_and_single(kit, pair):
    low, high = sorted(pair, key=lambda company: company.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        Verdict.objects.create(
            alliance=kit.alliance, company_low=high, company_high=low, kind="pin", reason="x"
        )
    give(kit, low, high)
    with pytest.raises(IntegrityError), transaction.atomic():
        Verdict.objects.create(
            alliance=kit.alliance, company_low=low, company_high=high, kind="pin", reason="x"
        )
