"""Composition root: the only module that sees every app."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from directory.sitemaps import sitemap_urls

# Wagtail's and Django's own log-ins know nothing of lock-out or second factors: allauth is the only door.
_to_account_login = RedirectView.as_view(pattern_name="account_login", query_string=True)

handler400 = "matchmaking.core.views.bad_request"
handler403 = "matchmaking.core.views.permission_denied"

urlpatterns = [
    path("", include("matchmaking.core.urls")),
    path("", include((sitemap_urls, "sitemaps"))),
    path("admin/login/", _to_account_login, name="wagtailadmin_login_redirect"),
    path("admin/", include(wagtailadmin_urls)),
    path("django-admin/login/", _to_account_login, name="django_admin_login_redirect"),
    path("django-admin/", admin.site.urls),
    path("documents/", include(wagtaildocs_urls)),
]

urlpatterns += i18n_patterns(
    path("account/", include("allauth.urls")),
    path("find/", include("search.urls")),
    path("alliances/", include("alliances.urls")),
    path("introductions/", include("matchmaking.introductions.urls")),
    path("desk/", include("matchmaking.desk.urls")),
    path("", include("matchmaking.workspace.urls")),
    path("", include("directory.urls")),
    path("", include("matchmaking.core.localised_urls")),
    path("", include(wagtail_urls)),
)

if settings.DEBUG:
    from django.conf.urls.static import static

    urlpatterns += static(settings.MEDIA_URL, document_root=settings.MEDIA_ROOT)
