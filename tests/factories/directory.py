"""Companies and what belongs to them."""

import factory

from directory.models import (
    Company,
    CompanyMember,
    ContactPerson,
    Credential,
    Need,
    NeedState,
    Offer,
    Product,
    Term,
    TermKind,
    Visibility,
)
from tests.factories.users import UserFactory


class TermFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Term
        django_get_or_create = ("kind", "code")

    class Params:
        sector = factory.Trait(kind=TermKind.SECTOR)
        market = factory.Trait(kind=TermKind.MARKET)
        language = factory.Trait(kind=TermKind.LANGUAGE)
        category = factory.Trait(kind=TermKind.PRODUCT_CATEGORY)
        scheme = factory.Trait(kind=TermKind.CREDENTIAL_SCHEME)
        place = factory.Trait(kind=TermKind.PLACE)

    kind = TermKind.SERVICE_TYPE
    code = factory.Sequence(lambda n: f"term-{n}")
    label_zh = factory.LazyAttribute(lambda term: f"词条{term.code}")
    label_en = factory.LazyAttribute(lambda term: f"Term {term.code}")


class CompanyFactory(factory.django.DjangoModelFactory):
    """A published Chongqing firm; ``singapore=True`` for the other side, ``draft=True`` for one not yet published."""

    class Meta:
        model = Company
        skip_postgeneration_save = True

    class Params:
        singapore = factory.Trait(
            country="SG", scheme="uen", number=factory.Sequence(lambda n: f"2020{n:05d}K"),
        )
        draft = factory.Trait(visibility=Visibility.DRAFT, live=False)
        suspended = factory.Trait(visibility=Visibility.SUSPENDED, live=False)

    legal_name_zh = factory.Sequence(lambda n: f"重庆样本{n}有限公司")
    legal_name_en = factory.Sequence(lambda n: f"Sample {n} Co., Ltd.")
    slug = factory.Sequence(lambda n: f"sample-{n}")
    country = "CN"
    summary_zh = "一家样本公司。"
    summary_en = "A sample company."
    visibility = Visibility.LIVE
    live = True

    @factory.post_generation
    def contact(self, create, extracted, **kwargs):
        if create and extracted:
            ContactPerson.objects.create(company=self, **extracted)


class CompanyMemberFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = CompanyMember

    company = factory.SubFactory(CompanyFactory)
    user = factory.SubFactory(UserFactory)
    role = "owner"


class OfferFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Offer

    company = factory.SubFactory(CompanyFactory, singapore=True)
    service_type = factory.SubFactory(TermFactory)
    title_zh = factory.Sequence(lambda n: f"服务{n}")
    title_en = factory.Sequence(lambda n: f"Service {n}")


class NeedFactory(factory.django.DjangoModelFactory):
    """An open public need."""

    class Meta:
        model = Need

    class Params:
        private = factory.Trait(confidentiality="private")
        anonymous = factory.Trait(confidentiality="anonymous")

    company = factory.SubFactory(CompanyFactory)
    title_zh = factory.Sequence(lambda n: f"需求{n}")
    title_en = factory.Sequence(lambda n: f"Need {n}")
    state = NeedState.OPEN
    live = True


class ProductFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Product

    company = factory.SubFactory(CompanyFactory)
    category = factory.SubFactory(TermFactory, category=True)
    name_zh = factory.Sequence(lambda n: f"产品{n}")
    name_en = factory.Sequence(lambda n: f"Product {n}")


class CredentialFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Credential

    company = factory.SubFactory(CompanyFactory)
    scheme = factory.SubFactory(TermFactory, scheme=True)
