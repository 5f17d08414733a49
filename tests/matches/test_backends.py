"""Who compares companies: the setting, its mistakes, and the full refresh of a directory that is made in two stages."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from matchmaking.engine import counterparts
from matchmaking.engine.dense.backends import Backend
from matchmaking.matches import live
from matchmaking.matches.backends import match_backend
from matchmaking.matches.models import Match
from matchmaking.matches.refresh import refresh_all

pytestmark = pytest.mark.django_db


def test_the_setting_names_the_backend(settings):
    settings.MATCH_BACKEND = "loky"
    with match_backend() as backend:
        assert backend == Backend("loky")


def test_another_name_is_refused_before_anything_is_computed(settings, computed):
    settings.MATCH_BACKEND = "spark"
    before = list(Match.objects.order_by("pk").values_list("pk", "score"))
    with pytest.raises(ImproperlyConfigured, match=r"MATCH_BACKEND: .*spark"):
        refresh_all(live.live_recommender(), show_progress=False)
    assert list(Match.objects.order_by("pk").values_list("pk", "score")) == before


def test_dask_is_asked_by_a_client_of_the_configured_scheduler(settings, monkeypatch):
    distributed = pytest.importorskip("distributed")
    entered = []

    class Client:
        def __enter__(self):
            entered.append("in")

        def __exit__(self, *error):
            entered.append("out")

    monkeypatch.setattr(distributed, "Client", Client)
    settings.MATCH_BACKEND = "dask"
    with match_backend() as backend:
        assert (backend.name, entered) == ("dask", ["in"])
    assert entered == ["in", "out"]


def test_two_stages_leave_the_same_rows(computed, monkeypatch):
    def rows():
        return list(
            Match.objects.order_by("match_list", "rank").values_list("match_list", "candidate", "rank", "band", "score")
        )

    found = live.live_recommender()
    refresh_all(found, show_progress=False)
    before = rows()
    drawn = []
    pools = counterparts.pools
    monkeypatch.setattr(counterparts, "POOLED_FROM", 1)
    monkeypatch.setattr(counterparts, "pools", lambda *args, **kwargs: drawn.append(1) or pools(*args, **kwargs))
    refresh_all(found, show_progress=False)
    assert drawn
    assert before
    assert [row[:4] for row in rows()] == [row[:4] for row in before]
    assert [row[4] for row in rows()] == pytest.approx([row[4] for row in before], abs=1e-6)
