"""Rows by the keys and places of the data files."""

import pytest

from directory.models import Company, Need
from matchmaking.demo.judging.keys import Keys
from tests.factories import CompanyFactory


def test_a_company_is_found_whatever_its_address(directory, asker):
    company = directory.companies[asker]
    Company.objects.filter(pk=company.pk).update(slug="renamed")
    keys = Keys()
    assert keys.company(asker) == company
    assert keys.name(company.pk) == asker
    assert len(keys) == len(directory.entries)


def test_companies_that_are_not_of_the_demonstration_have_no_key(directory):
    other = CompanyFactory()
    assert Keys().name(other.pk) == str(other.pk)
    Company.objects.filter(is_demo=True).update(is_demo=False)
    assert len(Keys()) == 0


def test_needs_and_products_are_counted_as_in_the_file(directory, asker, seller):
    keys = Keys()
    assert keys.item(asker, "need", 0) == directory.needs[asker][0]
    last = len(directory.products[seller]) - 1
    assert keys.item(seller, "product", last) == directory.products[seller][last]
    with pytest.raises(LookupError, match=f"{seller} has no product {last + 1}"):
        keys.item(seller, "product", last + 1)
    with pytest.raises(LookupError, match="'nobody' is no company"):
        keys.item("nobody", "need", 0)


def test_a_need_that_was_rewritten_is_another_need(directory, asker):
    Need.objects.filter(pk=directory.needs[asker][0].pk).update(title_en="Something else")
    with pytest.raises(LookupError, match=f"need 0 of {asker} is no longer in the database"):
        Keys().item(asker, "need", 0)
