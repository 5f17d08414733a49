"""The command: seeds once, leaves what it found, and takes back all that it brought."""

import datetime

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.utils import timezone
from wagtail.models import Revision, WorkflowState

from alliances.models import AllianceStaff, Membership, MembershipState, Verdict
from directory.models import (
    ClaimCheck,
    Company,
    CompanyMember,
    ContactPerson,
    Credential,
    Establishment,
    Need,
    NoListEntry,
    Offer,
    Product,
)
from directory.registration import check_registration
from directory.selectors import profile_status
from matchmaking.demo.numbers import invented_number
from matchmaking.introductions.models import ContactConsent, Introduction, IntroductionMessage, IntroductionState
from matchmaking.users.models import User
from tests.factories import CompanyFactory, UserFactory

ROWS = (
    User, EmailAddress, Company, CompanyMember, ContactPerson, Offer, Need, Product, Establishment, Credential,
    ClaimCheck, Membership, AllianceStaff, Verdict, NoListEntry, Introduction, ContactConsent, IntroductionMessage,
    Revision, WorkflowState, Company.sectors.through, Offer.markets.through, Need.service_types.through,
    Product.markets.through,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def vocabulary(settings):
    settings.YUXIN_DEMO = True
    call_command("load_taxonomy", verbosity=0)
    call_command("load_alliances")


@pytest.fixture
def seeded(vocabulary):
    call_command("seed_demo", verbosity=0)


def counts():
    return {model._meta.label: model.objects.count() for model in ROWS}


def test_delete_leaves_nothing_and_spares_others(vocabulary):
    mine, owner = CompanyFactory(), UserFactory()
    before = counts()
    call_command("seed_demo", verbosity=0)
    assert all(counts()[label] > before[label] for label in before)
    call_command("seed_demo", "--delete", verbosity=0)
    assert counts() == before
    assert Company.objects.get() == mine
    assert User.objects.filter(pk=owner.pk).exists()


def test_a_second_seed_changes_nothing(seeded):
    before, names = counts(), list(Company.objects.order_by("pk").values_list("pk", "number", "updated_at"))
    call_command("seed_demo", verbosity=0)
    assert counts() == before
    assert list(Company.objects.order_by("pk").values_list("pk", "number", "updated_at")) == names


def test_the_same_directory_every_time(seeded):
    columns = ("slug", "number", "contact_person__name", "contact_person__phone")
    first = list(Company.objects.order_by("slug").values_list(*columns))
    call_command("seed_demo", "--delete", verbosity=0)
    call_command("seed_demo", verbosity=0)
    assert list(Company.objects.order_by("slug").values_list(*columns)) == first


def test_refused_where_there_is_no_demonstration(vocabulary, settings):
    settings.YUXIN_DEMO = False
    with pytest.raises(CommandError):
        call_command("seed_demo", verbosity=0)
    with pytest.raises(CommandError):
        call_command("seed_demo", "--delete", verbosity=0)
    assert not Company.objects.exists()


def test_a_missing_vocabulary_is_named(settings):
    settings.YUXIN_DEMO = True
    with pytest.raises(CommandError, match="load_taxonomy"):
        call_command("seed_demo", verbosity=0)


def test_numbers_pass_every_check_and_are_unique():
    for country in ("CN", "SG", "MY"):
        made = [invented_number(country, serial, since) for serial in range(1, 300) for since in (1974, 2021)]
        for scheme, number in made:
            found = check_registration(scheme, number, today=datetime.date(2026, 1, 1))
            assert found.number == number
            assert not found.warnings
    assert len({invented_number("CN", serial, 2000) for serial in range(1, 999)}) == 998


def test_numbers_of_the_directory(seeded):
    for company in Company.objects.all():
        assert not check_registration(company.scheme, company.number).warnings


def test_states_of_companies(seeded):
    found = {profile_status(company) for company in Company.objects.all()}
    assert found == {"published", "changed", "submitted", "draft", "withdrawn", "suspended"}
    assert not Company.objects.filter(is_demo=False).exists()


def test_states_of_memberships_and_the_second_approver(seeded):
    assert set(Membership.objects.values_list("state", flat=True)) == set(MembershipState.values)
    waiting = Membership.objects.filter(state=MembershipState.IN_REVIEW).exclude(first_approver=None)
    assert waiting.count() >= 3
    for membership in waiting:
        ticked = {code for code, item in membership.checklist.items() if item["done"]}
        assert ticked == {item["code"] for item in membership.alliance.checklist}
        others = membership.alliance.staff.exclude(user=membership.first_approver)
        assert others.filter(role__in=("manager", "head")).exists()


def test_introductions_in_every_state(seeded):
    assert set(Introduction.objects.values_list("state", flat=True)) == set(IntroductionState.values)
    for introduction in Introduction.objects.prefetch_related("messages", "consents"):
        days = [introduction.created_at, *[message.created_at for message in introduction.messages.all()]]
        assert days == sorted(days)
        assert days[-1] <= timezone.now()
        assert introduction.consents.count() == 1 + introduction.contacts_open
        if introduction.need:
            assert introduction.need.company_id == introduction.requester_id


def test_credentials_current_expiring_and_expired(seeded):
    today = timezone.localdate()
    soon = today + datetime.timedelta(days=22)
    assert Credential.objects.filter(valid_until_date__lt=today).count() >= 5
    assert Credential.objects.filter(valid_until_date__range=(today, soon)).count() >= 5
    assert Credential.objects.filter(checks=None).count() >= 10
    for check in ClaimCheck.objects.exclude(credential__valid_until_date=None).select_related("credential"):
        assert check.valid_until_date <= check.credential.valid_until_date


def test_some_profiles_in_one_language_and_one_outdated(seeded):
    assert Company.objects.visible().filter(summary_zh="").exists()
    assert Company.objects.visible().filter(summary_en="").exists()
    assert any("outdated" in company.translation_status.values() for company in Company.objects.all())


def test_products_say_what_a_buyer_asks_first(seeded):
    for product in Product.objects.all():
        assert len(product.hs6) == 6
        assert product.pack
        assert product.minimum_order
        assert product.incoterm
        assert product.shelf_life_days
    assert Product.objects.exclude(origin_mark="").count() >= 8
    assert {"ambient", "chilled", "frozen"} == set(Product.objects.values_list("temperature", flat=True))


def test_shown_accounts_log_in(seeded):
    for email, password, role in apps.get_app_config("demo").accounts:
        user = User.objects.get(email=email)
        assert user.check_password(password)
        assert role
        assert EmailAddress.objects.filter(user=user, email=email, verified=True, primary=True).exists()
    assert authenticate(None, username=email, password=password)


def test_contacts_reach_nobody(seeded):
    for contact in ContactPerson.objects.all():
        assert contact.email.endswith(".example")
        assert " 0000 " in contact.phone
