"""Names as people shorten, spell out and sort them: pinyin, initials, acronyms, and the beginnings they type."""

import re
from collections.abc import Iterable, Iterator

from matchmaking.engine import text as language
from search.analysis import SUFFIXES, storable, without_suffix
from search.spoken import SHORT_FORM

SUGGEST_LENGTH = 32
# Initials stand for three characters or words at least, and for a part of a name from four on.
SHORTEST_WHOLE, SHORTEST_PART, LONGEST = 3, 4, 12
MOST_PARTS = 4


def sort_name(name: str) -> str:
    """The key that puts names in dictionary order: pinyin for Han characters, lower case for the rest."""
    key = []
    for part in re.split(f"([{language.HAN}]+)", language.fold(language.normalise(name))):
        key.append(" ".join(language.pinyin(part)) if language.has_han(part) else part.strip())
    return " ".join(part for part in key if part)[:200]


def name_tokens(names: Iterable[str]) -> list[str]:
    """Index tokens of what names are called besides what is written: joined pinyin, so that ``fuling`` finds 涪陵,
    and short forms, marked as such.
    """
    listed = [name for name in names if name]
    spoken = {gram for name in listed for gram, weight in language.pinyin_ngrams(name).items() if weight == 1}
    spoken |= {part for name in listed for part in long_pinyin(name)}
    short = {SHORT_FORM + form for name in listed for form in short_forms(name)}
    return [*(language.stem(gram) for gram in sorted(spoken)), *sorted(short)]


def short_forms(name: str) -> set[str]:
    """What a name is called for short in Latin letters: initials of its characters or of its English words.

    >>> sorted(short_forms("Straits Legal Partners Pte. Ltd."))
    ['slp']
    >>> sorted(short_forms("重庆渝环水务有限公司"))
    ['cqyh', 'cqyhsw', 'yhsw']
    """
    parts = [initials for _, initials in _spoken_parts(name)]
    return {*parts, *_acronyms(name)}


def long_pinyin(name: str) -> set[str]:
    """The joined pinyin of parts of a name, between words, that are too long for ``language.pinyin_ngrams``."""
    return {spoken for spoken, initials in _spoken_parts(name) if len(initials) > 4}


def _spoken_parts(name: str) -> Iterator[tuple[str, str]]:
    """(joined pinyin, initials) of each part between words of the Chinese name, without what only says company."""
    for run in language.han_runs(without_suffix(language.normalise(name))):
        syllables, words = language.pinyin(run), language.query_words(run)
        if len(syllables) != len(run) or len(words) > LONGEST:
            continue
        ends = [sum(map(len, words[:count])) for count in range(len(words) + 1)]
        for start, stop in ((start, stop) for start in ends for stop in ends if start < stop <= len(run)):
            least = SHORTEST_WHOLE if (start, stop) == (0, len(run)) else SHORTEST_PART
            if least <= stop - start <= LONGEST:
                part = syllables[start:stop]
                yield "".join(part), "".join(syllable[0] for syllable in part)


def _acronyms(name: str) -> set[str]:
    """The first letters of the English words of a name, with and without function words."""
    words = [word for word in language.latin_words(name) if word not in SUFFIXES]
    telling = [word for word in words if word not in language.STOP_EN]
    made = {"".join(word[0] for word in kept) for kept in (words, telling)}
    return {letters for letters in made if SHORTEST_WHOLE <= len(letters) <= LONGEST and letters.isalpha()}


def suggest_keys(name: str) -> set[str]:
    """All beginnings under which a name is suggested.

    Each word or Han character on, its pinyin, its initials.
    """
    normal = language.fold(language.normalise(name))
    starts = [match.start() for match in re.finditer(rf"[{language.HAN}]|[a-z0-9]+", normal)]
    keys = {normal[start : start + SUGGEST_LENGTH] for start in starts[:40]}
    syllables = language.pinyin(name)
    if syllables:
        keys |= {"".join(syllables)[:SUGGEST_LENGTH], "".join(s[0] for s in syllables)[:SUGGEST_LENGTH]}
    return keys | set(sorted(short_forms(name), key=lambda form: (-len(form), form))[:MOST_PARTS])


def suggest_prefix(typed: str) -> str:
    """What a reader typed into a search box so far, in the form of ``suggest_keys``."""
    return storable(language.fold(language.normalise(typed[:200]))).strip()[:SUGGEST_LENGTH]
