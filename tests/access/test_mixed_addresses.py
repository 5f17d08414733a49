"""Addresses whose parts belong to different owners: the room of one, the object of another."""

import re

import pytest
from django.urls import reverse
from django.utils import translation

from matchmaking.introductions.models import Introduction
from tests.access.driving import body_of
from tests.access.world import upload
from tests.factories import CompanyMemberFactory

pytestmark = pytest.mark.django_db


def url(name, *args):
    with translation.override("en"):
        return reverse(name, args=args)


@pytest.mark.parametrize("role", ["staff_a", "staff_b", "platform"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_alliance_with_the_other_alliances_object(world, driver, role, method):
    """The desk of A never opens what is B's, whoever asks."""
    here, there = (world.z, world.x) if role == "staff_b" else (world.x, world.z)
    code = here.alliance.code
    addresses = [
        url("desk:review", code, there.membership.pk), url("desk:import_undo", code, there.run.pk),
        url("desk:import_preview", code, upload(there)),
    ]  # fmt: skip
    if role != "platform":
        addresses.append(url("desk:profile", code, there.waiting.pk))
    form = {"step": "take", "version": "1"} if method == "POST" else None
    for address in addresses:
        response, written = driver.ask(role, method, address, form)
        assert response.status_code in (403, 404, 405), f"{method} {address} as {role}: {response.status_code}"
        assert not written, address


@pytest.mark.parametrize("field", ["claim", "lift", "revoke"])
def test_ids_of_the_other_alliance_in_a_form(world, driver, field):
    """A number in the body belongs to the alliance in the address, or is not there."""
    there = world.z
    staff_row = there.alliance.staff.get(user=there.staff)
    cases = {
        "claim": ("desk:claims", {"claim": there.claim.pk, "step": "approve"}),
        "lift": ("desk:verdicts", {"lift": there.verdict.pk}),
        "revoke": ("desk:staff", {"revoke": staff_row.pk}),
    }
    name, form = cases[field]
    response, written = driver.ask("staff_a", "POST", url(name, world.x.alliance.code), form)
    assert response.status_code == 404
    assert not written


def test_a_company_of_others_in_an_application(world, driver):
    """``company=`` in the form or the address names one's own company, or nothing."""
    for method, form, query in (
        ("POST", {"step": "withdraw", "company": world.z.company.slug}, ""),
        ("POST", {"step": "apply", "statement": "Please", "company": world.z.company.slug}, ""),
        ("GET", None, f"?company={world.z.company.slug}"),
    ):
        address = url("alliances:apply", world.z.alliance.code) + query
        response, written = driver.ask("owner_x", method, address, form)
        assert response.status_code == 404
        assert not written


def test_fields_that_no_form_has_change_nothing(world, driver):
    """Mass assignment: owners cannot publish, verify, rename the address or give the company away by extra fields."""
    before = type(world.x.company).objects.filter(pk=world.x.company.pk).values().get()
    form = {
        "summary_en": before["summary_en"], "summary_zh": before["summary_zh"], "visibility": "suspended", "slug": "taken",
        "search_version": "99", "number": "1", "is_demo": "on", "live": "", "import_run": world.z.run.pk,
    }  # fmt: skip
    kept = {}

    def look(response):
        row = type(world.x.company).objects.filter(pk=world.x.company.pk)
        kept.update(row.values("visibility", "slug", "number", "is_demo", "live", "import_run_id").get())

    driver.ask("owner_x", "POST", url("workspace:company_section", "story"), form, look=look)
    assert kept == {name: before[name] for name in kept}


def test_another_companys_establishment_in_a_product(world, driver):
    """A choice field offers and accepts only one's own rows."""
    form = {
        "category": world.terms.category.pk, "name_en": "Changed", "temperature": "ambient",
        "establishment": world.z.establishment.pk,
    }  # fmt: skip
    response, written = driver.ask("owner_x", "POST", url("workspace:product", world.x.product.pk), form)
    assert response.status_code == 422
    assert not written


@pytest.mark.parametrize("about", ["need", "product"])
def test_an_introduction_about_somebody_elses_need(world, driver, about):
    """A request is about one's own need or product."""
    thing = world.z.private_need if about == "need" else world.z.product
    form = {"reason": "We would like to talk about this one.", "about": f"{about}-{thing.pk}"}
    address = url("introductions:request", world.x.imported.slug)
    response, written = driver.ask("owner_x", "POST", address, form)
    assert response.status_code == 422
    assert not written


@pytest.mark.parametrize("role", ["anonymous", "registered", "owner_y", "owner_z", "staff_b"])
def test_an_anonymous_need_never_names_its_company(world, driver, role):
    """Neither on its page nor in search, by name, address or number."""
    company = world.x.company
    names = (company.legal_name_en, company.legal_name_zh, company.slug)
    addresses = [url("directory:need", world.x.anonymous_need.pk), url("search:needs") + "?q=Discreet+wish+x"]
    for address in addresses:
        response, _written = driver.ask(role, "GET", address)
        body = body_of(response)
        assert "Discreet wish x" in body, "the page shows the need, or this test reads nothing"
        assert not [name for name in names if name in body], address


def test_a_missing_and_a_foreign_object_look_the_same(world, driver):
    """The same page, byte for byte but for what every request draws anew."""
    pairs = [
        (url("directory:need", world.z.private_need.pk), url("directory:need", 999_999)),
        (url("introductions:detail", world.z.introduction.reference), url("introductions:detail", "YX-AAAAAAAA")),
        (url("workspace:need", world.z.private_need.pk), url("workspace:need", 999_999)),
        (url("workspace:evidence", world.z.credential.pk), url("workspace:evidence", 999_999)),
        (url("directory:company", world.z.hidden.slug), url("directory:company", "never-was")),
    ]
    for foreign, missing in pairs:
        answers = []
        for address in (foreign, missing):
            response, _written = driver.ask("owner_x", "GET", address)
            answers.append((response.status_code, "".join(plain(body_of(response), address))))
        assert answers[0] == answers[1], foreign


def plain(body, address):
    """Leave out tokens and the page's own address."""
    body = re.sub(r'(nonce|value|hx-headers|content)="[^"]*"|hx-headers=\'[^\']*\'', "", body)
    tail = address.removeprefix("/en")
    return body.replace(tail, "/…/")


def test_a_request_is_made_for_the_company_one_works_for(world, driver):
    """The company chosen in the workspace asks, not the first one of the person."""
    CompanyMemberFactory(company=world.x.member, user=world.x.owner)
    steps = [
        ("POST", url("workspace:choose"), {"company": str(world.x.member.pk)}),
        ("POST", url("introductions:request", world.z.partner.slug), {"reason": "We need cold storage soon."}),
    ]
    asked = driver.walk("owner_x", steps, lambda: list(
        Introduction.objects.filter(receiver=world.z.partner).order_by("-pk").values_list("requester__slug", flat=True)[:1]
    ))  # fmt: skip
    assert asked == [world.x.member.slug]
