"""Alliances, their staff and their members."""

import factory
from django.utils import timezone

from alliances.models import Alliance, AllianceStaff, Membership, MembershipState, StaffRole
from tests.factories.directory import CompanyFactory
from tests.factories.users import UserFactory


class AllianceFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Alliance

    code = factory.Sequence(lambda n: f"alliance-{n}")
    name_zh = factory.Sequence(lambda n: f"联盟{n}")
    name_en = factory.Sequence(lambda n: f"Alliance {n}")


class AllianceStaffFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = AllianceStaff

    class Params:
        manager = factory.Trait(role=StaffRole.MANAGER)
        head = factory.Trait(role=StaffRole.HEAD)

    alliance = factory.SubFactory(AllianceFactory)
    user = factory.SubFactory(UserFactory)
    role = StaffRole.REVIEWER


class MembershipFactory(factory.django.DjangoModelFactory):
    """An application waiting for the secretariat; traits for the other states."""

    class Meta:
        model = Membership

    class Params:
        approved = factory.Trait(state=MembershipState.APPROVED)
        invited = factory.Trait(state=MembershipState.INVITED, applied_at=None)

    company = factory.SubFactory(CompanyFactory)
    alliance = factory.SubFactory(AllianceFactory)
    state = MembershipState.APPLIED
    applied_at = factory.LazyFunction(timezone.now)
