"""The editorial pages: seeded in both languages, safe to repeat, served with real figures."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from wagtail.models import Page, Site
from wagtail_localize.models import Translation

from directory.models import EditorialPage, HomePage
from directory.seeding import seed_site
from matchmaking.users.models import User
from tests.factories import CompanyFactory, NeedFactory, OfferFactory
from tests.lasting import lasting

pytestmark = pytest.mark.django_db
SLUGS = ("checks", "ranking", "privacy", "accessibility", "contact")


@pytest.fixture(scope="module")
def seeded(django_db_setup, django_db_blocker):
    with lasting(django_db_blocker):
        seed_site()
        yield


@pytest.fixture
def site(seeded):
    Site.clear_site_root_paths_cache()
    yield
    Site.clear_site_root_paths_cache()


def test_both_home_pages_are_served_in_their_language(client, site):
    for language, word in (("zh-hans", "在重庆与新加坡"), ("en", "Find the right partner")):
        page = client.get(f"/{language}/")
        assert page.status_code == 200
        assert word in page.content.decode()
    assert client.get("/").status_code == 302


@pytest.mark.parametrize("slug", SLUGS)
def test_editorial_pages_exist_at_one_address_in_both_languages(client, site, slug):
    chinese = client.get(f"/zh-hans/{slug}/").content.decode()
    english = client.get(f"/en/{slug}/").content.decode()
    first = EditorialPage.objects.get(slug=slug, locale__language_code="zh-hans")
    second = EditorialPage.objects.get(slug=slug, locale__language_code="en")
    assert first.title in chinese
    assert second.title in english
    assert first.intro not in english
    assert f'href="http://testserver/en/{slug}/"' in chinese
    assert first.body != second.body
    assert len(first.body) == len(second.body)


def test_every_page_is_translated_the_way_translators_work(site):
    assert Translation.objects.count() == len(SLUGS) + 1
    for translation in Translation.objects.all():
        total, done = translation.get_progress()
        assert total == done > 0


def test_a_second_run_changes_nothing_and_keeps_what_editors_wrote(site):
    page = EditorialPage.objects.get(slug="contact", locale__language_code="en")
    page.intro = "Call us."
    page.save_revision().publish()
    before = set(Page.objects.values_list("pk", flat=True))
    report = seed_site()
    assert (report.created, report.removed) == ([], [])
    assert set(Page.objects.values_list("pk", flat=True)) == before
    assert EditorialPage.objects.get(pk=page.pk).intro == "Call us."


def test_the_welcome_page_of_wagtail_is_gone(site):
    assert not Page.objects.exact_type(Page).filter(depth=2).exists()
    assert Site.objects.get(is_default_site=True).root_page.specific == HomePage.objects.get(
        locale__language_code="zh-hans"
    )


def test_figures_are_counted_and_what_is_nothing_says_so(client, site):
    assert "not counted yet" in client.get("/en/").content.decode()
    CompanyFactory()
    CompanyFactory(draft=True)
    OfferFactory(company=CompanyFactory(singapore=True))
    figures = {tile.label: tile.figure for tile in client.get("/en/").context["figures"]}
    assert figures == {"Companies listed": 2, "Services and products": 1, "Open needs": None, "Claims checked": None}


def test_the_front_page_names_companies_of_public_needs_only(client, site):
    open_need = NeedFactory(title_en="Seeks cold storage", company=CompanyFactory(slug="open-firm"))
    NeedFactory(title_en="Seeks a buyer", anonymous=True, company=CompanyFactory(slug="shy-firm", legal_name_en="Shy Ltd"))
    NeedFactory(title_en="Sells quietly", private=True)
    text = client.get("/en/").content.decode()
    assert open_need.company.slug in text
    assert "Seeks a buyer" in text
    for trace in ("shy-firm", "Shy Ltd", "Sells quietly"):
        assert trace not in text


def test_the_front_page_asks_a_fixed_number_of_questions(client, site, django_assert_max_num_queries):
    for _ in range(6):
        NeedFactory()
    client.get("/en/")
    with django_assert_max_num_queries(25):
        client.get("/en/")


def test_the_sitemap_holds_the_pages_in_both_languages(client, site):
    text = client.get("/sitemap-pages.xml").content.decode()
    for address in ("zh-hans/", "en/", "zh-hans/checks/", "en/contact/"):
        assert f"<loc>http://testserver/{address}</loc>" in text


def test_the_command_makes_an_administrator_only_when_asked(monkeypatch, site):
    call_command("seed_site", stdout=StringIO())
    assert not User.objects.exists()
    monkeypatch.delenv("DJANGO_SUPERUSER_PASSWORD", raising=False)
    with pytest.raises(CommandError):
        call_command("seed_site", superuser="root@example.org", stdout=StringIO())
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "correct horse battery")
    for _ in range(2):
        call_command("seed_site", superuser="root@example.org", stdout=StringIO())
    user = User.objects.get()
    assert user.is_superuser
    assert user.emailaddress_set.filter(verified=True).count() == 1
