"""The adapter: public profiles hold public data only, and many companies cost as many queries as one."""

import pytest

from directory.models import Visibility
from matchmaking.matches.features import (
    own_profiles,
    product_profile,
    public_profiles,
    without_private_needs,
)
from tests.factories import (
    CompanyFactory,
    CredentialFactory,
    MembershipFactory,
    NeedFactory,
    OfferFactory,
    ProductFactory,
    TermFactory,
)

pytestmark = pytest.mark.django_db


def test_a_profile_carries_the_coded_fields_of_the_company():
    company = CompanyFactory(singapore=True, group_name=" Merlion Group ")
    company.sectors.set([TermFactory(sector=True, code="food")])
    company.languages.set([TermFactory(language=True, code="en")])
    company.save()
    market = TermFactory(market=True, code="VN")
    offer = OfferFactory(company=company, service_type=TermFactory(code="eng.water"), deal_size=3, capacity=2)
    offer.markets.set([market])
    offer.save()
    CredentialFactory(company=company, scheme=TermFactory(scheme=True, code="pe"))
    MembershipFactory(company=company, approved=True, alliance__code="engineering")
    MembershipFactory(company=company, alliance__code="financial")

    profile = public_profiles()[company.pk]

    assert (profile.key, profile.country, profile.group) == (str(company.pk), "SG", "merlion group")
    assert (profile.sectors, profile.languages) == ({"food"}, {"en"})
    assert (profile.credentials, profile.alliances) == ({"pe"}, {"engineering"})
    (given,) = profile.offers
    assert (given.service_types, given.markets, given.deal_size, given.capacity) == ({"eng.water"}, {"VN"}, 3, 2)


def test_a_number_that_is_no_band_of_money_is_not_stated():
    offer = OfferFactory(deal_size=6)
    NeedFactory(company=offer.company, budget=99)
    ProductFactory(company=offer.company, price_band=5)
    profile = public_profiles()[offer.company_id]
    assert [one.deal_size for one in profile.offers] == [None, 5]
    assert [one.budget for one in profile.needs] == [None]


def test_broader_services_and_members_of_market_groups_are_included():
    asean = TermFactory(market=True, code="ASEAN")
    TermFactory(market=True, code="VN", parent=asean)
    TermFactory(market=True, code="CN", extra={"groups": "RCEP|ASEAN"})
    broad = TermFactory(code="log")
    offer = OfferFactory(service_type=TermFactory(code="log.sea", parent=broad))
    offer.markets.set([asean])
    offer.save()
    (given,) = public_profiles()[offer.company_id].offers
    assert given.service_types == {"log", "log.sea"}
    assert given.markets == {"ASEAN", "VN", "CN"}


def test_a_lapsed_credential_counts_for_nothing():
    lapsed = CredentialFactory(valid_until_date="2020-01-01")
    assert public_profiles()[lapsed.company_id].credentials == frozenset()


def test_only_open_public_needs_are_in_the_public_profile():
    company = CompanyFactory()
    public = NeedFactory(company=company)
    anonymous = NeedFactory(company=company, anonymous=True)
    private = NeedFactory(company=company, private=True)
    NeedFactory(company=company, state="draft")
    keys = {kind: f"need:{need.pk}" for kind, need in
            (("public", public), ("anonymous", anonymous), ("private", private))}  # fmt: skip

    assert [need.key for need in public_profiles()[company.pk].needs] == [keys["public"]]
    own = own_profiles([company.pk])[company.pk]
    assert {need.key for need in own.needs} == set(keys.values())
    assert {need.key for need in without_private_needs(own).needs} == {keys["public"], keys["anonymous"]}


def test_products_are_offers_and_a_product_can_speak_alone():
    product = ProductFactory(name_en="Zhacai", category=TermFactory(category=True, code="pickles"))
    OfferFactory(company=product.company)
    NeedFactory(company=product.company)
    profile = public_profiles()[product.company_id]
    seller = product_profile(profile, product.pk)
    assert [offer.key for offer in seller.offers] == [f"product:{product.pk}"]
    assert (seller.offers[0].categories, seller.needs, seller.summary.en) == ({"pickles"}, (), "Zhacai")
    assert product_profile(profile, product.pk + 1) is None


@pytest.mark.parametrize("state", [Visibility.DRAFT, Visibility.SUSPENDED, Visibility.WITHDRAWN])
def test_companies_that_are_not_visible_have_no_profile(state):
    company = CompanyFactory(visibility=state, live=False)
    assert public_profiles() == {}
    assert own_profiles([company.pk]) == {}


def test_many_companies_cost_as_many_queries_as_one():
    def add(count):
        for _ in range(count):
            offer = OfferFactory()
            NeedFactory(company=offer.company)
            ProductFactory(company=offer.company)
            CredentialFactory(company=offer.company)

    def queries():
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as captured:
            public_profiles()
        return len(captured)

    add(1)
    one = queries()
    add(6)
    assert queries() == one
