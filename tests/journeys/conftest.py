"""Chromium, the site with its vocabulary and firms, and a recommender that is trained once for all journeys."""

import contextlib
import os
import shutil
from types import SimpleNamespace

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.cache import cache
from django.core.management import call_command
from django.db import connections

from alliances.models import Alliance, StaffRole
from directory.models import Company, CompanyMember
from matchmaking.core import outbox
from matchmaking.matches import live
from tests.factories import AllianceStaffFactory
from tests.journeys.snapshot import snapshot
from tests.journeys.visitor import Visitor
from tests.journeys.world import BUYER, PROVIDERS, SUPPLIER, create_buyer, create_providers, create_supplier

SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync"]  # fmt: skip

EMPTIED = pytest.StashKey()


@pytest.fixture(scope="session")
def chromium(django_db_setup):
    """Debian's Chromium. Where the services are demanded, a machine without it fails instead of skipping."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        missing = "no Chromium on this machine: apt-get install chromium"
        if os.environ.get("YUXIN_REQUIRE_SERVICES") == "1" or os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    sync_api = pytest.importorskip("playwright.sync_api")
    with pytest.MonkeyPatch.context() as patch:
        # Playwright keeps an event loop in this thread; the ORM calls of the tests beside it are synchronous all the same.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        opened = connections.all()
        with sync_api.sync_playwright() as playwright:
            # Under a running loop Django would open connections of its own; the tests go on with those they have.
            for one in opened:
                connections[one.alias] = one
            browser = playwright.chromium.launch(executable_path=path, args=SWITCHES)
            yield browser
            browser.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item):
    """Put back what the migrations wrote: a journey empties every table when its last fixture ends."""
    yield
    if put_back := item.stash.get(EMPTIED, None):
        put_back()


@pytest.fixture(scope="session")
def migrated(django_db_setup, django_db_blocker):
    """The rows that the migrations wrote, and what puts them back."""
    with django_db_blocker.unblock():
        rows = snapshot()

    def put_back():
        with django_db_blocker.unblock():
            rows.put_back()

    return put_back


@pytest.fixture
def emptied_afterwards(request, migrated, transactional_db):
    """Mark the test as one that leaves empty tables."""
    request.node.stash[EMPTIED] = migrated


@pytest.fixture(scope="session")
def seeded(tmp_path_factory):
    """The folder of the trained model and, once a journey has made them, the rows that each begins with."""
    return SimpleNamespace(folder=tmp_path_factory.mktemp("recommender"), rows=None)


@pytest.fixture
def site(emptied_afterwards, settings, seeded):
    """The site as ``make run`` leaves it, with few firms: vocabulary, alliances, pages, model, matches, index."""
    settings.RECOMMENDER_DIR = seeded.folder
    cache.clear()
    live.forget()
    if seeded.rows is None:
        _seed()
        seeded.rows = snapshot()
    else:
        seeded.rows.put_back()
    with open(os.devnull, "w") as nowhere:
        call_command("search_rebuild", verbosity=0, force=True, json=True, stdout=nowhere)
    yield SimpleNamespace(
        supplier=CompanyMember.objects.get(company__slug=SUPPLIER).user,
        buyer=Company.objects.get(slug=BUYER),
        providers=Company.objects.in_bulk([one[0] for one in PROVIDERS], field_name="slug"),
    )
    live.forget()


def _seed():
    for command in ("load_taxonomy", "load_alliances", "seed_site"):
        call_command(command, verbosity=0)
    create_supplier()
    create_buyer()
    create_providers()
    for command in ("train_recommender", "refresh_matches"):
        call_command(command, verbosity=0)
    outbox.drain_all()


@pytest.fixture
def reviewer(site):
    """A reviewer of the engineering alliance with the second factor that the role demands."""
    alliance = Alliance.objects.get(code="engineering-design")
    user = AllianceStaffFactory(alliance=alliance, role=StaffRole.REVIEWER, user__full_name="Tan Mei").user
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    return SimpleNamespace(user=user, alliance=alliance, secret=secret)


@pytest.fixture(params=["zh-hans", "en"])
def language(request):
    return request.param


@pytest.fixture
def visit(chromium, site, live_server, language):
    """Return a function that seats another person at a browser of their own; nobody may have met a problem."""
    with contextlib.ExitStack() as stack:
        seated = []

        def seat():
            visitor = Visitor(chromium, live_server.url, language)
            stack.callback(visitor.context.close)
            seated.append(visitor)
            return visitor

        yield seat
    assert [problem for visitor in seated for problem in visitor.problems] == []
