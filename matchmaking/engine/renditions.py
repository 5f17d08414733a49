"""One company in several renditions: all in Chinese, all in English, or with its texts alternating between the two."""

import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace

from .profiles import Need, Offer, Profile, Text

RENDITIONS = ("zh", "en", "mixed")

Turn = Callable[[Text], Text]


def is_bilingual(profile: Profile) -> bool:
    """Whether the profile has a summary, and every text that it has is there in both languages."""
    return bool(profile.summary) and all(bool(text.zh) == bool(text.en) for text in _texts(profile))


def rendition(profile: Profile, name: str) -> Profile:
    """The profile in one of :data:`RENDITIONS`; codes are untouched. Raises ValueError for another name.

    In the mixed one texts alternate between the languages; which comes first depends on the key of the profile.
    """
    if name == "zh":
        return _rewritten(profile, _only_zh)
    if name == "en":
        return _rewritten(profile, _only_en)
    if name == "mixed":
        return _rewritten(profile, _alternating(chinese=zlib.crc32(profile.key.encode()) % 2 == 0))
    raise ValueError(f"rendition: {name!r} is none of {', '.join(RENDITIONS)}")


def _texts(profile: Profile) -> Iterator[Text]:
    yield from (profile.name, profile.summary)
    stated: list[Offer | Need] = [*profile.offers, *profile.needs]
    for one in stated:
        yield from (one.title, one.text)


def _rewritten(profile: Profile, turn: Turn) -> Profile:
    return replace(
        profile,
        name=turn(profile.name),
        summary=turn(profile.summary),
        offers=tuple(replace(one, title=turn(one.title), text=turn(one.text)) for one in profile.offers),
        needs=tuple(replace(one, title=turn(one.title), text=turn(one.text)) for one in profile.needs),
    )


def _only_zh(text: Text) -> Text:
    return Text(zh=text.zh)


def _only_en(text: Text) -> Text:
    return Text(en=text.en)


def _alternating(*, chinese: bool) -> Turn:
    def turn(text: Text) -> Text:
        nonlocal chinese
        now, chinese = chinese, not chinese
        return _only_zh(text) if now else _only_en(text)

    return turn
