"""The handler of the outbox topic ``match``: a changed company's lists follow within seconds."""

import logging
import time
from collections.abc import Sequence
from datetime import datetime, timedelta

from matchmaking.core import outbox
from matchmaking.core.models import OutboxEntry
from matchmaking.matches.live import LiveRecommender, live_recommender
from matchmaking.matches.models import ModelVersion
from matchmaking.matches.nearby import explain_own, refresh_near
from matchmaking.matches.refresh import refresh_company, refresh_own
from matchmaking.matches.renewal import CLAIM, renew

logger = logging.getLogger(__name__)

# Well below the lease of a batch: what is left is given back instead of being worked on by two workers at once.
BUDGET_SECONDS = 20.0
UNTIL_TRAINED = timedelta(minutes=5)
UNTIL_RENEWED = timedelta(seconds=30)
# From so many changed companies on (an import, as a rule), learning anew and refreshing all lists is quicker than one
# company after the other, and better: the model has never seen the words of the new companies.
MANY = 60
# A large directory takes longer to learn anew, and a second for one company: there it pays from this share of it on.
LARGE_SHARE = 50


def refresh_changed(entries: Sequence[OutboxEntry]) -> None:
    """Recompute the lists of every marked company; marks wait where no model was trained yet."""
    started, in_use = time.monotonic(), _in_use()
    live = live_recommender()
    if live is None:
        outbox.defer(entries, UNTIL_TRAINED)
        return
    settled = live.model.refreshed_at
    many = MANY if not live.is_large else max(MANY, len(live.versions) // LARGE_SHARE)
    if live.is_large and live.vicinity is None:
        outbox.defer(entries, UNTIL_TRAINED)
        return
    if _many_waiting(settled, many):
        outbox.hold(entries, CLAIM)
        if not renew():
            outbox.defer(entries, UNTIL_RENEWED)
        return
    waiting = [entry for entry in entries if settled is None or entry.created_at >= settled]
    _recompute(live, waiting, started)
    if _in_use() != in_use:
        # Another model was switched to meanwhile: what was just stored is of the one before.
        outbox.defer(entries, timedelta(0))


def _in_use() -> tuple[int, datetime | None] | None:
    return ModelVersion.objects.filter(active=True).values_list("pk", "activated_at").first()


def _recompute(live: LiveRecommender, waiting: Sequence[OutboxEntry], started: float) -> None:
    done: set[int] = set()
    for place, entry in enumerate(waiting):
        if done and time.monotonic() - started > BUDGET_SECONDS:
            outbox.defer([one for one in waiting[place:] if one.entity_id not in done], timedelta(0))
            return
        if entry.entity == "company" and entry.entity_id not in done:
            (refresh_near if live.is_large else refresh_company)(live, entry.entity_id)
            done.add(entry.entity_id)
        elif entry.entity == "seeker" and entry.entity_id not in done:
            # A private wish: the seeker's own lists, and nothing that anybody else could notice.
            (explain_own if live.is_large else refresh_own)(live, entry.entity_id)


def _many_waiting(settled: datetime | None, many: int) -> bool:
    marks = OutboxEntry.objects.filter(topic="match", entity="company", dead_at=None)
    if settled is not None:
        marks = marks.filter(created_at__gte=settled)
    return marks.values("entity_id").distinct().count() >= many
