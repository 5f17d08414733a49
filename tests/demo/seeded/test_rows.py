"""The rows that ``seed_demo`` writes, and that it writes them once."""

import datetime

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.contrib.auth import authenticate
from django.core.management import call_command
from django.utils import timezone

from alliances.models import Membership, MembershipState
from directory.models import (
    ClaimCheck,
    Company,
    ContactPerson,
    Credential,
    Product,
)
from directory.registration import check_registration
from directory.selectors import profile_status
from matchmaking.introductions.models import Introduction, IntroductionState
from matchmaking.users.models import User
from tests.demo.test_seed import counts

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("demonstration")]


def test_a_second_seed_changes_nothing(demonstration):
    before, names = counts(), list(Company.objects.order_by("pk").values_list("pk", "number", "updated_at"))
    call_command("seed_demo", verbosity=0)
    assert counts() == before
    assert list(Company.objects.order_by("pk").values_list("pk", "number", "updated_at")) == names


def test_the_same_directory_every_time(demonstration):
    columns = ("slug", "number", "contact_person__name", "contact_person__phone")
    first = list(Company.objects.order_by("slug").values_list(*columns))
    call_command("seed_demo", "--delete", verbosity=0)
    call_command("seed_demo", verbosity=0)
    assert list(Company.objects.order_by("slug").values_list(*columns)) == first


def test_numbers_of_the_directory(demonstration):
    for company in Company.objects.all():
        assert not check_registration(company.scheme, company.number).warnings


def test_states_of_companies(demonstration):
    found = {profile_status(company) for company in Company.objects.all()}
    assert found == {"published", "changed", "submitted", "draft", "withdrawn", "suspended"}
    assert not Company.objects.filter(is_demo=False).exists()


def test_states_of_memberships_and_the_second_approver(demonstration):
    assert set(Membership.objects.values_list("state", flat=True)) == set(MembershipState.values)
    waiting = Membership.objects.filter(state=MembershipState.IN_REVIEW).exclude(first_approver=None)
    assert waiting.count() >= 3
    for membership in waiting:
        ticked = {code for code, item in membership.checklist.items() if item["done"]}
        assert ticked == {item["code"] for item in membership.alliance.checklist}
        others = membership.alliance.staff.exclude(user=membership.first_approver)
        assert others.filter(role__in=("manager", "head")).exists()


def test_introductions_in_every_state(demonstration):
    assert set(Introduction.objects.values_list("state", flat=True)) == set(IntroductionState.values)
    for introduction in Introduction.objects.prefetch_related("messages", "consents"):
        days = [introduction.created_at, *[message.created_at for message in introduction.messages.all()]]
        assert days == sorted(days)
        assert days[-1] <= timezone.now()
        assert introduction.consents.count() == 1 + introduction.contacts_open
        if introduction.need:
            assert introduction.need.company_id == introduction.requester_id


def test_credentials_current_expiring_and_expired(demonstration):
    today = timezone.localdate()
    soon = today + datetime.timedelta(days=22)
    assert Credential.objects.filter(valid_until_date__lt=today).count() >= 5
    assert Credential.objects.filter(valid_until_date__range=(today, soon)).count() >= 5
    assert Credential.objects.filter(checks=None).count() >= 10
    for check in ClaimCheck.objects.exclude(credential__valid_until_date=None).select_related("credential"):
        assert check.valid_until_date <= check.credential.valid_until_date


def test_some_profiles_in_one_language_and_one_outdated(demonstration):
    assert Company.objects.visible().filter(summary_zh="").exists()
    assert Company.objects.visible().filter(summary_en="").exists()
    assert any("outdated" in company.translation_status.values() for company in Company.objects.all())


def test_products_say_what_a_buyer_asks_first(demonstration):
    for product in Product.objects.all():
        assert len(product.hs6) == 6
        assert product.pack
        assert product.minimum_order
        assert product.incoterm
        assert product.shelf_life_days
    assert Product.objects.exclude(origin_mark="").count() >= 8
    assert {"ambient", "chilled", "frozen"} == set(Product.objects.values_list("temperature", flat=True))


def test_shown_accounts_log_in(demonstration):
    for email, password, role in apps.get_app_config("demo").accounts:
        user = User.objects.get(email=email)
        assert user.check_password(password)
        assert role
        assert EmailAddress.objects.filter(user=user, email=email, verified=True, primary=True).exists()
    assert authenticate(None, username=email, password=password)


def test_contacts_reach_nobody(demonstration):
    for contact in ContactPerson.objects.all():
        assert contact.email.endswith(".example")
        assert " 0000 " in contact.phone
