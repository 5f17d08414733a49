"""The recommender of this process: the active model holding the directory as it is now."""

import copy
from dataclasses import dataclass, field

from directory.models import Company
from matchmaking.engine.advice import Advisor
from matchmaking.engine.profiles import Profile
from matchmaking.engine.recommender import MatchRecommender
from matchmaking.matches.artefacts import load_model
from matchmaking.matches.features import public_profiles
from matchmaking.matches.models import ModelVersion


@dataclass
class LiveRecommender:
    """A loaded model, the profiles it holds, and the version of each company that they were read at."""

    model: ModelVersion
    engine: MatchRecommender
    versions: dict[int, int] = field(default_factory=dict)
    held: dict[int, Profile] = field(default_factory=dict)

    _advisor: Advisor | None = None

    @property
    def advisor(self) -> Advisor:
        """What similar firms say about open fields; kept, since a few changed firms do not alter what a field does."""
        if self._advisor is None:
            self._advisor = Advisor(self.engine, list(self.held.values()))
        return self._advisor

    def fill(self) -> None:
        """Hold every visible company."""
        self.versions = _visible_versions()
        self.held = public_profiles()
        self.engine.populate(self.held.values())
        self._advisor = None

    def catch_up(self) -> None:
        """Take in what changed since the last look, whoever changed it.

        Another worker may have taken the mark of a change, so marks alone would leave this process behind.
        """
        current = _visible_versions()
        changed = {pk for pk, version in current.items() if self.versions.get(pk) != version}
        for pk in self.held.keys() - current.keys():
            self.engine.remove(str(pk))
            del self.held[pk]
            self._advisor = None
        for pk, profile in (public_profiles(changed) if changed else {}).items():
            if self.held.get(pk) != profile:
                self.engine.update(profile)
                self.held[pk] = profile
        self.versions = current

    def only(self, company_id: int) -> MatchRecommender:
        """The same model holding one company as the sole candidate: cheap to ask "would it be on your list?"."""
        probe = copy.copy(self.engine)
        return probe.populate([self.held[company_id]])


_live: LiveRecommender | None = None


def live_recommender() -> LiveRecommender | None:
    """Return this process's recommender, loaded anew when another model was made active; None without a model."""
    global _live
    active = ModelVersion.objects.filter(active=True).first()
    if _live is not None and active is not None and _live.model.pk == active.pk and _is_same(_live.model, active):
        _live.catch_up()
        return _live
    loaded = load_model() if active is not None else None
    if loaded is None:
        _live = None
        return None
    if _live is None or not _is_same(_live.model, loaded[0]):
        _live = LiveRecommender(*loaded)
        _live.fill()
    else:
        _live.catch_up()
    return _live


def forget() -> None:
    """Drop the recommender of this process (tests, and commands that train a new one)."""
    global _live
    _live = None


def _is_same(one: ModelVersion, other: ModelVersion) -> bool:
    return one.pk == other.pk and one.activated_at == other.activated_at


def _visible_versions() -> dict[int, int]:
    return dict(Company.objects.visible().values_list("pk", "search_version"))
