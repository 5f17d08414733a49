"""Addresses for search machines, in both languages, in files that no number of companies makes too large."""

from typing import Any

from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps.views import index, sitemap
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import NoReverseMatch, path, reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe
from wagtail.models import Page, Site

from directory.models import Company, Confidentiality, Need

# Lists and doors that everybody may open; names of rooms that are not there are skipped.
STATIC_PAGES = ("search:find", "directory:companies", "alliances:list")


class BilingualSitemap(Sitemap):
    """Every address once per language, each naming the other as its alternate."""

    i18n = True
    alternates = True
    x_default = True
    limit = 5_000


class CompanySitemap(BilingualSitemap):
    """Visible companies."""

    def items(self) -> QuerySet[Company]:
        return Company.objects.visible().only("slug", "updated_at").order_by("pk")

    def lastmod(self, company: Company) -> Any:
        return company.updated_at


class NeedSitemap(BilingualSitemap):
    """Needs whose company is named; an anonymous need is not advertised."""

    def items(self) -> QuerySet[Need]:
        return Need.objects.shown().filter(confidentiality=Confidentiality.PUBLIC).order_by("pk")

    def lastmod(self, need: Need) -> Any:
        return need.updated_at


class PageSitemap(BilingualSitemap):
    """Editorial pages below the home page. Their addresses are the same in both languages but for the prefix."""

    def items(self) -> list[Page]:
        root = Site.objects.select_related("root_page").filter(is_default_site=True).first()
        return list(root.root_page.get_descendants(inclusive=True).live().public()) if root else []

    def get_languages_for_item(self, item: Page) -> list[str]:
        translations = item.get_translations(inclusive=True).filter(live=True).select_related("locale")
        return [page.locale.language_code for page in translations]

    def location(self, item: Page) -> str:
        below_root = "/".join(item.url_path.strip("/").split("/")[1:])
        return f"/{get_language()}/{below_root}/" if below_root else f"/{get_language()}/"

    def lastmod(self, page: Page) -> Any:
        return page.last_published_at


class StaticSitemap(BilingualSitemap):
    """Lists that exist once."""

    def items(self) -> list[str]:
        return [name for name in STATIC_PAGES if self._exists(name)]

    def location(self, item: str) -> str:
        return reverse(item)

    @staticmethod
    def _exists(name: str) -> bool:
        try:
            return bool(reverse(name))
        except NoReverseMatch:
            return False


SITEMAPS = {"pages": PageSitemap, "lists": StaticSitemap, "companies": CompanySitemap, "needs": NeedSitemap}


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Tell crawlers where the addresses are and which rooms are nobody's business."""
    closed = ("account", "my", "join", "desk", "introductions")
    lines = ["User-agent: *", "Disallow: /admin/", "Disallow: /django-admin/"]
    lines += [f"Disallow: /{language}/{room}/" for language in ("zh-hans", "en") for room in closed]
    lines.append(f"Sitemap: {request.build_absolute_uri(reverse('sitemaps:index'))}")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


sitemap_urls = [
    path("robots.txt", robots, name="robots"),
    path(
        "sitemap.xml", require_safe(index), {"sitemaps": SITEMAPS, "sitemap_url_name": "sitemaps:section"}, name="index"
    ),
    path("sitemap-<slug:section>.xml", require_safe(sitemap), {"sitemaps": SITEMAPS}, name="section"),
]
