"""Systems that answer judged questions: the recommender with parts of it taken away, and what a directory has anyway.

All stand behind the same gates, so that rankings are compared and nothing else.
"""

import copy
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count

from matchmaking.demo.judging.directory import Directory
from matchmaking.demo.judging.questions import Question
from matchmaking.engine.baselines import PlainText, asked_text, by_popularity, by_sector
from matchmaking.engine.profiles import Recommendation
from matchmaking.engine.recommender import MatchRecommender
from matchmaking.introductions.models import Introduction
from matchmaking.matches.exposure import RESERVE, share_places
from matchmaking.matches.features import without_private_needs
from matchmaking.matches.keys import key_id
from matchmaking.matches.live import LiveRecommender
from matchmaking.matches.models import LIST_LENGTH
from matchmaking.matches.targets import Target

OURS = "ours"
Rank = Callable[[Question], Sequence[str] | None]


@dataclass(frozen=True)
class System:
    """A name, and the ranking of engine keys that it gives to a question, best first; None where it has no answer."""

    name: str
    rank: Rank


def systems(directory: Directory) -> Iterator[System]:
    """The recommender first; then without variety, with the caps of the nightly refresh, and the baselines."""
    live = directory.live
    plain = copy.copy(live.engine)
    plain.diversity = 0.0
    yield System(OURS, _asking(live.engine))
    yield System("ours without variety", _asking(plain))
    pools = _pools(directory)
    yield System("ours with exposure caps", _capped(live, pools))
    popularity = _popularity(pools)
    yield System("popularity", lambda asked: by_popularity(asked.candidates, popularity))
    yield System("same sector", lambda asked: by_sector(asked.target.profile, asked.candidates))
    words = PlainText(list(live.held.values()))
    yield System("TF-IDF", lambda asked: words.rank(asked_text(asked.target.profile, asked.need), asked.candidates))


def _asking(engine: MatchRecommender) -> Rank:
    return lambda asked: _keys(asked.target.ask(engine, LIST_LENGTH))


def _pools(directory: Directory) -> dict[int, list[Recommendation]]:
    """What every company's own list is cut from, as in the nightly refresh."""
    return {
        pk: Target(pk, without_private_needs(profile)).ask(directory.live.engine, LIST_LENGTH + RESERVE)
        for pk, profile in directory.own.items()
    }


def _capped(live: LiveRecommender, pools: Mapping[int, list[Recommendation]]) -> Rank:
    """Lists of companies as such, the only ones that share out places."""
    shared = share_places(live, dict(pools))
    return lambda asked: _keys(shared[asked.target.company_id]) if asked.target.of_company else None


def _popularity(pools: Mapping[int, Sequence[Recommendation]]) -> dict[str, float]:
    """Introductions that a company was asked for; between equals, in how many lists of companies it stands (< 1)."""
    asked = dict(Introduction.objects.order_by().values_list("receiver_id").annotate(Count("pk")))
    listed: dict[str, int] = {}
    for pool in pools.values():
        for one in pool[:LIST_LENGTH]:
            listed[one.candidate] = listed.get(one.candidate, 0) + 1
    every = {*listed, *map(str, asked)}
    return {key: asked.get(key_id(key), 0) + listed.get(key, 0) / (len(pools) + 1) for key in sorted(every)}


def _keys(found: Sequence[Recommendation]) -> list[str]:
    return [one.candidate for one in found]
