"""What stands on a company's page as like it: the same things done, the nearest first, nobody who may not be shown."""

import pytest
from django.core.cache import cache
from pytest_django.asserts import assertContains

from directory.models import Company, Need
from matchmaking.engine.bridge import TextBridge
from search import meaning
from search.engines.base import EngineUnavailableError
from search.index import search_engine
from search.indexing import Dirty, bring_into_step
from search.likeness import needs_for, similar_companies
from search.reading import TextReader
from tests.factories import CompanyFactory, NeedFactory, OfferFactory, ProductFactory, TermFactory
from tests.search.test_reading import TEXTS, Letters

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_kept():
    cache.clear()


@pytest.fixture
def reading(monkeypatch):
    """A model with an encoder of letters is in force; asked for before the index, whose vectors it makes."""
    reader = TextReader(TextBridge(encoder=Letters()).fit(TEXTS))
    monkeypatch.setattr(meaning, "reader", lambda: reader)


@pytest.fixture
def law():
    return TermFactory(code="law", label_zh="法律服务", label_en="Legal services")


def publish():
    everybody = set(Company.objects.values_list("pk", flat=True))
    bring_into_step(Dirty(everybody, set(Need.objects.values_list("pk", flat=True))))
    search_engine().refresh()


def slugs(rows):
    return [row.slug for row in rows]


def lawyer(law, slug, **fields):
    return OfferFactory(service_type=law, company__slug=slug, **fields).company


def asking(law, **fields):
    need = NeedFactory(**fields)
    need.service_types.add(law)
    need.save()
    return need


def test_who_shares_a_service_is_similar_and_who_is_hidden_is_not(index, law):
    mine, same, hidden = (lawyer(law, slug) for slug in ("mine", "same", "hidden"))
    OfferFactory(company__slug="other")
    publish()
    assert set(slugs(similar_companies(mine, 4))) == {"same", "hidden"}
    # What was kept names both; the database decides.
    Company.objects.filter(pk=hidden.pk).update(visibility="suspended")
    assert slugs(similar_companies(mine, 4)) == ["same"]
    hidden.refresh_from_db()
    assert similar_companies(hidden, 4) == []
    assert same in similar_companies(mine, 1)


def test_products_and_sectors_make_companies_alike_where_services_do_not(index):
    sauce, food = TermFactory(code="food.sauces", category=True), TermFactory(code="agri", sector=True)
    mine, maker, grower = (CompanyFactory(slug=slug) for slug in ("mine", "maker", "grower"))
    for company in (mine, maker):
        ProductFactory(company=company, category=sauce)
    for company in (mine, grower):
        company.sectors.add(food)
        company.save()
    publish()
    assert slugs(similar_companies(mine, 4)) == ["maker", "grower"]
    assert similar_companies(CompanyFactory(), 4) == []


def test_needs_across_the_border_that_ask_for_a_service_are_shown(index, law):
    lawyers = lawyer(law, "mine", company__singapore=True)
    wanted = asking(law, company__country="CN", title_en="A lawyer in Singapore")
    asking(law, company__singapore=True)
    asking(law, company__country="CN", private=True)
    NeedFactory(company__country="CN")
    publish()
    assert needs_for(lawyers, 4) == [wanted]
    Need.objects.filter(pk=wanted.pk).update(state="closed")
    assert needs_for(lawyers, 4) == []


def test_a_broad_term_above_both_makes_nobody_alike(index):
    broad = TermFactory(code="people")
    law, staff = (TermFactory(code=f"people.{name}", parent=broad) for name in ("law", "staff"))
    lawyers = lawyer(law, "mine", company__singapore=True)
    lawyer(staff, "agency")
    asking(staff, company__country="CN")
    publish()
    assert similar_companies(lawyers, 4) == []
    assert needs_for(lawyers, 4) == []


def test_the_nearest_in_meaning_come_first(reading, index, law):
    mine = lawyer(law, "mine", company__summary_en="zzz zzz zzz")
    lawyer(law, "far", company__summary_en="bbb bbb bbb")
    lawyer(law, "near", company__summary_en="zzz zzz")
    publish()
    assert slugs(similar_companies(mine, 4)) == ["near", "far"]
    Company.objects.filter(slug="far").update(summary_en="zzz zzz zzz", search_version=9)
    Company.objects.filter(slug="near").update(summary_en="ccc ccc", search_version=9)
    publish()
    cache.clear()
    assert slugs(similar_companies(mine, 4)) == ["far", "near"]


def test_a_page_stands_without_a_search_engine(index, law, monkeypatch):
    mine, _ = lawyer(law, "mine"), lawyer(law, "same")
    publish()

    def down(*args, **kwargs):
        raise EngineUnavailableError("away")

    with monkeypatch.context() as patch:
        patch.setattr(type(search_engine()), "search", down)
        patch.setattr(type(search_engine()), "nearest", down)
        assert similar_companies(mine, 4) == []
    # That nothing was found then is not kept.
    assert slugs(similar_companies(mine, 4)) == ["same"]


def test_the_public_page_shows_both(index, law, client):
    lawyers = lawyer(law, "mine", company__singapore=True)
    lawyer(law, "same")
    asking(law, company__country="CN", title_en="A lawyer in Singapore", title_zh="找新加坡律师")
    publish()
    pages = {language: client.get(f"/{language}/companies/{lawyers.slug}/") for language in ("zh-hans", "en")}
    shown = {
        "zh-hans": ("同类企业", "谁有这样的需求", "找新加坡律师", "/companies/same/"),
        "en": ("Similar companies", "Who needs this", "A lawyer in Singapore", "/companies/same/"),
    }
    for language, texts in shown.items():
        for text in texts:
            assertContains(pages[language], text)
