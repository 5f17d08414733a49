"""What every installation of Yuxin shares; dev, test and production change only what they must."""

from pathlib import Path

import environ
from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parents[2]
env = environ.Env()

# All that the running product writes lives here: database, embedded index, model, media.
VAR_DIR = Path(env("YUXIN_VAR", default=str(BASE_DIR / "var"))).resolve()
VAR_DIR.mkdir(parents=True, exist_ok=True)

SECRET_KEY = env("SECRET_KEY", default="development-only-key-production-refuses-it-0123456789abcdef")
DEBUG = False
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=[])

INSTALLED_APPS = [
    "matchmaking.core",
    "matchmaking.users",
    "directory",
    "alliances",
    "matchmaking.matches",
    "matchmaking.introductions",
    "search",
    "matchmaking.workspace",
    "matchmaking.desk",
    "matchmaking.demo",
    "wagtail_localize",
    "wagtail_localize.locales",
    "wagtail.contrib.settings",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "django_htmx",
    "csp",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.sitemaps",
    "django.contrib.humanize",
    "django.forms",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    # Headers for all answers, refusals included; malformed input is refused before anything reads it.
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "matchmaking.core.middleware.PrivateAnswers",
    "matchmaking.core.middleware.RefuseMalformedInput",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "matchmaking.users.middleware.RequireMultiFactor",
]

ROOT_URLCONF = "matchmaking.urls"
WSGI_APPLICATION = "matchmaking.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "matchmaking.core.context.site",
            ],
        },
    },
]

# One variable decides: nothing set = SQLite, DATABASE_URL=postgres://… = PostgreSQL.
DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'yuxin.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # Measured: deferred BEGIN gives "database is locked" under three writers, IMMEDIATE none.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;",
    }
else:
    # Needs the driver, which the embedded default does not install.
    INSTALLED_APPS.append("django.contrib.postgres")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    "default": (
        env.cache_url("CACHE_URL")
        if env("CACHE_URL", default="")
        # Shared by web processes and worker, unlike local memory: rate limits must be exact.
        else {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "yuxin_cache"}
    )
}

# --- People -----------------------------------------------------------------------------------
AUTH_USER_MODEL = "users.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "workspace:home"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "matchmaking.users.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_EMAIL_SUBJECT_PREFIX = "[渝新 Yuxin] "
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Yuxin"
USERSESSIONS_TRACK_ACTIVITY = True
# Social log-ins appear only where an operator has set keys for them.
SOCIALACCOUNT_PROVIDERS: dict[str, dict[str, object]] = {}
for _provider, _prefix, _app in (
    ("weixin", "WEIXIN", "matchmaking.users.weixin"),
    ("google", "GOOGLE", "allauth.socialaccount.providers.google"),
):
    if env(f"{_prefix}_CLIENT_ID", default=""):
        INSTALLED_APPS.append(_app)
        SOCIALACCOUNT_PROVIDERS[_provider] = {
            "APPS": [{"client_id": env(f"{_prefix}_CLIENT_ID"), "secret": env(f"{_prefix}_SECRET"), "key": ""}],
        }
# Demonstration accounts of staff skip the enrolment of a second factor; production refuses this.
YUXIN_DEMO = env.bool("YUXIN_DEMO", default=False)
YUXIN_REQUIRE_STAFF_MFA = env.bool("YUXIN_REQUIRE_STAFF_MFA", default=True)

# --- Languages: Simplified Chinese first ---------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
WAGTAIL_I18N_ENABLED = True
LOCALE_PATHS = [BASE_DIR / "matchmaking" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

# --- Files ------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "var" / "static"
STATICFILES_DIRS = [BASE_DIR / "matchmaking" / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"
DATA_UPLOAD_MAX_MEMORY_SIZE = 3 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FORM_RENDERER = "matchmaking.core.forms.YuxinRenderer"

# --- Wagtail: editorial pages and the secretariat of the platform ---------------------------------
WAGTAIL_SITE_NAME = "渝新 Yuxin"
WAGTAILADMIN_BASE_URL = env("BASE_URL", default="http://localhost:8000")
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
# Wagtail would write to them inside the request of a member; open reviews stand on its dashboard and on the desks.
WAGTAILADMIN_NOTIFICATION_INCLUDE_SUPERUSERS = False
WAGTAIL_FINISH_WORKFLOW_ACTION = "directory.publishing.publish_reviewed"
WAGTAIL_FRONTEND_LOGIN_URL = "/account/login/"
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 40_000_000
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "matchmaking.core.admin_search", "AUTO_UPDATE": True}}
# Wagtail's own jobs (its admin index) run in place; ours travel through the outbox.
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}

# --- Mail -------------------------------------------------------------------------------------
EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="渝新 Yuxin <no-reply@yuxin.example>")

# --- Search and matching ----------------------------------------------------------------------
ELASTICSEARCH_URL = env("ELASTICSEARCH_URL", default="")
SEARCH_INDEX_PREFIX = env("SEARCH_INDEX_PREFIX", default="yuxin")
SEARCH_FTS5_PATH = VAR_DIR / "search.sqlite3"
RECOMMENDER_DIR = VAR_DIR / "recommender"
# "auto": the English sentence encoder where its package is installed; "none"; or the folder of a multilingual one.
RECOMMENDER_ENCODER = env.str("RECOMMENDER_ENCODER", "auto")
# Who compares the companies of a large directory: threads, loky (processes) or dask (a cluster; extra scale).
MATCH_BACKEND = env.str("MATCH_BACKEND", "threads")
RECOMMENDER_ENCODINGS = VAR_DIR / "encodings"

# --- Navigation of the site header: (label, url name); names that do not resolve are skipped ------
YUXIN_NAVIGATION = [
    (_("Find providers"), "search:find"),
    (_("My needs"), "workspace:needs"),
    (_("Introductions"), "introductions:list"),
    (_("Sell abroad"), "workspace:products"),
    (_("Alliances"), "alliances:list"),
    (_("Desk"), "desk:home"),
]

# Editorial pages in the footer; their addresses are the same in both languages.
YUXIN_FOOTER = [
    (_("What we check"), "/checks/"),
    (_("How ranking works"), "/ranking/"),
    (_("Privacy and cross-border data"), "/privacy/"),
    (_("Accessibility"), "/accessibility/"),
    (_("Contact a secretariat"), "/contact/"),
]

# --- Browser rules ----------------------------------------------------------------------------
X_FRAME_OPTIONS = "DENY"  # Wagtail itself lifts this to SAMEORIGIN for its preview frames
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
CSRF_FAILURE_VIEW = "matchmaking.core.views.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "EXCLUDE_URL_PREFIXES": ["/admin/", "/django-admin/"],
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "font-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "manifest-src": [SELF],
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="INFO")},
    "loggers": {
        "elastic_transport": {"level": "WARNING"},
        # At INFO Wagtail writes titles of what was edited, private needs among them.
        "wagtail": {"level": "WARNING"},
        "django_tasks": {"level": "WARNING"},
    },
}
