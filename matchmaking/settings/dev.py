"""One-command start on the embedded default: SQLite, FTS5, console mail, demonstration data."""

from matchmaking.settings.base import *  # noqa: F403  # settings modules extend each other this way
from matchmaking.settings.base import STATIC_ROOT, env

# Off by default so that a newcomer meets the product's own error pages; DEBUG=1 for developing.
DEBUG = env.bool("DEBUG", default=False)
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
YUXIN_DEMO = env.bool("YUXIN_DEMO", default=True)
YUXIN_REQUIRE_STAFF_MFA = env.bool("YUXIN_REQUIRE_STAFF_MFA", default=not YUXIN_DEMO)
# WhiteNoise warns about a missing folder, even where it looks into the packages first.
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
# Static files come straight from the packages: no collecting step before the first page.
WHITENOISE_USE_FINDERS = True
