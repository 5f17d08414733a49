"""A food supplier: log in, add a product, find its buyers."""

import pytest

from directory.models import Product
from matchmaking.core import outbox
from tests.journeys.world import term

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


def test_from_a_product_to_its_buyers(visit, site):
    supplier = visit()
    supplier.log_in(site.supplier)
    supplier.is_at("workspace:home")
    supplier.inspect()
    supplier.go("workspace:products")
    supplier.follow(supplier.url("workspace:product_new"))
    supplier.inspect()
    category = term("product_category", "fruit.navel-orange")
    supplier.page.select_option("[name=category]", str(category.pk))
    supplier.fill(name_zh="奉节脐橙", name_en="Fengjie navel oranges", pack="10 kg", shelf_life_days="60")
    supplier.page.select_option("[name=temperature]", "chilled")
    supplier.tick("markets", term("market", "MY").pk)
    supplier.press()
    supplier.is_at("workspace:products")
    supplier.inspect()
    product = Product.objects.get()
    assert (product.category, product.hs6) == (category, "080510")

    outbox.drain_all()
    supplier.follow(supplier.url("workspace:product_matches", product.pk))
    cards = supplier.page.locator("article.match")
    slugs = [card.get_attribute("id").removeprefix("m-") for card in cards.all()]
    assert slugs[0] == site.buyer.slug
    assert not set(slugs) & set(site.providers), "a firm that buys no food is no buyer"
    assert cards.first.locator(".band").inner_text().strip()
    supplier.inspect()
