"""Settings of the test run: cheap hashing, mail in memory, everything written to a folder of its own."""

import atexit
import shutil
import tempfile
from pathlib import Path

from matchmaking.settings.base import *  # noqa: F403  # settings modules extend each other this way
from matchmaking.settings.base import DATABASES, env

DEBUG = False
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
VAR_DIR = Path(tempfile.mkdtemp(prefix="yuxin-test-"))
atexit.register(shutil.rmtree, VAR_DIR, ignore_errors=True)
MEDIA_ROOT = VAR_DIR / "media"
SEARCH_FTS5_PATH = VAR_DIR / "search.sqlite3"
# Test processes share one search server: under one name, each would take the others' generations out of service.
SEARCH_INDEX_PREFIX = VAR_DIR.name
RECOMMENDER_DIR = VAR_DIR / "recommender"
RECOMMENDER_ENCODER = "none"
RECOMMENDER_ENCODINGS = VAR_DIR / "encodings"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
# A file keeps the migrated test database between runs (pytest --reuse-db); without it, SQLite stays in memory.
if env("YUXIN_TEST_DB", default=""):
    DATABASES["default"]["TEST"] = {"NAME": env("YUXIN_TEST_DB")}
# Faults that a process is to suffer, and the folder in which it says where it is held: matchmaking.core.fault_points.
FAULT = env("FAULT", default="")
FAULT_DIR = env("FAULT_DIR", default=str(VAR_DIR))
