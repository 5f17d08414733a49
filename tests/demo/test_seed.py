"""The command: seeds once, leaves what it found, and takes back all that it brought."""

import datetime

import pytest
from allauth.account.models import EmailAddress
from django.core.management import CommandError, call_command
from wagtail.models import Revision, WorkflowState

from alliances.models import AllianceStaff, Membership, Verdict
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
from matchmaking.demo.numbers import invented_number
from matchmaking.introductions.models import ContactConsent, Introduction, IntroductionMessage
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
