"""The night: everybody's candidates found anew. Small directories get all their lists explained as well.

A large one gets a pool per company, shared out so that nobody stands in too many; its lists are explained when somebody
asks for them. Only what companies show is read, so no pool can tell of a private need.
"""

import os
from collections.abc import Iterator
from datetime import datetime

import numpy as np
from django.db import transaction
from django.utils import timezone

from directory.models import Company
from matchmaking.core.progress import progress
from matchmaking.engine.dense.lists import Lists
from matchmaking.engine.dense.sharing import shared
from matchmaking.engine.features import Block
from matchmaking.engine.folding.fold import Folding
from matchmaking.engine.folding.pools import nearest
from matchmaking.engine.folding.shorts import AT_ONCE, Shorts, folded
from matchmaking.engine.folding.vicinity import vicinity_arrays
from matchmaking.engine.profiles import Profile
from matchmaking.engine.ranking import exposure_cap
from matchmaking.matches.backends import match_backend
from matchmaking.matches.features import public_profiles
from matchmaking.matches.live import LiveRecommender
from matchmaking.matches.models import LIST_LENGTH, CandidatePool, ModelVersion
from matchmaking.matches.refresh import refresh_all
from matchmaking.matches.store import drop_all_but
from matchmaking.matches.vicinities import drop_old_vicinities, quick_texts, write_vicinity

# Places of a pool, and so many times the places of a list may a candidate stand in pools. docs/model-card.md says how
# many of a company's true best a pool holds.
PLACES = 100
# The dimensions are found on so many companies, evenly spread; everybody is folded along them.
FITTED_ON = 6000
READ_AT_ONCE = 2000
WRITTEN_AT_ONCE = 2000


def refresh_everything(live: LiveRecommender, *, show_progress: bool = True) -> dict[str, int]:
    """The full refresh of a directory of any size; returns how many companies, lists and matches it made."""
    if live.is_large:
        return refresh_pools(live, show_progress=show_progress)
    return refresh_all(live, show_progress=show_progress)


def refresh_pools(live: LiveRecommender, *, show_progress: bool = True) -> dict[str, int]:
    """Find the pool of every visible company anew and store all of them in one transaction."""
    started = timezone.now()
    versions = dict(Company.objects.visible().order_by("pk").values_list("pk", "search_version"))
    folding, shorts = _vectors(live, list(versions), show_progress=show_progress)
    with match_backend() as backend:
        found = nearest(shorts, PLACES, backend=backend)
    lists = share_pools(shorts, found)
    name = f"night-{live.model.pk}-{started:%Y%m%d%H%M%S%f}"
    floors = np.maximum(found.complete_down_to, 0)
    write_vicinity(name, folding, vicinity_arrays(shorts, floors), versions)
    _store(live.model, shorts, lists, name, started)
    drop_all_but(Company.objects.visible())
    drop_old_vicinities()
    quick_texts(live.engine).drop_others()
    live.fill()
    return {"companies": len(shorts), "lists": 0, "matches": 0, "places": int(lists.counts.sum())}


def share_pools(shorts: Shorts, lists: Lists) -> Lists:
    """No candidate in more pools than its cap on lists allows, a pool being so many times as long as a list."""
    count = len(shorts)
    caps = [exposure_cap(one.capacity, count, count, LIST_LENGTH) * lists.k // LIST_LENGTH for one in shorts.gates]
    return shared(lists, np.array(caps, np.int64), lists.k)


def _vectors(live: LiveRecommender, ids: list[int], *, show_progress: bool) -> tuple[Folding, Shorts]:
    engine, texts = live.engine, quick_texts(live.engine)
    sample = list(public_profiles(ids[:: max(1, len(ids) // FITTED_ON)]).values())
    block = Block(sample, texts, engine.weights)
    folding = Folding(engine.bridge_, engine.sectors_, words=texts.words).fit(block)
    workers = len(os.sched_getaffinity(0)) if len(ids) > AT_ONCE else 1
    return folding, folded(_read(ids, show_progress=show_progress), folding, texts, engine.weights, workers=workers)


def _read(ids: list[int], *, show_progress: bool) -> Iterator[Profile]:
    starts = range(0, len(ids), READ_AT_ONCE)
    for start in progress(starts, "read", total=len(starts), show=show_progress):
        some = public_profiles(ids[start : start + READ_AT_ONCE])
        yield from (some[pk] for pk in sorted(some))


@transaction.atomic
def _store(model: ModelVersion, shorts: Shorts, lists: Lists, name: str, started: datetime) -> None:
    companies = np.array([int(key) for key in shorts.keys], np.int32)
    # The places name rows until here; -1 reads the last and is not written.
    named = Lists(companies[lists.ids], lists.scores, lists.counts, lists.complete_down_to)
    CandidatePool.objects.all().delete()
    there = set(Company.objects.values_list("pk", flat=True))
    rows = (
        CandidatePool(company_id=pk, model=model, places=places, computed_at=started)
        for pk, places in zip(companies.tolist(), named.packed(), strict=True)
        if pk in there
    )
    CandidatePool.objects.bulk_create(rows, batch_size=WRITTEN_AT_ONCE)
    ModelVersion.objects.exclude(pk=model.pk).update(vicinity="")
    model.refreshed_at, model.vicinity = started, name
    model.save(update_fields=["refreshed_at", "vicinity"])
