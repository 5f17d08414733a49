"""Searching by keyboard: suggestions as one types, a slip that is mended, and a way on where nothing is found."""

import pytest

from directory.models import Company

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

BOX = "#q"
OPTIONS = "#suggestions [role=option]"
FRONT_PAGE = ("wagtail_serve", "")


# Settled once the list shows what was answered to this text: who types slowly is answered to its beginnings as well.
ANSWERED = """text => { window.answered = new Promise(done => document.getElementById("suggestions").addEventListener(
    "htmx:afterSwap", event => new URL(event.detail.xhr.responseURL).searchParams.get("q") === text && done())) }"""


def type_in(visitor, text):
    """Type as a person does, and wait until what is offered for it is there."""
    visitor.page.fill(BOX, "")
    visitor.page.evaluate(ANSWERED, text)
    visitor.page.locator(BOX).press_sequentially(text)
    visitor.page.evaluate("() => window.answered")


@pytest.mark.parametrize("page", [("search:find",), FRONT_PAGE])
def test_suggestions_by_keyboard(visit, site, language, page):
    reader = visit()
    reader.go(*page)
    box = reader.page.locator(BOX)
    assert box.get_attribute("role") == "combobox"
    assert box.get_attribute("aria-expanded") == "false"
    type_in(reader, "straits")
    reader.page.locator(OPTIONS).first.wait_for()
    assert box.get_attribute("aria-expanded") == "true"
    reader.inspect()

    offered = [option.get_attribute("data-value") for option in reader.page.locator(OPTIONS).all()]
    box.press("ArrowDown")
    chosen = reader.page.locator(f"#{box.get_attribute('aria-activedescendant')}")
    assert chosen.get_attribute("aria-selected") == "true"
    assert box.input_value() == chosen.get_attribute("data-value") == offered[0]
    box.press("ArrowUp")
    assert (box.input_value(), box.get_attribute("aria-activedescendant")) == ("straits", None)
    box.press("ArrowUp")
    assert box.input_value() == offered[-1]
    box.press("Escape")
    assert (box.input_value(), box.get_attribute("aria-expanded")) == ("straits", "false")
    assert not reader.page.locator("#suggestions").is_visible()

    box.press("ArrowDown")
    with reader.page.expect_navigation():
        box.press("Enter")
    reader.is_at("search:find")
    assert reader.page.locator(BOX).input_value() == offered[0]
    assert "Straits Water Engineering" in reader.text("ul.hits")


@pytest.mark.parametrize("page", [("search:find",), FRONT_PAGE])
def test_a_suggestion_by_pointer_and_never_of_a_hidden_firm(visit, site, language, page):
    Company.objects.filter(slug="merlion-marks").update(visibility="suspended")
    reader = visit()
    reader.go(*page)
    type_in(reader, "merlion")
    assert reader.page.locator(OPTIONS).count() == 0
    type_in(reader, "haigang")
    with reader.page.expect_navigation():
        reader.page.locator(OPTIONS).first.click()
    assert "Harbour Data Centre Design" in reader.text("ul.hits")


def test_a_slip_is_mended_and_one_can_insist(visit, site, language):
    reader = visit()
    reader.go("search:find")
    reader.page.fill(BOX, "Merlino Makrs")
    with reader.page.expect_navigation():
        reader.page.locator(BOX).press("Enter")
    assert "Merlion Marks" in reader.text("ul.hits")
    assert "Merlion Marks" in reader.text("[role=search]")
    reader.inspect()
    with reader.page.expect_navigation():
        reader.page.locator("[role=search] a[href*=respell]").click()
    assert "Merlion Marks" not in reader.text("[role=search]")
    reader.inspect()
