"""The recommender and all that it knows while it is judged: the directory as it is, or in one language per company."""

from collections.abc import Mapping
from dataclasses import dataclass

from matchmaking.engine.profiles import Profile
from matchmaking.engine.renditions import is_bilingual, rendition
from matchmaking.matches.features import own_profiles
from matchmaking.matches.live import LiveRecommender, live_recommender
from matchmaking.matches.models import ModelVersion
from matchmaking.matches.training import Material, fit, read


@dataclass(frozen=True)
class Directory:
    """``live`` holds the candidates as others see them; ``own`` are the profiles that ask, by company number."""

    live: LiveRecommender
    own: Mapping[int, Profile]

    @classmethod
    def read(cls) -> "Directory":
        """With the model in force; where there is none, one is trained for the occasion and not kept."""
        return cls(live_recommender() or _trained(), own_profiles())

    def in_own_language(self) -> "Directory":
        """The same in which companies of China speak Chinese alone and others English alone.

        A company that has not said everything in both languages stays as it is. The recommender is trained anew on what
        is left and not kept: the model in force learned translations from the very texts that are taken away.
        """
        held = _spoken(self.live.held)
        engine = fit(Material(list(held.values()), read().pairs))
        model = ModelVersion(fingerprint=engine.fingerprint_)
        return Directory(LiveRecommender(model, engine, self.live.versions, held), _spoken(self.own))


def _spoken(profiles: Mapping[int, Profile]) -> dict[int, Profile]:
    return {
        pk: rendition(profile, "zh" if profile.country == "CN" else "en") if is_bilingual(profile) else profile
        for pk, profile in profiles.items()
    }


def _trained() -> LiveRecommender:
    recommender = fit(read())
    live = LiveRecommender(ModelVersion(fingerprint=recommender.fingerprint_), recommender)
    live.fill()
    return live
