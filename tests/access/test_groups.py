"""Routes of others: the admin rooms, account pages and documents, found in the URLconf like everything else."""

import pytest

from tests.access.driving import all_routes, body_of, forbidden_canaries, outcome, sample_addresses
from tests.access.matrix import CLOSED_PREFIXES
from tests.turns import taken, turns

pytestmark = pytest.mark.django_db
# Icons and the words of scripts, the same for everybody; and Wagtail's page that fails on purpose for its operators.
HARMLESS = ("wagtailadmin_sprite", "wagtailadmin_javascript_catalog")
ABOUT_A_PERSON = ("mfa_index", "usersessions_list", "account_email", "account_change_password", "mfa_view_recovery_codes")
FAILS_ON_PURPOSE = "wagtailadmin_error_test"


def closed_addresses():
    return [(name, url) for name, url in sample_addresses() if url.lstrip("/").startswith(CLOSED_PREFIXES)]


def test_the_samples_cover_the_admin_rooms():
    closed = {name for name, path in all_routes() if path.startswith(CLOSED_PREFIXES)}
    sampled = {name for name, _url in closed_addresses()}
    assert len(closed - sampled) <= len(closed) // 20, sorted(closed - sampled)


STRANGERS = ("anonymous", "registered", "owner_x", "staff_a")


@pytest.mark.parametrize("role", turns(STRANGERS))
def test_nobody_but_the_platform_enters_the_admin_rooms(world, driver, role):
    """Neither reading nor posting answers 2xx anywhere below /admin/ and /django-admin/, and nothing changes."""
    wrong = []
    for number, (name, url) in enumerate(closed_addresses()):
        if name in HARMLESS:
            continue
        stranger = taken(role, STRANGERS, number)
        for method in ("GET", "POST"):
            response, written = driver.ask(stranger, method, url, {} if method == "POST" else None)
            if response.status_code < 300 or response.status_code >= 500 or written:
                wrong.append(f"{method} {url} ({name}) as {stranger}: {response.status_code}, changed {sorted(set(written))}")
            if leaked := forbidden_canaries(stranger, body_of(response)):
                wrong.append(f"{method} {url} as {stranger}: the answer holds {leaked}")
    assert not wrong, "\n".join(wrong)


def test_the_platform_reads_no_private_thing_in_the_admin_rooms(world, driver):
    """Wagtail and Django admin show platform staff no contact, private need, no-list or message."""
    # Accounts are the platform's to look after.
    accounts = {"kanariownerx", "kanariownerz", "kanariviewerx", "kanariviewerz"}
    wrong = []
    for name, url in real_addresses(world):
        response, _written = driver.ask("platform", "GET", url)
        if response.status_code >= 500 and name != FAILS_ON_PURPOSE:
            wrong.append(f"GET {url} ({name}): {response.status_code}")
        if leaked := forbidden_canaries("platform", body_of(response)) - accounts:
            wrong.append(f"GET {url} ({name}): the answer holds {leaked}")
    assert not wrong, "\n".join(wrong)


def real_addresses(world):
    """Sampled addresses, and those of needs and companies once more with the rows that hold secrets."""
    found = closed_addresses()
    for part, rows in (
        ("/snippets/directory/need/", (world.x.private_need, world.x.draft_need)),
        ("/snippets/directory/company/", (world.x.company, world.x.hidden)),
        ("/snippets/directory/credential/", (world.x.credential,)),
    ):
        for name, url in closed_addresses():
            if part in url and "/1/" in url:
                found += [(name, url.replace("/1/", f"/{row.pk}/", 1)) for row in rows]
    return found


def personal_addresses():
    named = ("account_", "mfa_", "usersessions_", "socialaccount_", "wagtailcore_", "wagtaildocs_")
    return [(name, url) for name, url in sample_addresses() if name.startswith(named)]


@pytest.mark.parametrize("role", ["anonymous", "registered", "owner_x", "staff_a", "platform"])
def test_account_pages_show_nothing_of_others(world, driver, role):
    """No canary of anybody, no error, and for strangers no page that is about a person."""
    wrong = []
    for name, url in personal_addresses():
        response, _written = driver.ask(role, "GET", url)
        if response.status_code >= 500:
            wrong.append(f"GET {url} ({name}): {response.status_code}")
        own = {"owner_x": {"kanariownerx"}, "staff_a": {"kanaristaffx"}}.get(role, set())
        if leaked := forbidden_canaries(role, body_of(response)) - own:
            wrong.append(f"GET {url} ({name}): the answer holds {leaked}")
        if role == "anonymous" and name in ABOUT_A_PERSON and outcome(response) != "login":
            wrong.append(f"GET {url} ({name}) is open to strangers")
    assert not wrong, "\n".join(wrong)
