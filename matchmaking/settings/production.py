"""Settings of a real installation. Everything secret or local comes from the environment; unsafe values are refused."""

from django.core.exceptions import ImproperlyConfigured

from matchmaking.settings.base import *  # noqa: F403  # settings modules extend each other this way
from matchmaking.settings.base import ALLOWED_HOSTS, SECRET_KEY, YUXIN_DEMO, YUXIN_REQUIRE_STAFF_MFA, env

DEBUG = False
if not SECRET_KEY or SECRET_KEY.startswith("development-only"):
    raise ImproperlyConfigured("SECRET_KEY must be set in production.")
if not ALLOWED_HOSTS:
    raise ImproperlyConfigured("ALLOWED_HOSTS must name the hosts that this installation serves.")
if YUXIN_DEMO or not YUXIN_REQUIRE_STAFF_MFA:
    raise ImproperlyConfigured("YUXIN_DEMO and YUXIN_REQUIRE_STAFF_MFA=0 are for development only.")

SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_TLS_PROXY", default=False) else None
SECURE_HSTS_SECONDS = 63_072_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-sessionid"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_NAME = "__Host-csrftoken"
LANGUAGE_COOKIE_SECURE = True
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
