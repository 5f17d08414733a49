"""Rankings that a directory could show without a recommender, behind the same gates: what ours has to beat."""

from collections.abc import Iterable, Mapping, Sequence

from sklearn.feature_extraction.text import TfidfVectorizer

from .eligibility import closed_gates
from .profiles import Need, Offer, Profile, Text
from .text import tokenise_en, tokenise_zh


def eligible(seeker: Profile, need: Need | None, candidates: Iterable[Profile]) -> list[Profile]:
    """Those whom no gate keeps from the seeker, or from one of its needs."""
    return [one for one in candidates if not closed_gates(seeker, one, need)]


def by_popularity(candidates: Sequence[Profile], popularity: Mapping[str, float]) -> list[str]:
    """Keys of all candidates, the most popular first; ties by name."""
    return _sorted(candidates, {one.key: popularity.get(one.key, 0.0) for one in candidates})


def by_sector(seeker: Profile, candidates: Sequence[Profile]) -> list[str]:
    """Keys of the candidates that share a sector with the seeker, most shared sectors first; ties by name."""
    shared = {one.key: len(one.sectors & seeker.sectors) for one in candidates}
    return _sorted([one for one in candidates if shared[one.key]], shared)


class PlainText:
    """TF-IDF over the words of whole profiles, Chinese and English side by side, without any bridge between them."""

    def __init__(self, candidates: Sequence[Profile]) -> None:
        self._words = TfidfVectorizer(analyzer=_words, sublinear_tf=True)
        self._rows = {one.key: i for i, one in enumerate(candidates)}
        self._vectors = self._words.fit_transform([whole_text(one).joined() for one in candidates])

    def rank(self, text: Text, candidates: Sequence[Profile]) -> list[str]:
        """Keys of the candidates that share a word with the text, by cosine; ties by name."""
        cosines = (self._vectors @ self._words.transform([text.joined()]).T).toarray()[:, 0]
        scores = {one.key: float(cosines[self._rows[one.key]]) for one in candidates}
        return _sorted([one for one in candidates if scores[one.key] > 0], scores)


def whole_text(profile: Profile) -> Text:
    """All that a profile says in words: name, summary, offers, needs."""
    stated: list[Offer | Need] = [*profile.offers, *profile.needs]
    return _together([profile.name, profile.summary, *(text for one in stated for text in _said(one))])


def asked_text(profile: Profile, need: Need | None) -> Text:
    """The words that are asked with: those of the need, or of the whole profile."""
    return whole_text(profile) if need is None else _together(_said(need))


def _said(one: Offer | Need) -> tuple[Text, Text]:
    return one.title, one.text


def _together(parts: Sequence[Text]) -> Text:
    return Text("\n".join(part.zh for part in parts if part.zh), "\n".join(part.en for part in parts if part.en))


def _words(text: str) -> list[str]:
    return [*tokenise_zh(text), *tokenise_en(text)]


def _sorted(candidates: Sequence[Profile], scores: Mapping[str, float]) -> list[str]:
    return [one.key for one in sorted(candidates, key=lambda one: (-scores[one.key], one.name.joined(), one.key))]
