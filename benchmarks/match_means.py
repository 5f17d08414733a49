# ruff: noqa: T201
"""Print where the counterparts of the recorded introductions stand under each mean of both directions.

    python benchmarks/match_means.py

Reads the directory and the model in use (``YUXIN_VAR``). Two kinds of list are asked: of both companies as such, and of
the need that an introduction is about. A counterpart that is not listed at all counts 0.
"""

import copy
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))


def ranks(engine: object, profiles: dict, introductions: list) -> Iterator[tuple[str, int]]:
    """(kind of list, rank from 1, 0 = not listed) of every counterpart."""
    for one in introductions:
        sides = [(one.requester_id, one.receiver_id), (one.receiver_id, one.requester_id)]
        asked = [("company", None, *pair) for pair in sides]
        if one.need_id and one.need.company_id in profiles:
            owner = one.need.company_id
            other = next(b for a, b in sides if a == owner)
            key = f"need:{one.need_id}"
            asked += [("need", key, owner, other)] if key in {n.key for n in profiles[owner].needs} else []
        for kind, need, seeker, counterpart in asked:
            if seeker in profiles:
                found = engine.recommend(profiles[seeker], need=need, k=len(profiles))
                places = [r.candidate for r in found]
                yield kind, places.index(str(counterpart)) + 1 if str(counterpart) in places else 0


def main() -> None:
    """Print one line per mean and kind of list."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "matchmaking.settings.dev")
    import django

    django.setup()
    from matchmaking.engine.reciprocity import MEANS
    from matchmaking.introductions.models import Introduction
    from matchmaking.matches.features import own_profiles
    from matchmaking.matches.live import live_recommender

    live, profiles = live_recommender(), own_profiles()
    if live is None:
        sys.exit("no model yet: run manage.py train_recommender first")
    introductions = list(Introduction.objects.select_related("need"))
    print(f"{len(profiles)} companies, {len(introductions)} introductions")
    print(f"{'mean':<12}{'lists':<9}{'asked':>6}{'MRR':>7}{'R@10':>7}{'absent':>8}")
    for name in MEANS:
        engine = copy.copy(live.engine).set_params(mean=name, diversity=0.0).populate(live.held.values())
        found = list(ranks(engine, profiles, introductions))
        for kind in ("company", "need"):
            row = np.array([rank for k, rank in found if k == kind])
            shown = row[row > 0]
            mrr, first = (1 / shown).sum() / len(row), (shown <= 10).sum() / len(row)
            print(f"{name:<12}{kind:<9}{len(row):>6}{mrr:>7.3f}{first:>7.3f}{(row == 0).sum():>8}", flush=True)


if __name__ == "__main__":
    main()
