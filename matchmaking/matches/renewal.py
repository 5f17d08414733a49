"""Learn anew and recompute everything, as one piece of work that the worker may start by itself."""

import logging
import time
from datetime import timedelta

from django.core.cache import cache

from matchmaking.matches.artefacts import store_model
from matchmaking.matches.live import forget, live_recommender
from matchmaking.matches.night import refresh_everything
from matchmaking.matches.training import fit, read

logger = logging.getLogger(__name__)

# Longer than a renewal of some ten thousand companies takes; a killed worker's claim ends by itself.
CLAIM = timedelta(minutes=20)
_KEY = "matches.renewal"


def renew() -> bool:
    """Train on the present directory and refresh all lists; False when another worker is at it already."""
    if not cache.add(_KEY, 1, timeout=int(CLAIM.total_seconds())):
        return False
    started = time.monotonic()
    try:
        material = read()
        store_model(fit(material), material.figures())
        forget()
        live = live_recommender()
        assert live is not None
        counts = refresh_everything(live, show_progress=False)
    finally:
        cache.delete(_KEY)
    logger.info("learned anew: %s in %.0f s", counts, time.monotonic() - started)
    return True
