"""Settings of the processes that the fault tests start: those of the test run, with a short lease."""

from matchmaking.settings.test import *  # noqa: F403  # settings modules extend each other this way
from matchmaking.settings.test import env

OUTBOX_LEASE_SECONDS = env.float("FAULTS_LEASE", default=0.6)
# The server of the surrounding test run is not theirs; the stage is told with each command which one is.
ELASTICSEARCH_URL = ""
LOGGING = {"version": 1, "disable_existing_loggers": True, "root": {"handlers": [], "level": "CRITICAL"}}
