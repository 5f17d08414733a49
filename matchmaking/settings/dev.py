"""One-command start on the embedded default: SQLite, FTS5, console mail, demonstration data."""

from matchmaking.settings.base import *  # noqa: F403  # settings modules extend each other this way
from matchmaking.settings.base import env

DEBUG = env.bool("DEBUG", default=True)
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
YUXIN_DEMO = env.bool("YUXIN_DEMO", default=True)
YUXIN_REQUIRE_STAFF_MFA = env.bool("YUXIN_REQUIRE_STAFF_MFA", default=not YUXIN_DEMO)
