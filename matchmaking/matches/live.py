"""The recommender of this process: the active model holding the directory as it is now."""

import copy
from collections.abc import Collection
from dataclasses import dataclass, field

from directory.models import Company
from matchmaking.engine import counterparts
from matchmaking.engine.advice import Advisor
from matchmaking.engine.folding.vicinity import Vicinity
from matchmaking.engine.profiles import Profile
from matchmaking.engine.recommender import MatchRecommender
from matchmaking.matches.artefacts import load_model
from matchmaking.matches.features import public_profiles
from matchmaking.matches.models import ModelVersion
from matchmaking.matches.vicinities import load_vicinity


@dataclass
class LiveRecommender:
    """A loaded model, the profiles it holds, and the version of each company that they were read at.

    Of a large directory it holds no profiles but short vectors, ``vicinity``: None before the first night.
    """

    model: ModelVersion
    engine: MatchRecommender
    versions: dict[int, int] = field(default_factory=dict)
    held: dict[int, Profile] = field(default_factory=dict)

    is_large: bool = False
    vicinity: Vicinity | None = None

    _advisor: Advisor | None = None

    @property
    def advisor(self) -> Advisor:
        """What similar firms say about open fields; kept, since a few changed firms do not alter what a field does."""
        if self._advisor is None:
            self._advisor = Advisor(self.engine, list(self.held.values()))
        return self._advisor

    def fill(self) -> None:
        """Hold every visible company, or what the last night left of a large directory."""
        self.versions = _visible_versions()
        self.is_large = len(self.versions) >= counterparts.POOLED_FROM
        if self.is_large:
            self.held = {}
            loaded = load_vicinity(self.model, self.engine)
            self.vicinity, self.versions = loaded or (None, self.versions)
            self.catch_up()
            return
        self.held = public_profiles()
        self.engine.populate(self.held.values())
        self._advisor = None

    def catch_up(self) -> None:
        """Take in what changed since the last look, whoever changed it.

        Another worker may have taken the mark of a change, so marks alone would leave this process behind.
        """
        current = _visible_versions()
        changed = {pk for pk, version in current.items() if self.versions.get(pk) != version}
        if self.is_large:
            self._catch_up_vicinity(changed, self.versions.keys() - current.keys())
            self.versions = current
            return
        for pk in self.held.keys() - current.keys():
            self.engine.remove(str(pk))
            del self.held[pk]
            self._advisor = None
        for pk, profile in (public_profiles(changed) if changed else {}).items():
            if self.held.get(pk) != profile:
                self.engine.update(profile)
                self.held[pk] = profile
        self.versions = current

    def _catch_up_vicinity(self, changed: Collection[int], gone: Collection[int]) -> None:
        if self.vicinity is None:
            return
        for pk in gone:
            self.vicinity.drop(str(pk))
        for profile in (public_profiles(changed) if changed else {}).values():
            self.vicinity.put(profile, self.engine.weights)

    def within(self, company_ids: Collection[int], aside: Collection[int] = ()) -> "LiveRecommender":
        """The same model holding a few companies alone, read now; those ``aside`` are known but no candidates."""
        versions = _visible_versions([*company_ids, *aside])
        held = public_profiles([*company_ids, *aside])
        engine = copy.copy(self.engine)
        engine.populate(held[pk] for pk in dict.fromkeys(company_ids) if pk in held)
        return LiveRecommender(self.model, engine, versions, held)

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
    return (one.pk, one.activated_at, one.vicinity) == (other.pk, other.activated_at, other.vicinity)


def _visible_versions(company_ids: Collection[int] | None = None) -> dict[int, int]:
    companies = Company.objects.visible()
    if company_ids is not None:
        companies = companies.filter(pk__in=company_ids)
    return dict(companies.values_list("pk", "search_version"))
