"""What a campaign on matches left behind: each list held against the newest state of its company and the model in use."""

import time

from directory.models import Company
from matchmaking.core import outbox
from matchmaking.core.models import OutboxEntry
from matchmaking.matches.artefacts import load_version
from matchmaking.matches.features import own_profiles
from matchmaking.matches.live import live_recommender
from matchmaking.matches.models import Match, MatchList, ModelVersion
from matchmaking.matches.targets import target_of
from tests.faults.matching import SIDE

SETTLED_WITHIN = 60.0


def settle():
    """A worker, until no mark is left; returns how many are."""
    until = time.monotonic() + SETTLED_WITHIN
    left = OutboxEntry.objects.filter(topic="match", dead_at=None)
    while left.exists() and time.monotonic() < until:
        if not outbox.drain(f"last:{time.monotonic_ns()}", topics=["match"]):
            time.sleep(0.05)
    return left.count()


def wrong():
    """What is wrong once everything has settled, by name."""
    live = live_recommender()
    assert live is not None
    versions = dict(Company.objects.visible().values_list("pk", "search_version"))
    lists = {row.company_id: row.seeker_version for row in MatchList.objects.filter(need=None, product=None)}
    profiles = own_profiles(versions.keys())
    scores = 0
    for row in MatchList.objects.filter(company_id__in=versions, model=live.model).prefetch_related("matches"):
        target = target_of(row, profiles[row.company_id])
        found = {int(one.candidate): one.score for one in target.ask(live.engine, 2 * SIDE)} if target else {}
        scores += sum(abs(found.get(match.candidate_id, -1.0) - match.score) > 1e-9 for match in row.matches.all())
    # Lists of the model before wait for the training that was killed to be done again.
    matches = Match.objects.filter(candidate__in=versions, seeker__in=versions, match_list__model=live.model)
    active = ModelVersion.objects.filter(active=True)
    return {
        "lists_missing": len(versions.keys() - lists.keys()),
        "lists_of_older_state": sum(lists.get(pk, version) != version for pk, version in versions.items()),
        "rows_of_older_state": sum(row.candidate_version != versions[row.candidate_id] for row in matches),
        "rows_of_hidden_firms": Match.objects.exclude(candidate__in=versions, seeker__in=versions).count(),
        "other_scores": scores,
        "models": int(active.count() != 1) + int(load_version(active.get()) is None),
        "dead": OutboxEntry.objects.filter(topic="match").exclude(dead_at=None).count(),
    }
