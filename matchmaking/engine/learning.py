"""What the recommender learns from a directory: public texts, bilingual pairs, and the words people write."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from .features import describing_text
from .profiles import Profile
from .text import STOP_EN, latin_words, stem


def public_texts(profile: Profile) -> list[str]:
    """The texts of a profile that anybody may read: who it is, and what it offers."""
    offers = [f"{o.title.joined()}\n{o.text.joined()}" for o in profile.offers]
    return [describing_text(profile), *offers]


def own_pairs(profiles: Sequence[Profile]) -> Iterator[tuple[str, str]]:
    """What the profiles say in both languages; names are left to pinyin, since they are spelt, not translated."""
    for profile in profiles:
        texts = [
            profile.summary,
            *(t for o in profile.offers for t in (o.title, o.text)),
            *(t for n in profile.public_needs() for t in (n.title, n.text)),
        ]
        yield from ((t.zh, t.en) for t in texts if t.zh and t.en)


def surfaces(texts: Iterable[str]) -> dict[str, str]:
    """English stem → the word that is written most often for it."""
    counts = Counter(word for text in texts for word in latin_words(text) if word not in STOP_EN)
    best: dict[str, str] = {}
    for word, _ in sorted(counts.items(), key=lambda c: (-c[1], c[0])):
        best.setdefault(stem(word), word)
    return best
