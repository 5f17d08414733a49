"""Rights by role, from current rows only."""

import pytest
from django.core.exceptions import PermissionDenied

from alliances import actions
from alliances.models import AllianceStaff, MembershipState
from alliances.permissions import AlliancePolicy, alliances_of, is_alliance_staff
from matchmaking.users.roles import holds_trusted_role
from tests.alliances.test_workflow import EXPECTED, build, membership_in
from tests.factories import AllianceStaffFactory, CompanyMemberFactory, MembershipFactory, UserFactory

# right → who has it (kit names); everybody else in PEOPLE has not.
PEOPLE = ("reviewer", "manager", "head", "other", "platform", "owner", "stranger")
RIGHTS = {
    "may_see_desk": {"reviewer", "manager", "head", "platform"},
    "may_review": {"reviewer", "manager", "head"},
    "may_import": {"manager", "head"},
    "may_manage_staff": {"manager", "head", "platform"},
    "may_give_verdict": {"reviewer", "manager", "head"},
}
SECRETARIAT = {"reviewer", "manager", "head"}
# action → who may run it.
ACTORS = dict.fromkeys(EXPECTED, SECRETARIAT) | {
    "apply": {"owner"},
    "withdraw": {"owner"},
    "answer": {"owner"},
    "suspend": {"manager", "head"},
    "reinstate": {"manager", "head"},
    "end": {"manager", "head"},
}


@pytest.mark.parametrize("right", RIGHTS)
@pytest.mark.parametrize("person", PEOPLE)
def test_right(kit, right, person):
    policy = AlliancePolicy(getattr(kit, person), kit.alliance)
    assert getattr(policy, right)() is (person in RIGHTS[right])


@pytest.mark.parametrize("name", ACTORS)
@pytest.mark.parametrize("person", PEOPLE)
def test_who_may_run_which_action(kit, name, person):
    state = next(iter(EXPECTED[name]))
    membership = membership_in(state, kit, name)
    action = build(name, kit, membership)
    action.actor = getattr(kit, person)
    if person in ACTORS[name]:
        action.run()
    else:
        with pytest.raises(PermissionDenied):
            action.run()


@pytest.mark.parametrize("role", ["editor", "viewer"])
def test_only_owners_commit_a_company(kit, role):
    person = CompanyMemberFactory(company=kit.company, role=role).user
    with pytest.raises(PermissionDenied):
        actions.ApplyForMembership(person, kit.company, kit.alliance).run()


def test_staff_of_another_alliance_cannot_decide_by_swapping_the_membership(kit):
    foreign = MembershipFactory(alliance=kit.other_alliance, state=MembershipState.IN_REVIEW)
    assert not AlliancePolicy(kit.head, kit.alliance).may_decide(foreign)


@pytest.mark.parametrize(
    ("actor", "target", "role", "fine"),
    [
        ("reviewer", "stranger", "reviewer", False),
        ("manager", "stranger", "reviewer", True),
        ("manager", "stranger", "manager", True),
        ("manager", "stranger", "head", False),
        ("manager", "head", "reviewer", False),
        ("manager", "manager", "head", False),
        ("manager", "reviewer", "manager", True),
        ("head", "stranger", "head", True),
        ("head", "head", "reviewer", False),
        ("head", "stranger", "emperor", False),
        ("platform", "stranger", "head", True),
        ("platform", "platform", "reviewer", False),
        ("other", "stranger", "reviewer", False),
        ("stranger", "stranger", "reviewer", False),
    ],
)
def test_granting_a_role(kit, actor, target, role, fine):
    action = actions.GrantStaffRole(getattr(kit, actor), kit.alliance, getattr(kit, target), role)
    if fine:
        action.run()
        assert AllianceStaff.objects.get(alliance=kit.alliance, user=getattr(kit, target)).role == role
    else:
        with pytest.raises(PermissionDenied):
            action.run()


@pytest.mark.parametrize(
    ("actor", "target", "fine"),
    [
        ("manager", "reviewer", True),
        ("manager", "head", False),
        ("manager", "manager", False),
        ("head", "manager", True),
        ("head", "head", False),
        ("reviewer", "reviewer2", False),
        ("other", "reviewer", False),
    ],
)
def test_revoking_a_role(kit, actor, target, fine):
    person = getattr(kit, target)
    action = actions.RevokeStaffRole(getattr(kit, actor), kit.alliance, person)
    if fine:
        action.run()
    else:
        with pytest.raises(PermissionDenied):
            action.run()
    assert AllianceStaff.objects.filter(alliance=kit.alliance, user=person).exists() is not fine


def test_rights_end_with_the_row_and_with_the_account(kit):
    policy = AlliancePolicy(kit.reviewer, kit.alliance)
    assert policy.may_review()
    kit.reviewer.is_active = False
    assert not AlliancePolicy(kit.reviewer, kit.alliance).may_review()
    AllianceStaff.objects.filter(user=kit.manager).delete()
    assert not AlliancePolicy(kit.manager, kit.alliance).may_see_desk()


def test_desks_of_a_person(kit):
    assert alliances_of(kit.reviewer) == [kit.alliance]
    assert alliances_of(kit.stranger) == []
    assert set(alliances_of(kit.platform)) == {kit.alliance, kit.other_alliance}


def test_a_second_factor_is_demanded_of_alliance_staff(db):
    person = UserFactory()
    assert not holds_trusted_role(person)
    AllianceStaffFactory(user=person)
    assert is_alliance_staff(person)
    assert holds_trusted_role(person)
