"""Chromium, the site with its vocabulary and firms, and a recommender that is trained once for all journeys."""

import contextlib
import os
import shutil
from types import SimpleNamespace

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection, connections
from django.utils import timezone

from alliances.models import Alliance, StaffRole
from matchmaking.core import outbox
from matchmaking.matches import live
from matchmaking.matches.models import ModelVersion
from tests.factories import AllianceStaffFactory
from tests.journeys.visitor import Visitor
from tests.journeys.world import create_buyer, create_providers, create_supplier

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
    if unblock := item.stash.get(EMPTIED, None):
        with unblock():
            connection.creation.deserialize_db_from_string(connection._test_serialized_contents)


@pytest.fixture
def emptied_afterwards(request, transactional_db, django_db_blocker):
    """Mark the test as one that leaves empty tables."""
    request.node.stash[EMPTIED] = django_db_blocker.unblock


@pytest.fixture(scope="session")
def trained(tmp_path_factory):
    """The folder of the trained model and the values of its row, which each journey writes anew."""
    return SimpleNamespace(folder=tmp_path_factory.mktemp("recommender"), row=None)


@pytest.fixture
def site(emptied_afterwards, settings, trained):
    """The site as ``make run`` leaves it, with few firms: vocabulary, alliances, pages, model, matches, index."""
    settings.RECOMMENDER_DIR = trained.folder
    cache.clear()
    live.forget()
    for command in ("load_taxonomy", "load_alliances", "seed_site"):
        call_command(command, verbosity=0)
    supplier, buyer, providers = create_supplier(), create_buyer(), create_providers()
    if trained.row is None:
        call_command("train_recommender", verbosity=0)
        trained.row = ModelVersion.objects.values("fingerprint", "directory", "figures").get(active=True)
    else:
        ModelVersion.objects.create(**trained.row, active=True, activated_at=timezone.now())
    call_command("refresh_matches", verbosity=0)
    with open(os.devnull, "w") as nowhere:
        call_command("search_rebuild", verbosity=0, json=True, stdout=nowhere)
    outbox.drain_all()
    yield SimpleNamespace(supplier=supplier, buyer=buyer, providers=providers)
    live.forget()


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
